"""How often the intervals of a label report hold the truth, in samples whose answers are true."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_report import ClassReport, class_report, overall_report
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.sample_design import SampleDesign, draw_design, next_question

FIGURES = ("precision", "recall", "f1")
COUNTS = (30, 40, 60)  # answers a class


@dataclass(frozen=True)
class Collection:
    """What a report is about; scores, truth : (n_images, n_classes)."""

    scores: NDArray[np.floating]
    truth: NDArray[np.bool_]
    thresholds: NDArray[np.floating]  # (n_classes,), at which the samples are drawn

    def moved(self, random: np.random.Generator) -> NDArray[np.bool_]:
        """Labels where a person has moved each threshold by up to 30 %, (n_images, n_classes)."""
        return self.scores >= self.thresholds * random.uniform(0.7, 1.3, len(self.thresholds))


@dataclass
class Coverage:
    """Of each figure after a number of answers: whether it was held, and how wide it was told."""

    held: dict[tuple[int, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    off: dict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    widths: dict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, count: int, report: ClassReport, true: dict[str, float | None]) -> None:
        for name, value in true.items():
            estimate = getattr(report, name)
            if estimate is not None and value is not None:
                place = count, name
                self.held[place].append(bool(estimate.low - 1e-9 <= value <= estimate.high + 1e-9))
                self.off[place].append(estimate.value - value)
                self.widths[place].append((estimate.high - estimate.low) / 2)

    def shares(self) -> dict[tuple[int, str], float]:
        return {place: float(np.mean(held)) for place, held in self.held.items()}

    def lines(self) -> Iterator[str]:
        """One a number of answers: per cent that hold the truth, half the width (mean error)."""
        for count in sorted({count for count, _ in self.held}):
            cells = [
                f"{name} {100 * np.mean(self.held[count, name]):5.1f}"
                f" ±{100 * np.mean(self.widths[count, name]):4.1f}"
                f" ({100 * np.mean(self.off[count, name]):+.1f})"
                for name in FIGURES
            ]
            yield f"{count:>4} answers  " + "   ".join(cells)


def true_figures(labels: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, float | None]:
    """Precision, recall and F1 of labels of any shape; None where they are not defined."""
    hits, labelled, shown = (int(each.sum()) for each in (labels & truth, labels, truth))
    return {
        "precision": hits / labelled if labelled else None,
        "recall": hits / shown if shown else None,
        "f1": 2 * hits / (labelled + shown) if shown else None,
    }


def ask(
    design: SampleDesign,
    truth: NDArray[np.bool_],
    count: int,
    before: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Answers to the app's own questions until `count` are given; all (n_images,)."""
    answers = np.full(len(truth), UNOBSERVED) if before is None else before.copy()
    for _ in range(count - int((answers != UNOBSERVED).sum())):
        row = next_question(design, answers)
        if row is None:
            break
        answers[row] = truth[row]
    return answers


def coverage(
    collections: Iterable[Collection],
    *,
    counts: tuple[int, ...] = COUNTS,
    moved: bool = False,
    classes_every: int = 1,
) -> tuple[Coverage, Coverage]:
    """(overall, class by class): of each collection one sample, the classes of some of them."""
    overall, classes = Coverage(), Coverage()
    for seed, of in enumerate(collections):
        random = np.random.default_rng(seed)
        columns = range(of.truth.shape[1])
        labels = of.moved(random) if moved else of.scores >= of.thresholds
        designs = [
            draw_design(of.scores[:, column], of.thresholds[column], seed=seed * 1000 + column)
            for column in columns
        ]
        answers = np.full(of.truth.shape, UNOBSERVED)
        for count in counts:
            for column, design in enumerate(designs):
                answers[:, column] = ask(design, of.truth[:, column], count, answers[:, column])
            together = overall_report(designs, labels, answers, seed=seed)
            overall.add(count, together, true_figures(labels, of.truth))
            for column in columns if seed % classes_every == 0 else ():
                report = class_report(designs[column], labels[:, column], answers[:, column])
                classes.add(count, report, true_figures(labels[:, column], of.truth[:, column]))
    return overall, classes
