"""Questions about one class, asked one photo after the other."""

from enum import StrEnum

import numpy as np

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.calibration import CalibratedCut
from cdul_app.measures.label_report import (
    ClassReport,
    answers_needed,
    class_report,
    next_question,
)
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.project.class_thresholds import class_cut
from cdul_app.project.project_report import LabelReport, label_report


class QuestionPurpose(StrEnum):
    CALIBRATION = "calibration"  # move the cut: photos near it
    REPORT = "report"  # know how good the labels are: photos drawn at random


class QuestionRound:
    """Reads the session anew each time it is asked, so that undo and other changes count."""

    def __init__(self, session: ProjectSession, purpose: QuestionPurpose, column: int) -> None:
        self._session = session
        self.purpose = purpose
        self.class_id = session.classes[column].identifier
        self._passed: set[int] = set()  # photos passed over in this round

    @property
    def column(self) -> int | None:
        """Where the class stands now, None where it was removed."""
        for column, record in enumerate(self._session.classes):
            if record.identifier == self.class_id:
                return column
        return None

    def next_row(self) -> int | None:
        """The photo to ask about; None where nothing is left to ask, or before scoring."""
        shown, column = self._session.shown_labels(), self.column
        if shown is None or column is None:
            return None
        if self.purpose is QuestionPurpose.REPORT:
            design = self._session.sample_design(column)
            return None if design is None else next_question(design, shown.answers[:, column])
        # A photo that was passed over is left out of the question, not of the curve.
        scores = shown.scores.copy() if self._passed else shown.scores
        rows = [row for row in map(self._row_of, self._passed) if row is not None]
        scores[rows, column] = np.nan
        cut = class_cut(scores, shown.answers, column)
        return None if cut is None else cut.question

    def pass_over(self, row: int) -> None:
        """Ask about another photo.  In a report each photo of the sample has to be answered."""
        if self.purpose is QuestionPurpose.REPORT:
            raise ValueError("a photo of a random sample cannot be passed over")
        self._passed.add(int(self._session.photos.ids[row]))

    def answer(self, row: int, value: int) -> None:
        """Keep the answer; whoever hears of it lets the cut `follow`, as after an undo."""
        column = self.column
        if column is not None:
            self._session.answer([row], column, value)

    def follow(self) -> None:
        """Let the cut follow the answers as they are now, in a calibration."""
        cut, column = self.cut(), self.column
        if self.purpose is QuestionPurpose.CALIBRATION and cut is not None and column is not None:
            self._session.set_automatic_threshold(column, cut.threshold)

    def cut(self) -> CalibratedCut | None:
        """What the answers say of the cut."""
        shown, column = self._session.shown_labels(), self.column
        if shown is None or column is None:
            return None
        return class_cut(shown.scores, shown.answers, column)

    def report(self) -> ClassReport | None:
        """What the random sample says of the labels."""
        shown, column = self._session.shown_labels(), self.column
        if shown is None or column is None:
            return None
        design = self._session.sample_design(column)
        if design is None:
            return None
        labels = shown.scores[:, column] >= shown.thresholds[column]
        return class_report(design, labels, shown.answers[:, column])

    def answers_needed(self) -> int:
        """About how many more until F1 is known within 5 points; 0 before scoring."""
        report = self.report()
        return 0 if report is None else answers_needed(report)

    @property
    def answered(self) -> int:
        """Answers given for the class by now."""
        column = self.column
        if column is None:
            return 0
        return int(np.count_nonzero(self._session.answers[:, column] != UNOBSERVED))

    def _row_of(self, photo_id: int) -> int | None:
        rows = np.flatnonzero(self._session.photos.ids == photo_id)
        return int(rows[0]) if rows.size else None


def session_report(session: ProjectSession) -> LabelReport | None:
    """The report of all classes; None before scoring."""
    shown = session.shown_labels()
    return None if shown is None else label_report(shown, session.sample_designs())
