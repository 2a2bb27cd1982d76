"""Choices of stage 1 that published score vectors can tell about: aggregation and temperature."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.metrics import macro_f1, mean_average_precision
from cdul_app.method.aggregation import aggregate_extremes, combine_global_local
from cdul_app.method.similarity import RANKING_SOFTENING, class_similarities
from tests.benchmarks.quality.scoring_choices import ZETAS
from tests.benchmarks.quality.sources import ScoreVectors
from tests.benchmarks.quality.table import Figures, Row
from tests.measures.class_thresholds import label_free_thresholds

TEMPERATURE = 0.01  # of the encoder
NAME = "a"


def vector_rows(vectors: ScoreVectors) -> Iterator[Row]:
    whole = class_similarities(vectors.whole, temperature=TEMPERATURE)
    best = class_similarities(vectors.best, temperature=TEMPERATURE)
    worst = class_similarities(vectors.worst, temperature=TEMPERATURE)
    sharp = combine_global_local(whole, best)
    yield _row(vectors, "aggregation", "whole photo alone", whole)
    yield _row(vectors, "aggregation", "best snippet alone", best)
    yield _row(vectors, "aggregation", "mean of both, zeta 0", sharp, default=True)
    for zeta in ZETAS:
        scores = combine_global_local(whole, aggregate_extremes(best, worst, zeta=zeta))
        yield _row(vectors, "aggregation", f"mean of both, zeta {zeta:g}", scores)
    yield _row(vectors, "scores", "sharp, for targets and cuts", sharp, default=True)
    soft = mean_scores(vectors, TEMPERATURE * RANKING_SOFTENING)
    yield _row(vectors, "scores", "softened, for ranking", soft, default=True)
    yield _row(vectors, "scores", "softened 5 times", mean_scores(vectors, 5 * TEMPERATURE))


def mean_scores(vectors: ScoreVectors, temperature: float) -> NDArray[np.float64]:
    """Initial pseudo labels at a temperature."""
    return combine_global_local(
        class_similarities(vectors.whole, temperature=temperature),
        class_similarities(vectors.best, temperature=temperature),
    ).astype(np.float64)


def _row(
    vectors: ScoreVectors,
    family: str,
    choice: str,
    scores: NDArray[np.floating],
    *,
    default: bool = False,
) -> Row:
    figures = Figures(
        labels=100 * mean_average_precision(vectors.truth, scores),
        f1=100 * macro_f1(vectors.truth, scores >= label_free_thresholds(scores)),
    )
    return Row(family, choice, default, {NAME: figures})
