"""First on the photo page: the labels of the photo, and a field that adds one."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.photo.label_button import LabelButton
from cdul_app.desktop.photo.label_field import LabelField
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import FlowLayout, vertical
from cdul_app.errors import ClassListError
from cdul_app.language import tr
from cdul_app.project.classes.class_edits import add_class
from cdul_app.project.labels.label_states import PhotoLabel


class PhotoLabels(QWidget):
    class_chosen = Signal(int)
    answered = Signal(int, int)  # class, YES / NO / UNOBSERVED
    added = Signal(int)  # class that was typed

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self.buttons: list[LabelButton] = []
        self._shown: tuple[object, ...] = ()
        self._chips = QWidget(self)
        self._flow = FlowLayout(self._chips, spacing=SPACING[1])
        self.nothing = label("", "muted", parent=self._chips)
        self._flow.addWidget(self.nothing)
        self.field = LabelField(self)
        self.problem = label("", "caption", wrap=True, parent=self)
        self.problem.hide()
        vertical(
            self._chips, self.field, self.problem,
            on=self, spacing=SPACING[1], margins=(SPACING[3], SPACING[2], SPACING[3], 0),
        )  # fmt: skip
        self.field.chosen.connect(self.added)
        self.field.new_wanted.connect(self._on_new)
        self.field.textEdited.connect(lambda _: self.problem.hide())

    def show_labels(
        self, labels: list[PhotoLabel], colors: Mapping[int, QColor], current: int | None, why: str
    ) -> None:
        """colors : by the column of each label; why : there are none, where it is so."""
        self.field.set_names(self._project.classes.names)
        self.nothing.setText(why or tr("No labels: nothing is suggested."))
        shown = (*labels, current, *(colors[label.column].name() for label in labels))
        if shown == self._shown:
            self.nothing.setVisible(not labels)
            return
        self._shown = shown
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            QTimer.singleShot(0, button, button.deleteLater)  # it may be the one that is clicked
        self.buttons = []
        for each in labels:
            button = LabelButton(
                each, colors[each.column], current=each.column == current, parent=self._chips
            )
            column = each.column
            button.clicked.connect(lambda _=False, column=column: self.class_chosen.emit(column))
            button.answered.connect(lambda v, column=column: self.answered.emit(column, v))
            self._flow.addWidget(button)
            button.show()
            self.buttons.append(button)
        self.nothing.setVisible(not labels)
        self._chips.updateGeometry()

    def _on_new(self, name: str) -> None:
        try:
            column = add_class(self._project, name)
        except ClassListError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        self.added.emit(column)
