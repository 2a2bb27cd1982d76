"""How good the project's labels are, from answers about a random sample of its photos."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cdul_app.measures.estimates import Estimate
from cdul_app.measures.label_report import ClassReport, class_report, overall_report
from cdul_app.measures.reviews import UNOBSERVED, answer_counts, predicted_classes
from cdul_app.measures.sample_design import ENOUGH_ANSWERS, SampleDesign
from cdul_app.project.labels.class_thresholds import ShownLabels

Designs = tuple[SampleDesign | None, ...]  # one a class

_UNKNOWN = Estimate(0.5, 0.0, 1.0)


@dataclass(frozen=True)
class LabelReport:
    class_names: tuple[str, ...]
    answers: tuple[int, ...]  # of each class, whether or not they count for its report
    classes: tuple[ClassReport, ...]
    overall: ClassReport | None  # of the classes that are known, None where none is
    known: int  # how many classes that is

    @property
    def least_known(self) -> int:
        """The class to ask about next: it needs most answers, or its F1 may be farthest off."""
        needs = [(each.needed, each.left > 0, each.f1.most_off) for each in self.classes]
        return needs.index(max(needs))

    def to_dict(self) -> dict[str, Any]:
        """What `report --json` prints: percentages 0-100, null where nothing is known."""
        return {
            "overall": None if self.overall is None else _to_dict(self.overall),
            "classes_in_overall": self.known,
            "classes": {
                name: {"answers": answers, **_to_dict(report)}
                for name, answers, report in zip(
                    self.class_names, self.answers, self.classes, strict=True
                )
            },
        }


def _to_dict(report: ClassReport) -> dict[str, Any]:
    result: dict[str, Any] = {"answers_in_sample": report.answered}
    for name in ("precision", "recall", "f1"):
        estimate: Estimate | None = getattr(report, name)
        result[name] = (
            None
            if estimate is None or not report.is_known
            else {
                part: round(100 * getattr(estimate, part), 2) for part in ("value", "low", "high")
            }
        )
    result["answers_needed"] = report.needed
    return result


def label_report(shown: ShownLabels, designs: Designs) -> LabelReport:
    """Of the machine's labels at the thresholds of now; answers do not improve them here."""
    labels = predicted_classes(shown.scores, shown.classes.thresholds)
    scored = ~np.isnan(shown.scores)
    reports, known = [], []
    for column, design in enumerate(designs):
        answers = shown.answers[:, column]
        if design is None:
            left = int(np.count_nonzero(scored[:, column] & (answers == UNOBSERVED)))
            needed = min(ENOUGH_ANSWERS, left)
            reports.append(ClassReport(0, needed, left, None, _UNKNOWN, _UNKNOWN))
            continue
        reports.append(class_report(design, labels[:, column], answers))
        if reports[-1].is_known:
            known.append((column, design))
    columns = [column for column, _ in known]
    return LabelReport(
        shown.classes.names,
        tuple(answer_counts(shown.answers).tolist()),
        tuple(reports),
        overall_report(
            [design for _, design in known], labels[:, columns], shown.answers[:, columns]
        )
        if known
        else None,
        len(known),
    )
