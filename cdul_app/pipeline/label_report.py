"""How good the project's labels are, from answers about a random sample of its photos."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cdul_app.core.errors import ProjectError
from cdul_app.core.estimates import Estimate
from cdul_app.core.label_report import (
    ClassReport,
    SampleDesign,
    answers_needed,
    class_report,
    draw_design,
    is_covered,
    next_question,
    overall_report,
)
from cdul_app.core.reviews import predicted_classes
from cdul_app.pipeline.cuts import ShownLabels, read_shown_labels
from cdul_app.storage.project_store import ProjectStore


@dataclass(frozen=True)
class LabelReport:
    class_names: tuple[str, ...]
    classes: tuple[ClassReport, ...]
    overall: ClassReport | None  # of the classes that are covered, None where none is
    covered: int  # how many classes that is

    @property
    def answers_needed(self) -> tuple[int, ...]:
        """More answers, a class, until its F1 is known within 5 points."""
        return tuple(answers_needed(report) for report in self.classes)

    def to_dict(self) -> dict[str, Any]:
        """What `report --json` prints: percentages 0-100, null where nothing is known."""
        return {
            "overall": None if self.overall is None else _to_dict(self.overall),
            "classes_in_overall": self.covered,
            "classes": {
                name: _to_dict(report)
                for name, report in zip(self.class_names, self.classes, strict=True)
            },
        }


def _to_dict(report: ClassReport) -> dict[str, Any]:
    known = report.answered > 0
    result: dict[str, Any] = {"answers": report.answered}
    for name in ("precision", "recall", "f1"):
        estimate: Estimate | None = getattr(report, name)
        result[name] = (
            None
            if estimate is None or not known
            else {
                part: round(100 * getattr(estimate, part), 2) for part in ("value", "low", "high")
            }
        )
    result["answers_needed"] = answers_needed(report) if known else None
    return result


def read_designs(store: ProjectStore, shown: ShownLabels) -> tuple[SampleDesign, ...]:
    """The sample of each class, drawn now where there is none yet."""
    photo_ids = np.array(shown.photo_ids, dtype=np.int64)
    designs = []
    for column, record in enumerate(shown.classes):
        design = store.samples.read(record.identifier, photo_ids)
        if design is None:
            # Any seed gives a valid sample; the class's own makes a copy of the project agree.
            design = draw_design(shown.scores[:, column], record.threshold, seed=record.identifier)
            store.samples.add(record.identifier, photo_ids, design)
        designs.append(design)
    return tuple(designs)


def label_report(shown: ShownLabels, designs: tuple[SampleDesign, ...]) -> LabelReport:
    """Of the machine's labels at the thresholds of now; answers do not improve them here."""
    labels = predicted_classes(shown.scores, shown.thresholds)
    covered = [
        column
        for column, design in enumerate(designs)
        if is_covered(design, shown.answers[:, column])
    ]
    answers = shown.answers[:, covered]
    return LabelReport(
        tuple(record.name for record in shown.classes),
        tuple(
            class_report(design, labels[:, column], shown.answers[:, column])
            for column, design in enumerate(designs)
        ),
        overall_report([designs[column] for column in covered], labels[:, covered], answers)
        if covered
        else None,
        len(covered),
    )


def project_report(store: ProjectStore) -> LabelReport:
    """Raises ProjectError before scoring."""
    shown = _required(read_shown_labels(store))
    return label_report(shown, read_designs(store, shown))


def report_question(
    shown: ShownLabels, designs: tuple[SampleDesign, ...], column: int
) -> int | None:
    """Row of the photo to ask about next for a class; None where its sample is exhausted."""
    return next_question(designs[column], shown.answers[:, column])


def _required(shown: ShownLabels | None) -> ShownLabels:
    if shown is None:
        raise ProjectError("There are no labels to report on yet: score the photos first.")
    return shown
