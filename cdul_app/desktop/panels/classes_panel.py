"""Classes: the list with its counts and thresholds, and the editor that replaces it."""

from functools import partial

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.class_editor import ClassEditor
from cdul_app.desktop.panels.class_overview import ClassListModel, ClassRowDelegate
from cdul_app.desktop.panels.threshold_editor import ThresholdEditor
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import box, horizontal, stack, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.project.class_warnings import class_warnings

RECOUNT_DELAY_MS = 40  # many answers given at once are counted once

_STALE = (
    "Classes or settings changed since the photos were scored. Scoring again is fast: it reads "
    "the stored embeddings."
)


class ClassesPanel(Panel):
    """Starts with the editor where the project has no class yet."""

    calibration_requested = Signal(int)  # column

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__("Classes", scrolls=False, parent=parent)
        self._session = session
        self._project = session.project

        self.model = ClassListModel(session, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(ClassRowDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName("Classes")
        self.list.selectionModel().currentChanged.connect(self._on_class_chosen)
        self.threshold_editor = ThresholdEditor(session)
        self.threshold_editor.count_changed.connect(self.model.show_count)
        self.threshold_editor.calibration_requested.connect(self.calibration_requested)

        self.edit_button = push_button("Edit list…", self.edit, name="Edit the list of classes")
        self.legend = caption_label("")
        self.stale_message = Message()
        self.stale_message.set_action("Score again", self._on_score_again)
        self.problem = Message(dismissible=True)

        overview = vertical(
            horizontal((self.legend, 1), self.edit_button), (self.list, 1), self.threshold_editor,
            spacing=SPACING[1],
        )  # fmt: skip
        self.editor = ClassEditor(find_warnings=partial(class_warnings, session.project))
        self.editor.applied.connect(self._on_applied)
        self.editor.left.connect(self._on_editor_left)

        self.pages = stack(box(overview), self.editor)
        self.body.addWidget(self.stale_message)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.pages, 1)

        self._recount_timer = self.delayed(RECOUNT_DELAY_MS, self._recount)

        session.classes_changed.connect(self._on_classes_changed)
        for signal in (
            session.photos_changed,
            session.scores_changed,
            session.first_labels_came,
            session.thresholds_changed,
            session.answers_changed,
        ):
            signal.connect(lambda *_: self._recount_timer.start())
        session.jobs.started.connect(self._show_stale)
        session.jobs.finished.connect(self._show_stale)
        self._show_classes(0)
        if not session.project.classes:
            self.edit()

    @property
    def is_editing(self) -> bool:
        return self.pages.currentWidget() is self.editor

    def edit(self) -> None:
        """Show the editor with the classes in use."""
        self._refresh_editor()
        self.pages.setCurrentWidget(self.editor)
        self.editor.text.setFocus()

    def select_class(self, column: int) -> None:
        self.list.setCurrentIndex(self.model.index(column, 0))

    def release(self) -> None:
        self.threshold_editor.commit()
        self.editor.stop_waiting()
        super().release()

    def _on_applied(self, definitions: list[ClassDefinition]) -> None:
        with self.editor.verdict.telling_errors():
            self._project.decisions.set_classes(definitions)
            self._refresh_editor()
            self.pages.setCurrentIndex(0)
            self.list.setFocus()

    def _on_editor_left(self) -> None:
        if self._project.classes:
            self.pages.setCurrentIndex(0)
            self.edit_button.setFocus()

    def _refresh_editor(self) -> None:
        answered = np.count_nonzero(self._project.answers != UNOBSERVED, axis=0).tolist()
        counts = dict(zip(self._project.classes.names, answered, strict=True))
        self.editor.set_current(self._project.classes.definitions, counts)

    def _on_classes_changed(self) -> None:
        column = self.list.currentIndex().row()
        self.model.reload()
        self._show_classes(column)

    def _show_classes(self, column: int) -> None:
        """What the model has counted, one class chosen."""
        if self.model.rows:
            self.select_class(min(max(column, 0), len(self.model.rows) - 1))
        else:
            self.threshold_editor.show_class(None)
        self._refresh_editor()
        self._show_stale()

    def _recount(self) -> None:
        self.model.recount()
        self.threshold_editor.refresh()
        self._show_stale()

    def _on_class_chosen(self) -> None:
        index = self.list.currentIndex()
        self.threshold_editor.show_class(index.row() if index.isValid() else None)

    def _show_stale(self, *_: object) -> None:
        scored = self._project.display_kind is not None
        count = len(self._project.classes)
        self.legend.setText(
            f"{count:,} {'class' if count == 1 else 'classes'}"
            + (" · photos with each label" if scored else "")
        )
        stale = scored and self._project.scoring.is_stale and not self._session.jobs.is_busy
        self.stale_message.show_message(_STALE if stale else "", Tone.WARNING)

    def _on_score_again(self) -> None:
        self.problem.clear()
        with self.problem.telling_errors():
            self._session.jobs.start_scoring()
