"""Choices of the cut between score and label, and whether a label report tells the truth."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.metrics import macro_f1, per_class_f1
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from tests.benchmarks.bench_cuts import SHOWN, answered, best_cuts
from tests.benchmarks.quality.table import Figures, Row
from tests.measures.class_thresholds import label_free_thresholds
from tests.measures.report_coverage import Collection, coverage

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
    """Share of the 95 % intervals of classes that hold the truth, in the column of F1."""
    samples = (
        Collection(scores, truth > 0, label_free_thresholds(scores))
        for scores, truth in collections
    )
    _, classes = coverage(samples, counts=(REPORT_ANSWERS,))
    shares = list(classes.shares().values())
    share = 100 * float(np.mean(shares)) if shares else None
    choice = f"% of intervals that hold the truth, {REPORT_ANSWERS} answers a class"
    return Row("label report", choice, True, {source: Figures(f1=share)})
