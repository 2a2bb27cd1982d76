"""A box to choose from whose list shows its entries whole."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QToolTip,
    QWidget,
)

from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.overlays.on_screen import moved_inside

_FIELD_MARGINS = 2  # pixels that Qt keeps around the text
_LEAST_WIDTH = 84  # pixels
MOST_SHOWN = 16  # entries; the others are scrolled to


class DropDown(QComboBox):
    """Its list is as wide as its widest entry, and inside the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(MOST_SHOWN)
        self.setItemDelegate(QStyledItemDelegate(self))  # one that the style sheet gives room

    def sizeHint(self) -> QSize:
        """Qt counts neither the margins nor the last part of a pixel of a text."""
        return super().sizeHint() + QSize(2 * _FIELD_MARGINS, 0)

    def minimumSizeHint(self) -> QSize:
        """What it says can be shortened."""
        smallest = super().minimumSizeHint()
        return QSize(min(_LEAST_WIDTH, smallest.width()), smallest.height())

    def showPopup(self) -> None:
        view = self.view()
        assert view is not None, "a combo box has a list"
        screen = self.screen().availableGeometry()
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # of what is wider than the screen
        view.setMinimumWidth(min(screen.width() - SPACING[4], self._width_of(view)))
        super().showPopup()
        popup = view.window()
        popup.setGeometry(moved_inside(popup.geometry(), screen))

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """What does not fit into the box itself ends in an ellipsis."""
        super().initStyleOption(option)
        option.currentText = self._shown(option)

    def event(self, event: QEvent) -> bool:
        """A name that was shortened is whole in a tooltip, where the box has none of its own."""
        if isinstance(event, QHelpEvent) and not self.toolTip():
            option = QStyleOptionComboBox()
            super().initStyleOption(option)
            if self._shown(option) != option.currentText:
                QToolTip.showText(event.globalPos(), plain_tip(option.currentText), self)
                return True
        return super().event(event)

    def _shown(self, option: QStyleOptionComboBox) -> str:
        field = QStyle.SubControl.SC_ComboBoxEditField
        kind = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(kind, option, field, self).width() - _FIELD_MARGINS
        if not option.currentIcon.isNull():
            room -= option.iconSize.width() + SPACING[0]
        end = Qt.TextElideMode.ElideRight
        return option.fontMetrics.elidedText(option.currentText, end, max(0, room))

    def _width_of(self, view: QAbstractItemView) -> int:
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        return max(self.width(), view.sizeHintForColumn(0) + bar + SPACING[1])
