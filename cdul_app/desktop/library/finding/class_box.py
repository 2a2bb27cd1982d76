"""Choosing a class by a part of its name."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cdul_app.desktop.keys.shortcuts import class_key_mark
from cdul_app.desktop.look.painting import RIGHT, paint_text
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.drop_down import DropDown
from cdul_app.desktop.widgets.tables import AnyIndex

KEY_ROLE = Qt.ItemDataRole.UserRole + 1  # as it is printed, "" for none
_KEY_WIDTH = 26


class ClassBoxDelegate(QStyledItemDelegate):
    """A name, and at the end the key that answers it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width() + _KEY_WIDTH + SPACING[1], size.height())

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """The name ends before the key."""
        super().initStyleOption(option, index)
        room = option.rect.width() - _KEY_WIDTH - SPACING[1]
        if index.data(KEY_ROLE) and room > 0:  # no room is known while the size is asked for
            end = Qt.TextElideMode.ElideRight
            option.text = option.fontMetrics.elidedText(option.text, end, room)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        key = index.data(KEY_ROLE)
        if not key:
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        room = option.rect.adjusted(0, 0, -SPACING[1], 0)
        paint_text(painter, room, str(key), option.palette.color(role), align=RIGHT)
        painter.restore()


class ClassBox(DropDown):
    """The first entry is no class; the others are columns of the session."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumWidth(150)
        self.setAccessibleName("Class to review")
        self.setToolTip("The class that Y and N answer, and that the score order is of")
        completer = self.completer()
        assert completer is not None, "an editable combo box has one"
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        for view in (self.view(), completer.popup()):
            assert view is not None, "both have a list"
            view.setItemDelegate(ClassBoxDelegate(view))
        field = self.lineEdit()
        assert field is not None, "an editable combo box has one"
        field.editingFinished.connect(self._restore_name)

    @property
    def column(self) -> int | None:
        return self.currentIndex() - 1 if self.currentIndex() > 0 else None

    def set_classes(self, names: Sequence[str], *, keep: bool) -> None:
        """Put in other classes; `keep` the chosen one where its name is still there."""
        # Not the field's text, which a person may be typing.
        name = self.itemText(self.currentIndex() if keep else -1)
        with QSignalBlocker(self):
            self.clear()
            self.addItems(["Any class", *names])
            for column in range(len(names)):
                self.setItemData(column + 1, class_key_mark(column), KEY_ROLE)
            self.setCurrentIndex(max(0, self.findText(name, Qt.MatchFlag.MatchExactly)))

    def _restore_name(self) -> None:
        """A text that is no class chooses nothing, and does not stay to look as if it did."""
        self.setEditText(self.itemText(self.currentIndex()))
