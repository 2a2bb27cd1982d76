"""Beside the photo, in words: why the chosen class got its score, who decided, from what."""

import numpy as np
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.photo.photo_explanation import class_scores, explain_label, explain_score
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import label, show_text
from cdul_app.desktop.widgets.layouts import STRETCH, vertical
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.project.labels.label_sources import label_source


class PhotoReasons(QWidget):
    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._project = session, session.project
        self._told_source, self._is_brief = "", False
        self.sentence = label("", "body", name=tr("Why this score"), wrap=True)
        self.decision = label("", "muted", name=tr("Who decided"), wrap=True)
        self.source = label("", "caption", name=tr("Where the label comes from"), wrap=True)
        self.hint = label("", "muted", wrap=True)
        vertical(
            self.sentence, self.decision, self.source, self.hint, STRETCH,
            on=self, spacing=SPACING[0], margins=(SPACING[3], SPACING[2]),
        )  # fmt: skip
        self._keep_room(lines=5)

    def explain(self, row: int, column: int | None, evidence: PhotoEvidence | None) -> None:
        """`column` is the chosen class, None where there is none."""
        project, told = self._project, ("", "", "")
        if column is not None:
            scores = class_scores(self._session, row, column)
            answer = int(project.answers[row, column])
            threshold = float(project.classes.thresholds[column])
            told = (
                explain_score(project.classes[column].name, scores, evidence, column),
                explain_label(answer, scores[LabelKind.PSEUDO], threshold),
                label_source(project, row, column).describe(),
            )
        for shown, text in zip((self.sentence, self.decision), told[:2], strict=True):
            show_text(shown, text)
        self._told_source = told[2]
        self.set_brief(self._is_brief)
        show_text(self.hint, self._missing(row))

    def set_brief(self, is_brief: bool) -> None:
        """On a low page where the label comes from stands in the tooltip alone."""
        self._is_brief = is_brief
        self._keep_room(lines=3 if is_brief else 5)
        show_text(self.source, "" if is_brief else self._told_source)
        self.decision.setToolTip(plain_tip(self._told_source if is_brief else ""))

    def _keep_room(self, *, lines: int) -> None:
        """For the longest usual sentences, so that what stands below stays where it is."""
        line = self.sentence.fontMetrics().lineSpacing()
        self.setMinimumHeight(lines * line + 2 * SPACING[2] + SPACING[1])

    def _missing(self, row: int) -> str:
        """What stands between this photo and its scores; empty where nothing does."""
        project, shown = self._project, self._project.shown_labels()
        if not project.classes:
            return tr("There are no classes yet. Go back and name what you are looking for.")
        if row in project.photos.errors:
            return tr("This photo was skipped, so it has no scores. The others are not affected.")
        if shown is None:
            return tr(
                "No scores yet. You can answer already; score the photos to see the evidence."
            )
        if np.isnan(shown.scores[row]).all():
            return tr("This photo is new: score the photos again to see its labels and evidence.")
        return ""
