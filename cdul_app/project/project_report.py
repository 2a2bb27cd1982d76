"""How good the project's labels are, from answers about a random sample of its photos."""

from dataclasses import dataclass
from typing import Any

from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import (
    ClassReport,
    SampleDesign,
    answers_needed,
    class_report,
    is_covered,
    overall_report,
)
from cdul_app.measures.reviews import predicted_classes
from cdul_app.project.class_thresholds import ShownLabels

Designs = tuple[SampleDesign | None, ...]  # one a class

_UNKNOWN = Estimate(0.5, 0.0, 1.0)
_NOTHING_KNOWN = ClassReport(0, None, _UNKNOWN, _UNKNOWN)


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


def label_report(shown: ShownLabels, designs: Designs) -> LabelReport:
    """Of the machine's labels at the thresholds of now; answers do not improve them here."""
    labels = predicted_classes(shown.scores, shown.classes.thresholds)
    reports, covered = [], []
    for column, design in enumerate(designs):
        if design is None:
            reports.append(_NOTHING_KNOWN)
            continue
        answers = shown.answers[:, column]
        reports.append(class_report(design, labels[:, column], answers))
        if is_covered(design, answers):
            covered.append((column, design))
    columns = [column for column, _ in covered]
    return LabelReport(
        shown.classes.names,
        tuple(reports),
        overall_report(
            [design for _, design in covered], labels[:, columns], shown.answers[:, columns]
        )
        if covered
        else None,
        len(covered),
    )
