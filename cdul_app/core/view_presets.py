"""Ways to encode the views of a photo, to choose by what they cost and give."""

from dataclasses import dataclass

from cdul_app.core.errors import SettingsError
from cdul_app.core.snippets import SnippetGrid
from cdul_app.core.view_plans import OverlappingGrid, ViewPlan

PAPER_VIEWS, FAST_VIEWS, BALANCED_VIEWS = "paper", "fast", "balanced"


@dataclass(frozen=True)
class ViewPreset:
    title: str
    meaning: str
    dense_scale: float | None  # as ViewPlan has it
    overlapping: bool = False  # half-overlapping snippets besides those of the grid


VIEW_PRESETS = {
    PAPER_VIEWS: ViewPreset(
        "Separate (paper)",
        "Each snippet is encoded on its own.",
        dense_scale=None,
    ),
    FAST_VIEWS: ViewPreset(
        "Fast",
        "All snippets from one pass.",
        dense_scale=1.0,
    ),
    BALANCED_VIEWS: ViewPreset(
        "Balanced",
        "One pass at twice the size.",
        dense_scale=2.0,
        overlapping=True,
    ),
}


def preset_plan(
    name: str,
    grid: SnippetGrid,
    more_grids: tuple[SnippetGrid | OverlappingGrid, ...] | None = None,
) -> ViewPlan:
    """The plan of a preset; `more_grids` are scored beside `grid`, None for the preset's own.

    Raises SettingsError for another name, or too many snippets.
    """
    preset = VIEW_PRESETS.get(name)
    if preset is None:
        raise SettingsError(
            f"There is no way “{name}” to encode views: choose {', '.join(VIEW_PRESETS)}."
        )
    if more_grids is None:
        more_grids = (OverlappingGrid(grid.rows, grid.columns),) if preset.overlapping else ()
    return ViewPlan((grid, *more_grids), preset.dense_scale)
