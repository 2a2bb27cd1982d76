"""Two small numbers for the rows and columns of a snippet grid."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.fields.number_field import CountBox
from cdul_app.desktop.widgets.fields.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import horizontal
from cdul_app.language import tr
from cdul_app.method.snippets import MAX_SNIPPETS_PER_SIDE, SnippetGrid


class GridField(QWidget):
    """`changed` comes with each edit of either number."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = CountBox(tr("Snippet rows"), 1, MAX_SNIPPETS_PER_SIDE)
        self.columns = CountBox(tr("Snippet columns"), 1, MAX_SNIPPETS_PER_SIDE)
        for box in (self.rows, self.columns):
            ignore_wheel_unless_focused(box)
            box.valueChanged.connect(self.changed)
        horizontal(self.rows, label("×"), self.columns, on=self, spacing=SPACING[0])
        self.setFocusProxy(self.rows)

    def grid(self) -> SnippetGrid:
        return SnippetGrid(self.rows.value(), self.columns.value())

    def set_grid(self, grid: SnippetGrid) -> None:
        self.rows.setValue(grid.rows)
        self.columns.setValue(grid.columns)
