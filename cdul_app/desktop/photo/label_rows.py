"""The first photos of an export with their labels, in the looks that labels have everywhere."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cdul_app.desktop.look.class_colors import class_colors
from cdul_app.desktop.look.label_chip import GAP, more_text, paint_chip, place_chips
from cdul_app.desktop.look.painting import paint_text
from cdul_app.desktop.look.theme import current_theme, sized_font
from cdul_app.language import tr
from cdul_app.project.labels.label_states import PhotoLabel, photo_labels
from cdul_app.project.project import Project

_NONE = tr("no labels")
_ROW, _NAME = 24, 0.36  # pixels of a row; share of the width for the file's name


class LabelRows(QWidget):
    """One line a photo: its name, then its chips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, list[PhotoLabel]]] = []
        self._colors: list[dict[int, QColor]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Labels of the first photos"))

    def show_photos(self, project: Project, rows: list[int]) -> None:
        """Rows of the project."""
        self.rows = [(project.photos.paths[row], photo_labels(project, row)) for row in rows]
        index = project.classes.color_index
        self._colors = [  # as in the grid: of those beside each other
            class_colors(index, sorted(label.column for label in labels)) for _, labels in self.rows
        ]
        told = (
            f"{path}: {', '.join(label.describe() for label in labels) or _NONE}"
            for path, labels in self.rows
        )
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW * len(self.rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = sized_font(self.font(), 11)
        metrics, names = QFontMetrics(font), round(_NAME * self.width())
        for place, (path, labels) in enumerate(self.rows):
            painter.setFont(font)
            top = place * _ROW
            name = path.rsplit("/", 1)[-1].replace("\n", "⏎")
            middle = Qt.TextElideMode.ElideMiddle
            box = QRect(0, top, names - 2 * GAP, _ROW)
            paint_text(painter, box, name, theme.text_muted, elide=middle)
            room = QRect(names, top + 3, self.width() - names, _ROW - 6)
            if not labels:
                paint_text(painter, room, _NONE, theme.text_muted)
            placed = place_chips(labels, room, metrics)
            for chip in placed:
                color = self._colors[place][chip.label.column]
                paint_chip(painter, chip.box, chip.label, color, with_word=chip.with_word)
            if len(placed) < len(labels):
                room.setLeft(placed[-1].box.right() + 1 + GAP)
                paint_text(painter, room, more_text(len(labels) - len(placed)), theme.text_muted)
