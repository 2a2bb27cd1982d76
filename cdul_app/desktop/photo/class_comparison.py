"""The same photo up to three times, each with what its snippets say of another class."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from cdul_app.desktop.images.decoding import LoadedPhoto
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.photo.snippet_view import SnippetView
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import horizontal, vertical
from cdul_app.language import tr
from cdul_app.method.evidence import PhotoEvidence

MOST_CLASSES = 3
_TITLE_HEIGHT = 36  # pixels, of a pane


class ComparisonPane(QWidget):
    """A photo under the name of one class."""

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot, self.name, self.score = label(), ElidedLabel(), label()
        self.dot.setFixedSize(10, 10)
        self.close_button = tool_button("close", "", self.removed, role="quiet")
        self.view = SnippetView()
        self.view.setMinimumSize(110, 80)
        title = horizontal(
            self.dot, (self.name, 1), self.score, self.close_button,
            spacing=SPACING[1], margins=(SPACING[3], SPACING[1], SPACING[1], 0),
        )  # fmt: skip
        vertical(title, (self.view, 1), on=self, spacing=0)

    def show_class(self, name: str, column: int, score: float) -> None:
        """`score` in [0, 1], NaN where there is none."""
        color = self.view.color(column).name()
        self.dot.setStyleSheet(f"background: {color}; border-radius: 5px;")
        self.name.set_text(name)
        self.score.setText(percent(score))
        what = tr("Take {name} out of the comparison", name=name)
        self.close_button.setAccessibleName(what)
        self.close_button.setToolTip(plain_tip(what))


class ClassComparison(QWidget):
    """Zoom and drag move all panes together."""

    class_removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[int, ...] = ()
        self.panes = [ComparisonPane(self) for _ in range(MOST_CLASSES)]
        self._shape = 4 / 3  # of the photo, width to height
        self._row = horizontal(*((pane, 1) for pane in self.panes), on=self, spacing=0)
        for place, pane in enumerate(self.panes):
            pane.removed.connect(lambda place=place: self.class_removed.emit(self.columns[place]))
            pane.view.zoomed.connect(lambda pane=pane: self._follow(pane))

    def take_shape_of(self, photo: LoadedPhoto | None) -> None:
        """The panes stand as that photo leaves most room."""
        if photo is not None and photo.full_size.height():
            self._shape = photo.full_size.width() / photo.full_size.height()
            self._arrange()

    def show_classes(
        self,
        columns: Sequence[int],
        names: Sequence[str],
        scores: Sequence[float],
        evidence: PhotoEvidence | None,
    ) -> None:
        """`columns` are those compared; `scores` one for each, `names` those of all classes."""
        self.columns = tuple(columns[:MOST_CLASSES])
        self._arrange()
        for pane in self.panes[len(self.columns) :]:
            pane.hide()
        for pane, column, score in zip(self.panes, self.columns, scores, strict=False):
            pane.show()
            pane.view.beside = self.columns
            pane.show_class(names[column], column, score)
            pane.view.show_evidence(evidence, names, column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        """Side by side, or one below the other where that leaves the photos larger."""
        count = max(1, len(self.columns))
        beside = min(self.width() / count / self._shape, self.height())
        below = min(self.width() / self._shape, self.height() / count - _TITLE_HEIGHT)
        sides = QBoxLayout.Direction
        self._row.setDirection(sides.LeftToRight if beside >= below else sides.TopToBottom)

    def _follow(self, leader: ComparisonPane) -> None:
        for pane in self.panes:
            if pane is not leader:
                pane.view.follow_zoom(leader.view.zoom)
