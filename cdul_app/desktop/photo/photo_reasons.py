"""Beside the photo, in words: why the chosen class got its score, who decided, from what."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.photo.photo_explanation import class_scores, explain_label, explain_score
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.evidence import PhotoEvidence


class PhotoReasons(QWidget):
    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self.sentence, self.decision = QLabel(self), QLabel(self)
        self.source, self.hint = QLabel(self), QLabel(self)
        self.sentence.setAccessibleName("Why this score")
        self.decision.setAccessibleName("Who decided")
        self.source.setAccessibleName("Where the label comes from")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING[3], SPACING[2], SPACING[3], SPACING[2])
        layout.setSpacing(SPACING[0])
        for label, role in (
            (self.sentence, "body"),
            (self.decision, "muted"),
            (self.source, "caption"),
            (self.hint, "muted"),
        ):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addStretch()
        # Room for the longest usual sentences, so that what stands below stays where it is.
        self.setMinimumHeight(
            5 * self.sentence.fontMetrics().lineSpacing() + 2 * SPACING[2] + SPACING[1]
        )

    def explain(self, row: int, column: int | None, evidence: PhotoEvidence | None) -> None:
        """`column` is the chosen class, None where there is none."""
        session, name = self._session, ""
        sentence = decision = source = ""
        if column is not None:
            name = session.project.classes[column].name
            scores = class_scores(session, row, column)
            sentence = explain_score(name, scores, evidence, column)
            decision = explain_label(
                int(session.project.answers[row, column]),
                scores[LabelKind.PSEUDO],
                float(session.project.classes.thresholds[column]),
            )
            source = session.project.decisions.label_source(row, column).describe()
        for label, text in (
            (self.sentence, sentence),
            (self.decision, decision),
            (self.source, source),
            (self.hint, self._missing(row)),
        ):
            label.setText(text)
            label.setVisible(bool(text))

    def _missing(self, row: int) -> str:
        """What stands between this photo and its scores; empty where nothing does."""
        session = self._session
        if not session.project.classes:
            return "There are no classes yet. Go back and name what you are looking for."
        if session.project.photos.errors[row]:
            return "This photo was skipped, so it has no scores. The others are not affected."
        if session.project.display_kind is None:
            return "No scores yet. You can answer already; score the photos to see the evidence."
        if np.isnan(session.project.scores(session.project.display_kind)[row]).all():  # type: ignore[index]
            return "This photo is new: score the photos again to see its labels and evidence."
        return ""
