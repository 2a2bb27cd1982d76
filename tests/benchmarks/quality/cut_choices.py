"""Choices of the cut between score and label, and whether a label report tells the truth."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_report import ClassReport, class_report, draw_design, next_question
from cdul_app.measures.metrics import macro_f1, per_class_f1
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from tests.benchmarks.bench_cuts import SHOWN, answered, best_cuts
from tests.benchmarks.quality.table import Figures, Row
from tests.measures.class_thresholds import label_free_thresholds

REPORT_ANSWERS = 60
Scored = tuple[NDArray[np.floating], NDArray[np.int8]]  # scores and truth, (n_images, n_classes)


def cut_rows(source: str, collections: Sequence[Scored], runs: int) -> Iterator[Row]:
    """Macro-F1, mean of `runs` samples of 90 % of the photos of each collection."""
    random = np.random.default_rng(0)
    found = []
    for scores, truth in collections:
        for _ in range(runs):
            sample = np.sort(
                random.choice(len(truth), max(1, int(0.9 * len(truth))), replace=False)
            )
            some, real = np.asarray(scores[sample], dtype=np.float64), truth[sample]
            found.append(
                [
                    macro_f1(real, some >= DEFAULT_THRESHOLD),
                    macro_f1(real, some >= label_free_thresholds(some)),
                    *(macro for macro, _ in answered(some, real)),
                    float(np.nanmean(per_class_f1(real, some >= best_cuts(some, real)))),
                ]
            )
    choices = (
        f"fixed {DEFAULT_THRESHOLD}",
        "each class by itself (Otsu)",
        *(f"automatic, {count} answers a class" for count in SHOWN),
        "the best there are",
    )
    for choice, value in zip(choices, 100 * np.mean(found, axis=0), strict=True):
        default = choice == "automatic, 0 answers a class"
        yield Row("cuts", choice, default, {source: Figures(f1=float(value))})


def report_row(source: str, collections: Sequence[Scored]) -> Row:
    """Share of the 95 % intervals that hold the truth, in the column of F1."""
    held: list[bool] = []
    for scores, truth in collections:
        cuts = label_free_thresholds(scores)
        for column, cut in enumerate(cuts):
            held += _intervals_that_hold(scores[:, column], truth[:, column], float(cut), column)
    share = 100 * float(np.mean(held)) if held else None
    choice = f"% of intervals that hold the truth, {REPORT_ANSWERS} answers a class"
    return Row("label report", choice, True, {source: Figures(f1=share)})


def _intervals_that_hold(
    scores: NDArray[np.floating], truth: NDArray[np.int8], cut: float, seed: int
) -> list[bool]:
    report = answered_report(scores, scores >= cut, truth, cut, REPORT_ANSWERS, seed)
    return intervals_that_hold(report, true_figures(scores >= cut, truth > 0))


def answered_report(
    scores: NDArray[np.floating],
    labels: NDArray[np.bool_],
    truth: NDArray[np.int8],
    cut: float,
    most: int,
    seed: int,
) -> ClassReport:
    """Of one class, after up to `most` answers simulated from truth; all (n_images,)."""
    design = draw_design(scores, cut, seed=seed)
    answers = np.full(len(truth), UNOBSERVED, dtype=np.int8)
    for _ in range(most):
        row = next_question(design, answers)
        if row is None:
            break
        answers[row] = truth[row]
    return class_report(design, labels, answers, seed=seed)


def true_figures(labels: NDArray[np.bool_], positive: NDArray[np.bool_]) -> dict[str, float | None]:
    """What a report estimates; None where it is not defined."""
    hits = float((positive & labels).sum())
    return {
        "precision": hits / labels.sum() if labels.any() else None,
        "recall": hits / positive.sum() if positive.any() else None,
        "f1": 2 * hits / (labels.sum() + positive.sum()) if positive.any() else None,
    }


def intervals_that_hold(report: ClassReport, true: dict[str, float | None]) -> list[bool]:
    """Of each figure that is defined, whether its 95 % interval holds it."""
    pairs = [(getattr(report, name), value) for name, value in true.items()]
    return [
        bool(estimate.low - 1e-9 <= value <= estimate.high + 1e-9)
        for estimate, value in pairs
        if estimate is not None and value is not None
    ]
