"""How a row of the list of classes is painted, and the field in which its name is changed."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionViewItem, QWidget

from cdul_app.classes.class_list import MAX_NAME_LENGTH
from cdul_app.desktop.look.painting import CENTER, RIGHT, paint_box, paint_dot, paint_text
from cdul_app.desktop.look.theme import SPACING, class_color, current_theme, sized_font
from cdul_app.desktop.navigator.class_rows import ClassRow
from cdul_app.desktop.navigator.navigator_model import AllClasses, EmptyClasses, NavigatorRow
from cdul_app.desktop.widgets.tables import ROW_ROLE, AnyIndex, CellDelegate
from cdul_app.language import figure, tr

ROW_HEIGHT = 30  # pixels
_DOT_ROOM = 20
_COUNT_ROOM = 44  # so that pills stand below each other
_WIDE = 180
_ALL = tr("All classes")


class NavigatorDelegate(CellDelegate):
    """Dot, name and key; at the end how many are uncertain, and how many photos there are."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme, frame = current_theme(), QRectF(option.rect).adjusted(2, 1, -2, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_box(painter, frame, theme.selection, radius=6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_box(painter, frame, theme.hover, radius=6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            inside = frame.adjusted(0.5, 0.5, -0.5, -0.5)
            paint_box(painter, inside, None, line=theme.accent, radius=6)

    def paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, row: NavigatorRow, column: int
    ) -> None:
        theme = current_theme()
        line = QRectF(option.rect).adjusted(SPACING[1] + 2, 0, -SPACING[1] - 2, 0)
        painter.setFont(option.font)
        end = Qt.TextElideMode.ElideRight
        if isinstance(row, EmptyClasses):
            glyph = "▾" if row.is_open else "▸"
            folded = tr("{count} without photos", count=row.count)
            paint_text(painter, line, f"{glyph}  {folded}", theme.text_muted, elide=end)
            return
        count = "–" if row.photos is None else figure(row.photos)
        paint_text(painter, line, count, theme.text, align=RIGHT)
        if isinstance(row, AllClasses):
            bold = QFont(option.font)
            bold.setWeight(QFont.Weight.DemiBold)
            painter.setFont(bold)
            room = line.adjusted(0, 0, -_COUNT_ROOM, 0)
            paint_text(painter, room, _ALL, theme.text, elide=end)
            return
        paint_dot(painter, line.left() + 1, line.center().y() - 5, 10, class_color(row.color))
        left = line.left() + _DOT_ROOM
        width = QFontMetricsF(option.font).horizontalAdvance(count)
        right = line.right() - max(_COUNT_ROOM if line.width() > _WIDE else 0, width + 6)
        if row.to_check:
            right = _paint_to_check(painter, right, line, row.to_check)
        _paint_name(painter, QRectF(left, line.top(), right - left, line.height()), row)

    # ---- changing the name ----

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        field = QLineEdit(parent)
        field.setMaxLength(MAX_NAME_LENGTH)
        field.setAccessibleName(tr("New name of the class"))
        return field

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        editor.setGeometry(option.rect.adjusted(_DOT_ROOM, 0, 0, 0))

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(editor, QLineEdit) and isinstance(row, ClassRow):
            editor.setText(row.name)
            editor.selectAll()


def _paint_to_check(painter: QPainter, right: float, line: QRectF, count: int) -> float:
    """A pill that ends at `right`; returns where it begins."""
    theme = current_theme()
    font = painter.font()
    painter.setFont(sized_font(font, 11))
    text = f"{figure(count)}?"
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12
    pill = QRectF(right - width, line.center().y() - 8, width, 16)
    paint_box(painter, pill, theme.selection, line=theme.border, radius=8)
    paint_text(painter, pill, text, theme.text, align=CENTER)
    painter.setFont(font)
    return pill.left() - 4


def _paint_name(painter: QPainter, place: QRectF, row: ClassRow) -> None:
    """The name, and behind it the key where there is room for both: the name comes first."""
    theme, metrics = current_theme(), QFontMetricsF(painter.font())
    key_width = {0: 0, 1: 16}.get(len(row.key), 24)
    width = metrics.horizontalAdvance(row.name)
    name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, place.width())
    paint_text(painter, place, name, theme.text)
    if row.key and width + 6 + key_width <= place.width():
        key = QRectF(place.left() + width + 6, place.center().y() - 8, key_width, 16)
        paint_box(painter, key, None, line=theme.border, radius=3)
        paint_text(painter, key, row.key, theme.text_muted, 11, align=CENTER)
