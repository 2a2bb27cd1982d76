"""Choices of stage 1 on photos: views, aggregation, prompts; each a scoring of whole projects."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import OverlappingGrid
from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.quality.sources import PhotoSource
from tests.benchmarks.quality.table import Row

VIEWS: dict[str, dict[str, Any]] = {
    "paper, 3x3": {"views": "paper"},
    "best": {"views": "best"},
    "balanced": {"views": "balanced"},
    "fast": {"views": "fast"},
    "separate, 2x2 + 3x3": {"views": "paper", "more_grids": (SnippetGrid(2, 2),)},
    "separate, 3x3 half-overlapping": {"views": "paper", "more_grids": (OverlappingGrid(),)},
}
PROMPTS: dict[str, dict[str, Any]] = {
    "one, raw names": {"templates": "single", "names": "raw"},
    "one, with synonyms": {"templates": "single", "names": "synonyms"},
    "eight, with synonyms": {"templates": "photos", "names": "synonyms"},
}
ZETAS = (0.1, 0.2, 0.5)


def view_rows(source: PhotoSource) -> Iterator[Row]:
    """Seconds are those of a first scoring: the default's embeddings come last and stay."""
    for choice, settings in reversed(VIEWS.items()):
        seconds = source.score(replace(_default(source), **settings))
        figures = replace(source.figures(LabelKind.INITIAL), seconds=seconds)
        yield Row("views", choice, choice == "paper, 3x3", {source.name: figures})


def aggregation_rows(source: PhotoSource) -> Iterator[Row]:
    source.score(_default(source))
    for choice, kind in (
        ("whole photo alone", LabelKind.GLOBAL),
        ("best snippet alone", LabelKind.LOCAL_MAX),
        ("mean of both, zeta 0", LabelKind.INITIAL),
    ):
        yield _row(source, "aggregation", choice, kind, default=kind is LabelKind.INITIAL)
    yield _row(source, "scores", "sharp, for targets and cuts", LabelKind.INITIAL, default=True)
    yield _row(source, "scores", "softened, for ranking", LabelKind.RANKING, default=True)
    for zeta in ZETAS:
        source.score(replace(_default(source), zeta=zeta))
        yield _row(source, "aggregation", f"mean of both, zeta {zeta:g}", LabelKind.INITIAL)


def prompt_rows(source: PhotoSource) -> Iterator[Row]:
    for choice, settings in PROMPTS.items():
        config = replace(_default(source), **settings)
        source.score(config)
        default = config == _default(source)
        yield _row(source, "prompts", choice, LabelKind.INITIAL, default=default)


def _default(source: PhotoSource) -> ScoringConfig:
    return ScoringConfig(encoder=source.encoder, views="paper")


def _row(
    source: PhotoSource, family: str, choice: str, kind: LabelKind, *, default: bool = False
) -> Row:
    return Row(family, choice, default, {source.name: source.figures(kind)})
