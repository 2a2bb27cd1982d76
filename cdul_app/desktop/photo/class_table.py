"""The table of all classes of one photo: choose a class, compare its scores, answer."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cdul_app.desktop.look.painting import paint_text
from cdul_app.desktop.look.theme import current_theme
from cdul_app.desktop.photo.class_table_delegate import ROW_HEIGHT, ClassTableDelegate
from cdul_app.desktop.photo.class_table_model import SCORE_KINDS, ClassTableModel, TableColumn
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.tables import order_after_click, prepare_table

_HEADER_HEIGHT = 32
_SCORE_WIDTH = 50
_WIDTHS = {TableColumn.KEY: 36, TableColumn.ANSWER: 62}


class ClassTableHeader(QHeaderView):
    """Short headers in full, and the sort mark above the text, where it takes no width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(24)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEADER_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, logical_index: int) -> None:
        theme = current_theme()
        model = self.model()
        if not isinstance(model, ClassTableModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, QColor(theme.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(theme.border))
        table_column = TableColumn(logical_index)
        sorted_by = table_column is model.sort_column
        painter.setFont(self.font())
        color = theme.text if sorted_by else theme.text_muted
        text = str(model.headerData(logical_index, Qt.Orientation.Horizontal))
        box, flags = rect.adjusted(0, 3, -5, 0), Qt.AlignmentFlag.AlignRight
        if table_column is TableColumn.NAME:
            box, flags = rect.adjusted(4, 3, 0, 0), Qt.AlignmentFlag.AlignLeft
        elif table_column is TableColumn.ANSWER:
            box, flags = rect.adjusted(0, 3, 0, 0), Qt.AlignmentFlag.AlignHCenter
        align = flags | Qt.AlignmentFlag.AlignVCenter
        paint_text(painter, box, text, color, 11, bold=sorted_by, align=align)
        if sorted_by:
            self._paint_mark(painter, rect, flags, model.sort_order, text)
        painter.restore()

    def _paint_mark(
        self,
        painter: QPainter,
        rect: QRect,
        flags: Qt.AlignmentFlag,
        order: Qt.SortOrder,
        text: str,
    ) -> None:
        width = painter.fontMetrics().horizontalAdvance(text)
        middle = float(rect.center().x())
        if flags == Qt.AlignmentFlag.AlignRight:
            middle = rect.right() - 5 - width / 2
        elif flags == Qt.AlignmentFlag.AlignLeft:
            middle = rect.left() + 4 + width / 2
        top, tip = (4.0, 7.0) if order is Qt.SortOrder.DescendingOrder else (7.0, 4.0)
        corners = ((middle - 4, top), (middle + 4, top), (middle, tip))
        mark = QPolygonF([QPointF(x, rect.top() + y) for x, y in corners])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_theme().accent))
        painter.drawPolygon(mark)


class ClassTable(QTableView):
    class_chosen = Signal(int, bool)  # class, whether the person chose it
    answered = Signal(int, int)  # class, YES / NO / UNOBSERVED

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._by_program = False
        self.table_model = ClassTableModel(session, self)
        self.setModel(self.table_model)
        self._delegate = ClassTableDelegate(self.table_model, self)
        self._delegate.answered.connect(self.answered)
        self.setItemDelegate(self._delegate)
        self.setHorizontalHeader(ClassTableHeader(self))
        prepare_table(self, "Classes of this photo", ROW_HEIGHT, role="")
        # The chosen row is framed instead: a ring around the table would hide behind its header.
        self.setStyleSheet("QTableView { border: none; background: transparent; }")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._arrange_headers()
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.horizontalHeader().sectionClicked.connect(self._on_header_clicked)

    # ---- what the page asks for ----

    def show_photo(self, row: int | None, column: int | None) -> None:
        """Show a photo and choose a class without telling it back."""
        self.table_model.show_photo(row)
        unscored = self._project.display_kind is None
        for table_column in SCORE_KINDS:
            self.setColumnHidden(table_column, unscored)
        self.choose_class(column)

    @property
    def chosen_class(self) -> int | None:
        index = self.currentIndex()
        return self.table_model.class_at(index.row()) if index.isValid() else None

    def choose_class(self, column: int | None, *, by_person: bool = False) -> None:
        place = None if column is None else self.table_model.place_of(column)
        self._by_program = not by_person
        try:
            self._choose_place(place)
        finally:
            self._by_program = False

    def step(self, places: int) -> None:
        """Choose the class this many places further down, staying in the table."""
        count = self.table_model.rowCount()
        if count:
            current = self.currentIndex()
            wanted = current.row() + places if current.isValid() else 0
            self._choose_place(min(max(wanted, 0), count - 1))

    def top_class(self) -> int | None:
        """The class that stands first, that with the highest label by default."""
        return self.table_model.class_at(0) if self.table_model.rowCount() else None

    # ---- events ----

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.update(self.indexAt(event.position().toPoint()))  # the button under the mouse

    # ---- helpers ----

    def _arrange_headers(self) -> None:
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        for table_column in TableColumn:
            header.setSectionResizeMode(table_column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(table_column, _WIDTHS.get(table_column, _SCORE_WIDTH))
        header.setSectionResizeMode(TableColumn.NAME, QHeaderView.ResizeMode.Stretch)

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
            self.class_chosen.emit(self.table_model.class_at(current.row()), not self._by_program)

    def _on_header_clicked(self, section: int) -> None:
        """Scores from high to low first, names and keys from low to high; again turns around."""
        model = self.table_model
        order = order_after_click(
            section,
            model.sort_column,
            model.sort_order,
            ascending_first=section in (TableColumn.KEY, TableColumn.NAME),
        )
        model.sort(section, order)
        self.horizontalHeader().viewport().update()
        self.scrollTo(self.currentIndex())
