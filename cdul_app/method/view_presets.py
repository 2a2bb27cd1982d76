"""Ways to encode the views of a photo, to choose by what they cost and give.

Measured against `paper` in the same run (`python -m tests.benchmarks.bench_views`), time on two
CPU cores and mAP of the mean of whole photo and best snippet, where the whole photo alone has:

|          | 500 VOC photos, a CNN: 47.4 | 180 demo scenes, a small ViT: 50.6 |
| -------- | --------------------------- | ---------------------------------- |
| paper    | 57.3                        | 71.3                               |
| fast     | 53.3 in 0.14 of the time    | 57.6 in 0.25 of the time           |
| balanced | 58.0 in 0.53 of the time    | 71.5 in 0.69 of the time           |

Two plain grids encoded separately, 2x2 and 3x3, are the most accurate on the VOC photos: 60.2 in
1.5 of the time of `paper`; on the demo scenes 3x3 with half-overlap, 75.0 in 2.6 of it.

Encoders of CLIP's own kinds (class-token ViTs, ResNets with an attention pool) are yet to be
measured: the same command does with --encoder.
"""

from dataclasses import dataclass
from functools import lru_cache

from cdul_app.errors import SettingsError
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid, ViewPlan

PAPER_VIEWS, FAST_VIEWS, BALANCED_VIEWS = "paper", "fast", "balanced"


@dataclass(frozen=True)
class ViewPreset:
    title: str  # in the window; on the command line it is called by its name
    meaning: str
    dense_scale: float | None  # as ViewPlan has it
    overlapping: bool = False  # half-overlapping snippets besides those of the grid


VIEW_PRESETS = {
    PAPER_VIEWS: ViewPreset(
        "Separate (paper)",
        "Each part is looked at on its own. Works with every encoder, takes longest.",
        dense_scale=None,
    ),
    FAST_VIEWS: ViewPreset(
        "Fast",
        "All parts in one pass over the photo. Least accurate, about a seventh of the time.",
        dense_scale=1.0,
    ),
    BALANCED_VIEWS: ViewPreset(
        "Balanced",
        "One pass over a larger photo, with parts that overlap. As accurate as separate views, "
        "in less time.",
        dense_scale=2.0,  # at 1.5 times 55.9 on the VOC photos
        overlapping=True,  # without 56.3; a coarser grid beside it (2x2) changes nothing
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
            f"There is no way “{name}” to encode views: choose {', '.join(VIEW_PRESETS)}."
        )
    if more_grids is None:
        more_grids = (OverlappingGrid(grid.rows, grid.columns),) if preset.overlapping else ()
    return ViewPlan((grid, *more_grids), preset.dense_scale)
