"""Ways to encode the views of a photo, to choose by what they cost and give.

Measured against `paper` in the same run (`python -m tests.benchmarks.bench_views`) on 500 VOC
photos with a CNN, two CPU cores: mAP of the mean of whole photo and best snippet, where the whole
photo alone has 47.4, and its difference to `paper` with 95 % of a bootstrap over photos.  Held out:
the same difference on photos that no choice here was made on.

|          | mAP  | less that of paper | time | held out          |
| -------- | ---- | ------------------ | ---- | ----------------- |
| paper    | 57.3 |                    | 1    |                   |
| best     | 60.7 | +3.3 [1.7, 5.6]    | 1.5  | +1.8 [0.4, 3.4]   |
| balanced | 58.0 | +0.7 [-2.4, 3.9]   | 0.53 | -1.8 [-6.8, 2.9]  |
| fast     | 53.3 | -4.0 [-6.7, -1.1]  | 0.15 | not above whole   |

`fast` is 1.6 above and 0.8 below the whole photo alone on two held-out sets.  On six sets of demo
scenes with a small ViT `best` has +0.6 [-0.4, 1.5].

Encoders of CLIP's own kinds (class-token ViTs, ResNets with an attention pool) are yet to be
measured: the same command does with --encoder.
"""

from dataclasses import dataclass
from functools import lru_cache

from cdul_app.errors import SettingsError
from cdul_app.language import tr, translatable
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid, ViewPlan

PAPER_VIEWS, FAST_VIEWS, BALANCED_VIEWS, BEST_VIEWS = "paper", "fast", "balanced", "best"


@dataclass(frozen=True)
class ViewPreset:
    title: str  # in the window; on the command line it is called by its name
    meaning: str
    dense_scale: float | None  # as ViewPlan has it
    overlapping: bool = False  # half-overlapping snippets besides those of the grid
    beside: tuple[SnippetGrid, ...] = ()  # what is cut besides the grid
    mirrored: bool = False  # as ViewPlan has it


VIEW_PRESETS = {
    PAPER_VIEWS: ViewPreset(
        translatable("Separate (paper)"),
        translatable("Each part is looked at on its own. Works with every encoder."),
        dense_scale=None,
    ),
    FAST_VIEWS: ViewPreset(
        translatable("Fast"),
        translatable(
            "All parts in one pass over the photo: about a seventh of the time, and often no "
            "better than the whole photo alone."
        ),
        dense_scale=1.0,
    ),
    BALANCED_VIEWS: ViewPreset(
        translatable("Balanced"),
        translatable(
            "One pass over a larger photo, with parts that overlap: about half the time of "
            "separate views, and as accurate or less."
        ),
        dense_scale=2.0,  # at 1.5 times 55.9 on the VOC photos
        overlapping=True,  # without 56.3; a coarser grid beside it (2x2) changes nothing
    ),
    BEST_VIEWS: ViewPreset(
        translatable("Best"),
        translatable(
            "Each part on its own, large ones too, and the whole photo also mirrored. Most "
            "accurate, half as much time again."
        ),
        dense_scale=None,
        beside=(SnippetGrid(2, 2),),
        mirrored=True,
    ),
}


@lru_cache(maxsize=64)  # asked at each refresh of a window, and its boxes are kept with it
def preset_plan(
    name: str,
    grid: SnippetGrid,
    more_grids: tuple[SnippetGrid | OverlappingGrid, ...] | None = None,
) -> ViewPlan:
    """The plan of a preset; `more_grids` are scored beside `grid`, None for the preset's own.

    Raises SettingsError for another name, or too many snippets.

    >>> str(preset_plan("balanced", SnippetGrid(3, 3)))
    'dense@2:3x3half'
    """
    preset = VIEW_PRESETS.get(name)
    if preset is None:
        raise SettingsError(
            tr(
                "There is no way “{name}” to encode views: choose {names}.",
                name=name,
                names=", ".join(VIEW_PRESETS),
            )
        )
    if more_grids is None:
        overlapping = (OverlappingGrid(grid.rows, grid.columns),) if preset.overlapping else ()
        more_grids = (*overlapping, *preset.beside)
    return ViewPlan((grid, *more_grids), preset.dense_scale, mirrored=preset.mirrored)
