"""What can be done with a label on a photo; each entry names its class."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.widgets.labels import shortened
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labels.label_states import LabelState, PhotoLabel
from cdul_app.project.project import Project

_LONGEST = 40  # letters of a class


def label_menu(
    project: Project,
    row: int,
    labels: Sequence[PhotoLabel],
    show_photos: Callable[[int], object],
    parent: QWidget,
) -> QMenu:
    """Of one label, or of several with a menu each; it goes when it is closed.

    show_photos : called with the class whose photos are wanted.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for label in labels:
        if len(labels) == 1:
            _fill(menu, project, row, label, show_photos)
        else:
            title = f"{shortened(label.name, _LONGEST)}  ({label.word or tr(label.state)})"
            _fill(menu.addMenu(without_mnemonic(title)), project, row, label, show_photos)
    return menu


def _fill(
    menu: QMenu, project: Project, row: int, label: PhotoLabel, show: Callable[[int], object]
) -> None:
    name = shortened(label.name, _LONGEST)

    def answer(value: int) -> None:
        project.decisions.answer([row], label.column, value)

    # A title, as text: what is known of the label, with its number.
    menu.addAction(without_mnemonic(label.describe())).setEnabled(False)
    menu.addSeparator()
    entries = {
        tr("Yes: {name}", name=name): (YES, LabelState.CONFIRMED),
        tr("No: {name}", name=name): (NO, LabelState.REJECTED),
        tr("Take the answer back: {name}", name=name): (UNOBSERVED, LabelState.SUGGESTED),
    }
    for title, (value, state) in entries.items():
        if label.state is not state:
            entry = menu.addAction(without_mnemonic(title))
            entry.triggered.connect(lambda _=False, value=value: answer(value))
    menu.addSeparator()
    shown = menu.addAction(without_mnemonic(tr("Show photos with {name}", name=name)))
    shown.triggered.connect(lambda: show(label.column))
