"""Classes: the whole list as a text, to write, paste or load."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.panels.class_editor import ClassEditor
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.language import tr
from cdul_app.project.classes.class_warnings import class_warnings


class ClassesPanel(Panel):
    """One class is renamed, merged or removed in the list beside the photos."""

    applied = Signal()
    draft_changed = Signal()

    def __init__(self, session: ProjectSession) -> None:
        super().__init__(tr("Classes"), tr("What to look for in the photos."), scrolls=False)
        self._project = session.project
        self.editor = ClassEditor(find_warnings=partial(class_warnings, session.project))
        self.editor.applied.connect(self._on_applied)
        self.editor.checked.connect(self.draft_changed)
        self.body.addWidget(self.editor, 1)
        self._later = self.delayed(200, self._refresh)
        session.classes_changed.connect(self._refresh)
        session.answers_changed.connect(self._on_answers)
        self._refresh()

    def release(self) -> None:
        self.editor.stop_waiting()
        super().release()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _on_answers(self, _: object) -> None:
        if self.isVisible():  # else counted when it is shown
            self._later.start()

    def _on_applied(self, definitions: list[ClassDefinition]) -> None:
        with self.editor.verdict.telling_errors():
            self._project.decisions.set_classes(definitions)
            self._refresh()
            self.applied.emit()

    def _refresh(self) -> None:
        answered = self._project.facts.answer_counts().tolist()
        counts = dict(zip(self._project.classes.names, answered, strict=True))
        self.editor.set_current(self._project.classes.definitions, counts)
