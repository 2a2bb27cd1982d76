"""An entry of the list of classes: its name, and at the end the key that answers it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cdul_app.desktop.look.painting import RIGHT, paint_text
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.tables import AnyIndex

KEY_ROLE = Qt.ItemDataRole.UserRole + 1  # as it is printed, "" for none
_KEY_WIDTH = 26


class ClassBoxDelegate(QStyledItemDelegate):
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
