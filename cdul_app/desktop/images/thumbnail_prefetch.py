"""Thumbnails of the photos just outside the grid's view, decoded before they are scrolled to."""

from PySide6.QtCore import QObject

from cdul_app.desktop.images.image_loader import ImageLoader
from cdul_app.desktop.library.photo_grid import PhotoGrid
from cdul_app.desktop.library.photo_list_model import PhotoListModel
from cdul_app.desktop.timers import single_shot
from cdul_app.project.project import Project

SCREENS_AHEAD = 1.5  # in the direction of scrolling
SCREENS_BEHIND = 0.5
_DELAY_MS = 40  # so that a fast scroll asks for nothing on its way


class ThumbnailPrefetcher(QObject):
    def __init__(
        self, project: Project, grid: PhotoGrid, model: PhotoListModel, thumbnails: ImageLoader
    ) -> None:
        super().__init__(grid)
        self._project, self._grid, self._model = project, grid, model
        self._thumbnails = thumbnails
        self._offset = 0
        self._forwards = True
        self._timer = single_shot(self, _DELAY_MS, self._on_pause)
        grid.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        model.modelReset.connect(self._timer.start)
        model.rowsInserted.connect(lambda *_: self._timer.start())

    def _on_scrolled(self, offset: int) -> None:
        if offset != self._offset:
            self._forwards = offset > self._offset
        self._offset = offset
        self._timer.start()

    def _on_pause(self) -> None:
        if not self._grid.isVisible():
            return
        if not self._thumbnails.is_idle:  # what is on the screen comes first
            self._timer.start()
            return
        photos = self._project.photos
        rows = [int(self._model.rows[place]) for place in self._places()]
        self._thumbnails.decode_ahead(
            [photos.absolute(row) for row in rows if row not in photos.errors],
            self._grid.delegate.decoded_side(self._grid.devicePixelRatioF()),
        )

    def _places(self) -> list[int]:
        """The nearest first."""
        shown = self._grid.places_in_view()
        ahead, behind = round(SCREENS_AHEAD * len(shown)), round(SCREENS_BEHIND * len(shown))
        if not self._forwards:
            ahead, behind = behind, ahead
        below = range(shown.stop, shown.stop + ahead)
        above = range(shown.start - 1, shown.start - 1 - behind, -1)
        order = [*below, *above] if self._forwards else [*above, *below]
        return [place for place in order if 0 <= place < self._model.rowCount()]
