"""The grid of photos, with its filter and the panels beside it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QSplitter, QWidget

from cdul_app.desktop.images.image_loader import THUMBNAILS, ImageLoader
from cdul_app.desktop.images.thumbnail_cache import ThumbnailCache
from cdul_app.desktop.images.thumbnail_prefetch import ThumbnailPrefetcher
from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.library.class_review import ClassReview, ReviewBar
from cdul_app.desktop.library.finding.filter_bar import FilterBar
from cdul_app.desktop.library.grid_line import GridLine
from cdul_app.desktop.library.label_menu import label_menu
from cdul_app.desktop.library.photo_delegate import ChipPlace, PhotoDelegate
from cdul_app.desktop.library.photo_grid import PhotoGrid
from cdul_app.desktop.library.photo_list_model import PhotoListModel, PhotoRole
from cdul_app.desktop.library.side_panel import SidePanel
from cdul_app.desktop.navigator.navigator import WIDTH as NAVIGATOR_WIDTH
from cdul_app.desktop.navigator.navigator import Navigator
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.empty_state import EmptyState
from cdul_app.desktop.widgets.layouts import box, stack, vertical
from cdul_app.language import ntr, tr
from cdul_app.paths import user_cache_dir
from cdul_app.project.finding.photo_filter import LabelWanted, PhotoFilter, SortKey, filtered_rows

_LINE_HEIGHT = 40  # pixels


class LibraryPage(QWidget):
    photo_opened = Signal(int)  # row of the session
    labels_wanted = Signal(int)  # class whose photos are to be shown
    say = Signal(str)  # a sentence for the message bar

    def __init__(
        self, session: ProjectSession, undo: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        """undo : takes the last decision back and says so."""
        super().__init__(parent)
        self.setProperty("role", "page")
        self._session = session
        self._project = session.project
        cache = ThumbnailCache(user_cache_dir() / "thumbnails")
        self.thumbnails = ImageLoader(THUMBNAILS, self, cache=cache)
        self.model = PhotoListModel(session, self)
        self.delegate = PhotoDelegate(session, self.thumbnails, self)
        # Tab goes through them in the order in which they are made: from left to right.
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.navigator = Navigator(session, undo, self.splitter)
        self.filter_bar = FilterBar(session, self)
        self.grid = PhotoGrid(self.model, self.delegate, self)
        self.review = ClassReview(session, lambda: self.model.rows[self.grid.whole_places()], self)
        self.delegate.review = self.review
        self.review_bar = ReviewBar(
            self._project, self.review, self.accept_page, self.toggle_class_review, self
        )
        self._prefetcher = ThumbnailPrefetcher(
            self._project, self.grid, self.model, self.thumbnails
        )
        self.empty = EmptyState(self)
        self.empty.action_requested.connect(self._on_empty_action)
        self.stack = stack(self.grid, self.empty, parent=self)
        self.grid_line = GridLine(self.filter_bar.of_class, self.toggle_class_review)
        self._arrange_photos()
        # The last, as its panels are made later still: Tab comes to them from its head.
        self.side_panel = SidePanel(session, self.splitter)
        self.side_panel.when_made("Export", self._tell_export)
        self._arrange()
        self._connect()
        self.grid.set_thumbnail_side(WindowSettings().thumbnail_size)
        self._offer_review()
        self.refresh()

    # ---- what the window asks for ----

    @property
    def column(self) -> int | None:
        """The class that Y and N answer."""
        return self._session.current_class.column

    def selected_rows(self) -> NDArray[np.int64]:
        """Rows of the session, sorted; where none is selected, the one that has the focus."""
        places = self.grid.selected_places()
        current = self.grid.currentIndex()
        if not places.size and current.isValid():
            places = np.array([current.row()], dtype=np.int64)
        return np.sort(self.model.rows[places])

    def show_row(self, row: int) -> None:
        """Make a photo current, as when one comes back from its page."""
        place = self.model.place_of(row)
        if place is not None:
            self.choose_place(place)

    def show_rows(self, rows: NDArray[np.int64]) -> None:
        """Bring the first of some photos into sight; what is selected stays."""
        places = np.flatnonzero(np.isin(self.model.rows, rows))
        in_view = self.grid.whole_places()
        if places.size and not np.isin(places, in_view).any():
            top = QAbstractItemView.ScrollHint.PositionAtTop
            self.grid.scrollTo(self.model.index(int(places[0])), top)

    def show_best_hits(self) -> None:
        """The first of them at the top, and the keys where one goes on.  None is selected but the
        photo that others were compared with."""
        if self.grid.selected_places().tolist() != [0]:
            self.grid.clearSelection()
            self.grid.setCurrentIndex(QModelIndex())
        self.grid.scrollToTop()
        focus = self.focusWidget()
        if focus is None or self.filter_bar.isAncestorOf(focus):
            self.grid.setFocus()

    def search_like_current(self) -> None:
        rows = self.selected_rows()
        if len(rows) == 1:
            self._session.search.search_like(int(rows[0]))
        else:
            self.say.emit(tr("Select one photo first: others are compared with it."))

    def toggle_class_review(self) -> None:
        """Review the chosen class page by page, or stop that."""
        column = self.column
        if self.review.is_active:
            self.review.stop()
        elif column is None:
            self.say.emit(tr("Choose a class in the list first, then review it page by page."))
        elif self._project.display_kind is None:
            self.say.emit(tr("Label the photos first: a page is answered as their labels say."))
        else:
            self.review_class(column)

    def review_class(self, column: int) -> None:
        """A page at a time, from the threshold outwards."""
        self.show_to_ask(column)
        self.grid.clearSelection()
        self.review.start(column)
        self.grid.setFocus()

    def show_to_ask(self, column: int) -> None:
        """Photos with the label and without, from the threshold outwards: what is most likely wrong
        on either side of it comes first, and what is answered last."""
        self.filter_bar.show_class(column, LabelWanted.ANY)
        self.filter_bar.sort_by(SortKey.UNCERTAINTY)
        self.refresh()  # the order may be that of an earlier threshold
        self.grid.scrollToTop()

    def accept_page(self) -> None:
        """Answer what is on the screen, and go on to the next page."""
        self.review.accept_page()
        if not self.grid.scroll_page():
            self.say.emit(tr("That was the last page."))

    def toggle_exception(self, index: QModelIndex) -> None:
        """In a class review: this photo is not what the threshold says."""
        if self.review.is_active and index.isValid():
            self.review.toggle(int(index.data(PhotoRole.ROW)))

    def close_page(self) -> None:
        WindowSettings().thumbnail_size = self.grid.thumbnail_side
        self.filter_bar.finder.stop_waiting()
        self.navigator.stop_waiting()
        self.thumbnails.close()

    def refresh(self) -> None:
        """Filter and sort again; the current photo stays current where it is still shown."""
        selected = self.grid.selected_places()
        # By its identifier: rows may have changed since the grid was filled.
        current = self.model.photo_at(int(selected[0])) if selected.size else None
        changed = self.model.set_rows(filtered_rows(self._project, self.filter_bar.filter))
        self._show_count()
        row = None if current is None else self._project.photos.rows_by_id.get(current)
        if changed and row is not None:
            self.show_row(row)

    # ---- building ----

    def _arrange_photos(self) -> None:
        # Both in one room: no photo moves when a review begins.
        self.line = stack(self.grid_line, self.review_bar)
        self.line.setFixedHeight(_LINE_HEIGHT)
        left = vertical(self.filter_bar, self.line, (self.stack, 1), spacing=0)
        self.splitter.insertWidget(0, self.navigator)
        self.splitter.insertWidget(1, box(left, parent=self))

    def _arrange(self) -> None:
        for place, factor in enumerate((0, 1, 0)):  # the photos take what there is
            self.splitter.setStretchFactor(place, factor)
            self.splitter.setCollapsible(place, False)
        self.splitter.setHandleWidth(1)
        self.navigator.resize(NAVIGATOR_WIDTH, self.navigator.height())
        self.navigator.setVisible(bool(self._project.classes))
        vertical(self.splitter, on=self)

    def _connect(self) -> None:
        session = self._session
        self.filter_bar.changed.connect(self._on_filter)
        self.filter_bar.searched.connect(self.show_best_hits)
        self.filter_bar.say.connect(self.say)
        self.grid_line.zoom.valueChanged.connect(self.grid.set_thumbnail_side)
        self.thumbnails.ready.connect(lambda _: self.grid.viewport().update())
        # Under review a double click is two decisions.
        self.grid.doubleClicked.connect(
            lambda _: None if self.review.is_active else self.open_current()
        )
        self.grid.clicked.connect(self.toggle_exception)
        self.grid.chip_pressed.connect(self._on_chip)
        self.review.changed.connect(self._show_review)
        key_map().changed.connect(self._offer_review)
        grid, model, jobs = self.grid, self.model, session.jobs
        scrolled = grid.verticalScrollBar().valueChanged
        for changed in (scrolled, grid.page_changed, model.modelReset, model.rowsInserted):
            changed.connect(self._on_page_changed)
        session.photos_listed.connect(self._on_listed)
        session.photos_changed.connect(self.thumbnails.forget)
        for changed in (session.photos_changed, session.scores_changed, session.classes_changed):
            changed.connect(self._on_data_changed)
        self.navigator.left.connect(self.grid.setFocus)
        self.navigator.list_wanted.connect(self.side_panel.edit_classes)
        for changed in (
            session.answers_changed, session.thresholds_changed, session.flags_changed,
            session.first_labels_came,
        ):  # fmt: skip
            changed.connect(self._on_labels_changed)
        session.truth_changed.connect(self.filter_bar.refresh)
        self.side_panel.when_made(
            "Quality", lambda: self.side_panel.results.errors_wanted.connect(self._on_errors)
        )
        jobs.reading.changed.connect(self._on_reading)
        for changed in (grid.selectionModel().selectionChanged, jobs.started, jobs.finished):
            changed.connect(lambda *_: self._show_count())

    # ---- reacting ----

    def _tell_export(self) -> None:
        self.side_panel.export.shown_rows = lambda: self.model.rows

    def _on_errors(self, column: int, wanted: str) -> None:
        self.filter_bar.show_errors(column, LabelWanted(wanted))  # Qt has made a StrEnum bare

    def _on_listed(self) -> None:
        """Photos of a folder that is being read: they come in the order of their names."""
        self.filter_bar.refresh()
        wanted = self.filter_bar.filter
        if wanted.hides_anything or wanted.descending or wanted.sort is not SortKey.NAME:
            self.refresh()
            return
        # The others stay where they are, under the hands of a person who scrolls.
        self.model.add_rows(np.arange(self.model.rowCount(), len(self._project.photos)))
        self._show_count()

    def _on_data_changed(self) -> None:
        self.navigator.setVisible(bool(self._project.classes))
        self.filter_bar.reload_classes()
        self._offer_review()
        self.refresh()

    def _on_labels_changed(self, *_: object) -> None:
        """Answers do not move photos under the person's hands: the filter is kept as it was."""
        self.filter_bar.refresh()
        self.model.repaint_rows()

    def _on_filter(self, wanted: PhotoFilter) -> None:
        self.delegate.column = wanted.column
        self._offer_review()
        if wanted.column != self.review.column:
            self.review.stop()
        self.refresh()
        if not self.grid.selectionModel().hasSelection():
            self.grid.scrollToTop()  # what comes first in the new order is what one looks for

    def _on_page_changed(self, *_: object) -> None:
        """Other photos are on the screen: what the bar says must be what Enter does."""
        if self.review.is_active:
            self._show_review()

    def _show_review(self) -> None:
        self.review_bar.refresh()
        self.line.setCurrentIndex(int(self.review.is_active))
        self._offer_review()
        self.grid.viewport().update()

    def _offer_review(self, _: str = "") -> None:
        """Where a class is chosen and scored, and not under review already."""
        scored = self._project.display_kind is not None
        self.grid_line.offer_review(
            self.column is not None and scored and not self.review.is_active
        )

    def _on_chip(self, chip: ChipPlace, place: QPoint) -> None:
        show = self.labels_wanted.emit
        label_menu(self._project, chip.row, chip.labels, show, self.grid).popup(place)

    def open_current(self) -> None:
        index = self.grid.currentIndex()
        if index.isValid():
            self.photo_opened.emit(int(index.data(PhotoRole.ROW)))

    def select_next(self) -> None:
        place = self.grid.currentIndex().row() + 1
        if place < self.model.rowCount():
            self.choose_place(place)

    def choose_place(self, place: int) -> None:
        """Make the photo shown there the current one, and the only one selected."""
        index = self.model.index(place)
        self.grid.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.grid.scrollTo(index)

    def _show_count(self) -> None:
        """How many photos are shown and selected; why there are none."""
        shown, total = self.model.rowCount(), len(self._project.photos)
        told = [
            ntr("{n} photo", "{n} photos", total)
            if shown == total
            else tr("{shown} of {total} photos", shown=shown, total=total)
        ]
        if chosen := len(self.grid.selected_places()):
            told.append(tr("{count} selected", count=chosen))
        self.grid_line.count.setText(" · ".join(told))
        self.stack.setCurrentWidget(self.grid if shown else self.empty)
        if shown:
            return
        if total:
            self.empty.show_state(
                "search",
                tr("No photo passes the filter"),
                tr(
                    "Take one of the filters above away, choose All classes in the list, or look "
                    "for what photos show: choose Search in the field above, and describe it."
                ),
                tr("Clear filters"),
            )
        elif self._session.jobs.kind is JobKind.SCAN:
            self.empty.show_state(
                "folder", tr("Reading the folder…"), tr("Photos appear in a moment.")
            )
        else:
            self.empty.show_state(
                "photo",
                tr("There are no photos in this folder"),
                tr(
                    "Put photos into {folder}, then look again.",
                    folder=self._project.location.folder,
                ),
                tr("Look again"),
            )

    def _on_reading(self) -> None:
        """Quietly: it asks nothing, and what is not read now scoring reads."""
        reading = self._session.jobs.reading
        share = percent(reading.done / reading.total if reading.total else 0.0)
        self.grid_line.reading.setText(
            tr("Reading photos… {share}", share=share) if reading.is_running else ""
        )
        if not reading.is_running and self.filter_bar.filter.sort is SortKey.TAKEN:
            self.refresh()  # with the dates that were read

    def _on_empty_action(self) -> None:
        if len(self._project.photos):
            self.filter_bar.clear()
        elif not self._session.jobs.is_busy:
            self._session.jobs.start_scan()
