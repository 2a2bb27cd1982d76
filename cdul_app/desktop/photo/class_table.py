"""The table of all classes of one photo: choose a class, compare its scores, answer."""

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from cdul_app.desktop.look.painting import LEFT, RIGHT, paint_text
from cdul_app.desktop.look.theme import current_theme, sized_font
from cdul_app.desktop.photo.class_table_delegate import ROW_HEIGHT, ClassTableDelegate
from cdul_app.desktop.photo.class_table_model import SCORE_KINDS, ClassTableModel, TableColumn
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import ColumnTable, ColumnView
from cdul_app.language import tr

_HEADER_HEIGHT = 32
_GIVING_WAY = (  # before a class name is shortened, the first first
    TableColumn.LABEL, TableColumn.RANKING, TableColumn.AGGREGATED, TableColumn.LOCAL_MAX,
    TableColumn.GLOBAL, TableColumn.CLASSIFIER,
)  # fmt: skip
_LONGEST_NAME = 220  # pixels that a name may claim


class ClassTableHeader(QHeaderView):
    """Short headers in full, and the sort mark above the text, where it takes no width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(24)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEADER_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, model = current_theme(), self.model()
        if not isinstance(model, ColumnTable):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, QColor(theme.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(theme.border))
        column = model.columns[section]
        is_sorted = section == model.sort_column
        painter.setFont(sized_font(self.font(), 11, bold=is_sorted))
        left, right = {LEFT: (4, 0), RIGHT: (0, -5)}.get(column.align, (0, 0))
        box = QRectF(rect.adjusted(left, 3, right, 0))
        ink = theme.text if is_sorted else theme.text_muted
        paint_text(painter, box, column.title, ink, align=column.align)
        if is_sorted:
            middle = painter.boundingRect(box, int(column.align), column.title).center().x()
            falls = model.sort_order is Qt.SortOrder.DescendingOrder
            top, tip = (4.0, 7.0) if falls else (7.0, 4.0)
            corners = ((middle - 4, top), (middle + 4, top), (middle, tip))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent))
            painter.drawPolygon(QPolygonF([QPointF(x, rect.top() + y) for x, y in corners]))
        painter.restore()


class ClassTable(ColumnView):
    class_chosen = Signal(int, bool)  # class, whether the person chose it
    answered = Signal(int, int)  # class, YES / NO / UNOBSERVED

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        header = ClassTableHeader()
        super().__init__(
            tr("Classes of this photo"), ROW_HEIGHT, role="", header=header, parent=parent
        )
        self._project = session.project
        self._by_program = False
        self.is_showing_numbers = False
        self.table_model = ClassTableModel(session, self)
        self.show_table(self.table_model)
        delegate = ClassTableDelegate(self.table_model, self)
        delegate.answered.connect(self.answered)
        self.setItemDelegate(delegate)
        # The chosen row is framed instead: a ring around the table would hide behind its header.
        self.setStyleSheet("QTableView { border: none; background: transparent; }")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def show_photo(self, row: int | None, column: int | None) -> None:
        """Show a photo and choose a class without telling it back."""
        self.table_model.show_photo(row)
        self._fit_columns()
        self.choose_class(column)
        self.scrollToTop()  # at the labels of this photo

    def show_numbers(self, shown: bool) -> None:
        """All kinds of score, a column each."""
        self.is_showing_numbers = shown
        self._fit_columns()

    @property
    def chosen_class(self) -> int | None:
        index = self.currentIndex()
        return self.table_model.rows[index.row()] if index.isValid() else None

    def choose_class(self, column: int | None, *, by_person: bool = False) -> None:
        rows = self.table_model.rows
        self._by_program = not by_person
        self._choose_place(rows.index(column) if column in rows else None)
        self._by_program = False

    def step(self, places: int) -> None:
        """Choose the class this many places further down, staying in the table."""
        last, current = self.table_model.rowCount() - 1, self.currentIndex()
        if last >= 0:
            wanted = current.row() + places if current.isValid() else 0
            self._choose_place(min(max(wanted, 0), last))

    def top_class(self) -> int | None:
        """The class that stands first, that with the highest label by default."""
        return next(iter(self.table_model.rows), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.update(self.indexAt(event.position().toPoint()))  # the button under the mouse

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_columns()
        super().resizeEvent(event)

    def _fit_columns(self) -> None:
        """Numbers where they are wanted and known, as many as leave the names whole."""
        unscored = self._project.display_kind is None
        numbers = not unscored and self.is_showing_numbers
        shown = {TableColumn.LABEL, *SCORE_KINDS} if numbers else {TableColumn.LABEL}
        columns = self.table_model.columns
        metrics = QFontMetrics(sized_font(self.font(), 13, bold=True))
        names = self._project.classes.names
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0) + 28

        def room() -> int:
            """That is left for the names."""
            always = (TableColumn.KEY, TableColumn.ANSWER)
            others = sum(columns[each].width or 0 for each in (*always, *shown))
            return self.viewport().width() - others

        for column in _GIVING_WAY if numbers else ():  # the number of a label stands for its word
            if room() < min(widest, _LONGEST_NAME):
                shown.discard(column)
        for column in (TableColumn.LABEL, *SCORE_KINDS):
            self.setColumnHidden(column, column not in shown)

    def _choose_place(self, place: int | None) -> None:
        if place is None:
            self.selectionModel().clear()
            return
        index = self.table_model.index(place, TableColumn.NAME)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def _on_current_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.class_chosen.emit(self.table_model.rows[current.row()], not self._by_program)
