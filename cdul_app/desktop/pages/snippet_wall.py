"""What the encoder takes for a class: its best snippets in the whole collection, as a wall."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from cdul_app.desktop.images.image_loader import THUMBNAILS, ImageLoader
from cdul_app.desktop.keys.key_map import page_action
from cdul_app.desktop.look.painting import CENTER, paint_box, paint_text
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import RADIUS, SPACING, current_theme
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.session.snippet_search import SnippetSearch
from cdul_app.desktop.widgets.cell_grid import CellGrid
from cdul_app.desktop.widgets.empty_state import EmptyState
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, stack, vertical
from cdul_app.desktop.widgets.page_bar import PageBar
from cdul_app.desktop.widgets.tables import AnyIndex
from cdul_app.language import tr
from cdul_app.project.project import Project
from cdul_app.tasks.top_snippets import TopSnippet

CROP = QSize(168, 126)  # pixels of a snippet on the wall
_DECODED = 512  # pixels of the photo that a snippet is cut from
_CAPTION = 22
CELL = CROP + QSize(2 * SPACING[1], 2 * SPACING[1] + _CAPTION)
_SNIPPET = int(Qt.ItemDataRole.UserRole) + 1


class SnippetListModel(QAbstractListModel):
    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._snippets: tuple[TopSnippet, ...] = ()

    def show(self, snippets: tuple[TopSnippet, ...]) -> None:
        self.beginResetModel()
        self._snippets = snippets
        self.endResetModel()

    def rows(self) -> list[int]:
        """Rows of the project, those of photos that are no longer here left out."""
        photos = [snippet.photo_id for snippet in self._snippets]
        return [row for row in self._project.photos.rows_by_id.find(photos).tolist() if row >= 0]

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._snippets)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        snippet = self._snippets[index.row()]
        if role == _SNIPPET:
            return snippet
        row = self._project.photos.rows_by_id.get(snippet.photo_id)
        name = "" if row is None else self._project.photos.paths[row]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{percent(snippet.score)}, {name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(name)
        return None


class SnippetDelegate(QStyledItemDelegate):
    def __init__(
        self, project: Project, thumbnails: ImageLoader, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project, self._thumbnails = project, thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        snippet: TopSnippet = index.data(_SNIPPET)
        theme = current_theme()
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        cell = QRectF(option.rect).adjusted(2, 2, -2, -2)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus):
            line = QPen(QColor(theme.accent), 2)
            paint_box(painter, cell, theme.selection, line=line, radius=RADIUS)
        target = QRectF(option.rect.topLeft(), CROP).translated(SPACING[1], SPACING[1])
        row = self._project.photos.rows_by_id.get(snippet.photo_id)
        pixmap = None
        if row is not None:
            pixmap = self._thumbnails.pixmap(self._project.photos.absolute(row), _DECODED)
        if pixmap is None or pixmap.isNull():
            painter.fillRect(target, QColor(theme.hover))
        else:
            box = snippet.box
            source = QRectF(
                float(box.left) * pixmap.width(), float(box.top) * pixmap.height(),
                float(box.right - box.left) * pixmap.width(),
                float(box.bottom - box.top) * pixmap.height(),
            )  # fmt: skip
            size = source.size().scaled(target.size(), Qt.AspectRatioMode.KeepAspectRatio)
            shown = QRectF(target.topLeft(), size)
            shown.moveCenter(target.center())
            painter.drawPixmap(shown, pixmap, source)
        caption = QRectF(target.left(), target.bottom() + 2, target.width(), _CAPTION)
        paint_text(painter, caption, percent(snippet.score), theme.text, 12, align=CENTER)
        painter.restore()


class SnippetWall(QWidget):
    left = Signal()
    photo_wanted = Signal(int, object, int)  # row, rows of the wall, column of the class

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self.setProperty("role", "page")
        self.search = SnippetSearch(session.project, self)
        self.thumbnails = ImageLoader(THUMBNAILS, self)
        self.model = SnippetListModel(session.project, self)
        self.classes = DropDown(self)
        self.classes.setAccessibleName(tr("Class"))
        self.classes.setMinimumWidth(160)
        self.status = label("", "muted")
        self.list = CellGrid(self)
        self.empty = EmptyState(self)
        self._arrange()
        self._connect(session)

    @property
    def column(self) -> int | None:
        """The class that is shown."""
        place = self.classes.currentIndex()
        return place if 0 <= place < len(self._project.classes) else None

    def show_class(self, column: int) -> None:
        """Fill the list of classes anew and show one."""
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItems(list(self._project.classes.names))
        self.classes.setCurrentIndex(column)
        self.classes.blockSignals(False)
        self.refresh()
        self.list.setFocus()

    def refresh(self) -> None:
        """Show what is known of the class, or look for it."""
        column = self.column
        if column is None or self._project.display_kind is None:
            self._show_empty(
                tr("Label the photos first: their parts are found by what was seen in them.")
            )
            return
        class_id = self._project.classes[column].identifier
        known = self.search.snippets(class_id)
        self.stack.setCurrentWidget(self.list)
        self.model.show(known or ())
        if known is None:
            self.status.setText(tr("Looking through the parts of the photos…"))
            self.search.start(class_id)
        else:
            self.status.setText(tr("The best {count}", count=len(known)))
            self.list.setCurrentIndex(self.model.index(0))

    def close_page(self) -> None:
        """Stop looking and reading photos."""
        self.search.close()
        self.thumbnails.close()

    def _arrange(self) -> None:
        self.bar = PageBar(tr("What the machine takes for"), self.classes, STRETCH, self.status)
        self.list.setModel(self.model)
        self.list.setItemDelegate(SnippetDelegate(self._project, self.thumbnails, self))
        self.list.setGridSize(CELL)
        self.list.setSelectionMode(CellGrid.SelectionMode.SingleSelection)
        self.list.setAccessibleName(tr("Parts of photos most like the class"))
        self.stack = stack(self.list, self.empty)
        vertical(self.bar, (self.stack, 1), on=self, spacing=0)

    def _connect(self, session: ProjectSession) -> None:
        page_action("leave", self, self.left.emit)
        page_action("open_photo", self.list, lambda: self._open(self.list.currentIndex()))
        self.bar.left.connect(self.left)
        self.empty.action_requested.connect(self.left)
        self.classes.currentIndexChanged.connect(lambda _: self.refresh())
        self.list.doubleClicked.connect(self._open)
        self.search.found.connect(self._on_found)
        self.search.progressed.connect(
            lambda done, total: self.status.setText(
                tr("{shown} of {total} photos", shown=done, total=total)
            )
        )
        self.search.failed.connect(self._show_empty)
        self.thumbnails.ready.connect(lambda _: self.list.viewport().update())
        session.scores_changed.connect(lambda: self.refresh() if self.isVisible() else None)
        session.photos_changed.connect(self.thumbnails.forget)

    def _open(self, index: QModelIndex) -> None:
        snippet = index.data(_SNIPPET)  # None where nothing is chosen
        row = snippet and self._project.photos.rows_by_id.get(snippet.photo_id)
        if row is not None and self.column is not None:
            self.photo_wanted.emit(row, self.model.rows(), self.column)

    def _on_found(self, class_id: int) -> None:
        if self.column is not None and self._project.classes.ids[self.column] == class_id:
            self.refresh()

    def _show_empty(self, reason: str) -> None:
        self.status.clear()
        self.empty.show_state("grid", tr("Nothing to show"), reason, tr("Back to the photos"))
        self.stack.setCurrentWidget(self.empty)
