"""Where the photo stands on its page: once, or beside itself for several classes."""

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from cdul_app.desktop.images.decoding import LoadedPhoto
from cdul_app.desktop.photo.class_comparison import MOST_CLASSES, ClassComparison
from cdul_app.desktop.photo.photo_zoom import STEP
from cdul_app.desktop.photo.snippet_view import Overlay, SnippetView
from cdul_app.method.evidence import PhotoEvidence


class PhotoStage(QStackedWidget):
    compared_changed = Signal(object)  # tuple of columns, empty where nothing is compared
    full_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = SnippetView(self)
        self.comparison = ClassComparison(self)
        self.addWidget(self.view)
        self.addWidget(self.comparison)
        self.overlay = Overlay.SNIPPETS
        self.show_evidence(None, (), None, np.zeros(0))
        self._views = (self.view, *(pane.view for pane in self.comparison.panes))
        for view in self._views:
            view.full_wanted.connect(self.full_wanted)
        self.comparison.class_removed.connect(self.toggle_class)

    def use_colors(self, color_index: Callable[[int], int]) -> None:
        """Of classes by their column, see ClassTable."""
        for view in self._views:
            view.color_index = color_index

    @property
    def compared(self) -> tuple[int, ...]:
        """The classes side by side; empty where the photo is shown once."""
        return self.comparison.columns if self.is_comparing else ()

    @property
    def is_comparing(self) -> bool:
        return self.currentWidget() is self.comparison

    def show_photo(self, photo: LoadedPhoto | None, *, error: str = "") -> None:
        self.comparison.take_shape_of(photo)
        for view in self._views:
            view.show_photo(photo, error=error)

    def show_full(self, photo: LoadedPhoto) -> None:
        for view in self._views:
            view.show_full(photo)

    def fit(self) -> None:
        for view in self._views[:2]:  # the other panes follow the first
            view.fit()

    def zoom_by_steps(self, steps: int) -> None:
        view = self.comparison.panes[0].view if self.is_comparing else self.view
        view.zoom_by(STEP**steps)

    def set_overlay(self, overlay: Overlay) -> None:
        self.overlay = overlay
        for view in self._views:
            view.set_overlay(overlay)

    def show_evidence(
        self,
        evidence: PhotoEvidence | None,
        names: Sequence[str],
        column: int | None,
        scores: np.ndarray,
        labels: Sequence[int] = (),
    ) -> None:
        """`names` and `scores` (n_classes,), NaN where there is none, are those of all classes;
        `column` is the chosen one, `labels` are those on the photo, whose colours they keep."""
        self._evidence, self._names, self._column, self._scores = evidence, names, column, scores
        self.view.beside = tuple(labels)
        self.view.show_evidence(evidence, names, column)
        if self.is_comparing:
            self._show_compared([each for each in self.comparison.columns if each < len(names)])

    def toggle_comparison(self) -> None:
        """Start with the chosen class and the next best ones, or show the photo once again."""
        if self.is_comparing:
            self._show_compared([])
            return
        order = np.argsort(-np.nan_to_num(self._scores, nan=-1.0), kind="stable").tolist()
        chosen = [] if self._column is None else [self._column]
        others = [column for column in order if column not in chosen]
        self._show_compared((chosen + others)[:MOST_CLASSES])

    def toggle_class(self, column: int) -> None:
        """Put a class into the comparison, or take it out; beyond three the oldest goes."""
        compared = list(self.compared)
        if column in compared:
            compared.remove(column)
        else:
            compared = [*compared, column][-MOST_CLASSES:]
        self._show_compared(compared)

    def _show_compared(self, columns: Sequence[int]) -> None:
        before = self.compared
        scores = [float(self._scores[column]) for column in columns]
        self.comparison.show_classes(columns, self._names, scores, self._evidence)
        self.setCurrentWidget(self.comparison if columns else self.view)
        if self.compared != before:
            self.compared_changed.emit(self.compared)
