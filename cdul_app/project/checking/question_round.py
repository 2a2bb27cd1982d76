"""Questions about one class, asked one photo after the other."""

from enum import StrEnum

import numpy as np

from cdul_app.measures.checked_labels import CheckedLabels, count_checked
from cdul_app.measures.label_report import ClassReport, class_report
from cdul_app.measures.sample_design import next_question
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.project.labels.class_thresholds import class_threshold
from cdul_app.project.project import Project


class QuestionPurpose(StrEnum):
    CALIBRATION = "calibration"  # move the threshold: photos near it
    REPORT = "report"  # know how good the labels are: photos drawn at random


class QuestionRound:
    """Reads the project anew each time it is asked, so that undo and other changes count."""

    def __init__(self, project: Project, purpose: QuestionPurpose, column: int) -> None:
        self._project = project
        self.purpose = purpose
        self.class_id = project.classes[column].identifier
        self._skipped: set[int] = set()  # photos

    @property
    def column(self) -> int | None:
        """Where the class stands now, None where it was removed."""
        ids = self._project.classes.ids
        return ids.index(self.class_id) if self.class_id in ids else None

    def next_row(self) -> int | None:
        """The photo to ask about; None where nothing is left to ask, or before scoring."""
        shown, column = self._project.shown_labels(), self.column
        if shown is None or column is None:
            return None
        if self.purpose is QuestionPurpose.REPORT:
            design = self._project.samples.design(column)
            return None if design is None else next_question(design, shown.answers[:, column])
        # A photo that was skipped is left out of the question, not of the curve.
        scores = shown.scores.copy() if self._skipped else shown.scores
        rows = [
            row
            for row in map(self._project.photos.rows_by_id.get, self._skipped)
            if row is not None
        ]
        scores[rows, column] = np.nan
        found = class_threshold(scores, shown.answers[:, column], column)
        return None if found is None else found.question

    @property
    def may_skip(self) -> bool:
        """In a report each photo of the sample has to be answered."""
        return self.purpose is not QuestionPurpose.REPORT

    def skip(self, row: int) -> None:
        """Ask about another photo.  Raises ValueError where it may not be skipped."""
        if not self.may_skip:
            raise ValueError("a photo of a random sample cannot be skipped")
        self._skipped.add(int(self._project.photos.ids[row]))

    def begin(self) -> None:
        """A calibration lets the threshold follow the answers, also one that was set by hand."""
        column = self.column
        if self.purpose is QuestionPurpose.CALIBRATION and column is not None:
            origin = self._project.classes[column].threshold_origin
            if origin is not ThresholdOrigin.AUTOMATIC:
                self._project.decisions.use_automatic_threshold(column)

    def answer(self, row: int, value: int) -> None:
        """Keep the answer.  Labels that a report is about stay as they are while it is made."""
        column = self.column
        if column is not None:
            follow = self.purpose is QuestionPurpose.CALIBRATION
            self._project.decisions.answer([row], column, value, follow=follow)

    def checked(self) -> CheckedLabels | None:
        """The labels against the answers, counted; None before scoring."""
        shown, column = self._project.shown_labels(), self.column
        if shown is None or column is None:
            return None
        scores = shown.scores[:, column]
        labels = scores >= shown.classes.thresholds[column]
        return count_checked(labels, ~np.isnan(scores), shown.answers[:, column])

    def estimates(self) -> ClassReport | None:
        """Precision, recall and F1 once a random sample tells them; answers near the threshold are
        none, and tell what `checked` counts."""
        report = None if self.purpose is QuestionPurpose.CALIBRATION else self.report()
        return report if report is not None and report.is_known else None

    def report(self) -> ClassReport | None:
        """What the random sample says of the labels."""
        shown, column = self._project.shown_labels(), self.column
        if shown is None or column is None:
            return None
        design = self._project.samples.design(column)
        if design is None:
            return None
        labels = shown.scores[:, column] >= shown.classes.thresholds[column]
        return class_report(design, labels, shown.answers[:, column])

    @property
    def answered(self) -> int:
        """Answers given for the class by now."""
        column = self.column
        return 0 if column is None else int(self._project.facts.answer_counts()[column])
