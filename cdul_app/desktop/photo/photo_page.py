"""One photo: its snippets, why each class got its score, and the person's answers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.file_manager import go_to_file
from cdul_app.desktop.images.decoding import LoadedPhoto
from cdul_app.desktop.images.image_loader import PHOTOS, ImageLoader
from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.look.class_colors import class_colors
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.photo.class_table import ClassTable
from cdul_app.desktop.photo.photo_header import PhotoHeader
from cdul_app.desktop.photo.photo_keys import keys_hint, make_photo_keys
from cdul_app.desktop.photo.photo_labels import PhotoLabels
from cdul_app.desktop.photo.photo_reasons import PhotoReasons
from cdul_app.desktop.photo.photo_stage import PhotoStage
from cdul_app.desktop.photo.snippet_view import Overlay
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.labels import label, section_heading
from cdul_app.desktop.widgets.layouts import (
    STRETCH,
    box,
    horizontal,
    paint_as,
    photo_beside,
    vertical,
)
from cdul_app.language import figure, tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.photos.capture_time import capture_text
from cdul_app.photos.files import PhotoFile
from cdul_app.project.labels.label_states import photo_labels
from cdul_app.project.labels.row_cache import blocks

_WIDTH_WITH_NUMBERS, _LEAST_TABLE_WIDTH = 640, 400  # pixels
_MOST_FOR_NUMBERS = 0.58  # of the page
_NARROW, _LOW = 1100, 560


class PhotoPage(QWidget):
    """Walks through `order`, the photos as the grid shows them.

    A class that the person chose stays chosen from photo to photo; until then each photo shows
    the class with its highest label.
    """

    back_requested = Signal()
    undo_requested = Signal()
    say = Signal(str)

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._project = session, session.project
        # Photo identifiers: rows may change under a running job.
        self._order: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._place = 0
        self._evidence: PhotoEvidence | None = None
        self._kept_class: int | None = None  # the identifier of the class the person chose
        self._advances = False  # one class is reviewed: an answer goes on to the next photo
        self.images = ImageLoader(PHOTOS, self)
        self.header = PhotoHeader(self)
        self.stage = PhotoStage(self)
        # Asked each time: the table of classes is another one after each edit.
        self.stage.use_colors(lambda column: session.project.classes.color_index(column))
        self.view = self.stage.view
        self.table = ClassTable(session, self)
        self.labels = PhotoLabels(session, self)
        self.reasons = PhotoReasons(session, self)
        self.numbers = tool_button(
            "chevron-right",
            tr("Numbers"),
            text=tr("Numbers"),
            role="disclosure",
            tip=tr("All kinds of score of each class"),
            checked_icon="chevron-down",
        )
        self.numbers.setIconSize(QSize(16, 16))
        self.keys = label("", "caption", wrap=True)
        self._arrange()
        self._connect(session)
        make_photo_keys(self, self._project)
        self._show_keys()

    # ---- what the window asks for ----

    @property
    def row(self) -> int | None:
        """The photo shown, as a row of the project."""
        return self._row_of(int(self._order[self._place])) if self._order.size else None

    @property
    def current_column(self) -> int | None:
        return self.table.chosen_class

    def toggle_overlay(self, overlay: Overlay) -> None:
        """Show it, or nothing over the photo where it is shown already."""
        chosen = Overlay.NONE if self.stage.overlay is overlay else overlay
        self.header.show_overlay(chosen)
        self.stage.set_overlay(chosen)

    def leave(self) -> None:
        """From a comparison to the photo, from an enlarged photo to the whole, then to the grid."""
        if self.stage.is_comparing:
            self.stage.toggle_comparison()
        elif not self.view.zoom.is_fitted:
            self.stage.fit()
        else:
            self.back_requested.emit()

    def show_photo(
        self, row: int, order: Sequence[int] | NDArray[np.int64], *, column: int | None = None
    ) -> None:
        """`order` holds the rows to walk through; `row` is added in front where it is not there.

        `column` is the class to choose and to keep.
        """
        rows = np.asarray(order, dtype=np.int64)
        if not (rows == row).any():
            rows = np.concatenate([[row], rows])
        self._order = self._project.photos.ids[rows]
        self._kept_class = None if column is None else self._project.classes[column].identifier
        self._advances = column is not None
        self._go_to(int(np.flatnonzero(rows == row)[0]))

    def step(self, by: int) -> None:
        """To the next photo (1) or the previous one (-1), where there is one."""
        if 0 <= self._place + by < len(self._order):
            self._go_to(self._place + by)

    def answer_current(self, value: int) -> None:
        """Answer YES or NO for the chosen class, or take the answer back with UNOBSERVED.

        Where one class is reviewed, a yes or a no goes on to the next photo.
        """
        if self.current_column is not None:
            self._answer(self.current_column, value)
            if self._advances and value != UNOBSERVED:
                self.step(1)

    def toggle_class(self, column: int) -> None:
        """Choose a class, and answer no where the photo has its label, yes where it lacks it."""
        row = self.row
        if row is not None and column < len(self._project.classes):
            self.table.choose_class(column, by_person=True)
            labelled = bool(self._project.facts.predicted_row(row)[column])
            self._answer(column, NO if labelled else YES)

    def toggle_compared_class(self) -> None:
        """Put the chosen class beside others, or take it out again."""
        if self.current_column is not None:
            self.stage.toggle_class(self.current_column)

    def toggle_flag(self) -> None:
        if self.row is not None:
            self._project.decisions.flag([self.row], not bool(self._project.flags[self.row]))

    def go_to_unreviewed(self, step: int) -> None:
        """The next photo of the walk without an answer, for the class where one is reviewed."""
        ahead = np.arange(1, len(self._order))
        places = (self._place + step * ahead) % max(1, len(self._order))
        rows = self._project.photos.rows_by_id.find(self._order[places])
        places, rows = places[rows >= 0], rows[rows >= 0]
        for part in blocks(len(rows)):  # the next ones mostly tell
            found = np.flatnonzero(self._are_open(rows[part]))
            if found.size:
                self._go_to(int(places[part][found[0]]))
                return

    def go_to_row(self, row: int, column: int | None) -> bool:
        """The photo that undo or redo touched; False where it is not among those walked through."""
        places = np.flatnonzero(self._order == self._project.photos.ids[row])
        if not places.size:
            return False
        if column is not None:
            self._kept_class = self._project.classes[column].identifier
        self._go_to(int(places[0]))
        return True

    def close_page(self) -> None:
        """Stop reading photos and wait for those under way."""
        self.images.close()

    # ---- building ----

    def _arrange(self) -> None:
        paint_as(self, "page")
        self.setFocusProxy(self.table)
        footer = horizontal(self.keys, margins=(SPACING[3], SPACING[1]))
        heading = horizontal(
            section_heading(tr("All classes")), STRETCH, self.numbers, margins=(SPACING[3], 0)
        )
        told = vertical(
            self.labels, self.reasons, heading, (self.table, 1), footer,
            spacing=0, margins=(1, 0, 0, 0),
        )  # fmt: skip
        side = box(told, role="side")
        side.setMinimumWidth(_LEAST_TABLE_WIDTH)
        self._splitter = photo_beside(self.stage, side, (880, _LEAST_TABLE_WIDTH))
        vertical(self.header, (self._splitter, 1), on=self, spacing=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() < _NARROW:
            self._fit_side()
        is_low = event.size().height() < _LOW
        self.reasons.set_brief(is_low)
        self.keys.setHidden(is_low)  # Help > Keyboard has them
        super().resizeEvent(event)

    def _connect(self, session: ProjectSession) -> None:
        header, stage = self.header, self.stage
        header.back.clicked.connect(self.back_requested)
        header.previous.clicked.connect(lambda: self.step(-1))
        header.next.clicked.connect(lambda: self.step(1))
        header.snippets.clicked.connect(lambda: self.toggle_overlay(Overlay.SNIPPETS))
        header.heat.clicked.connect(lambda: self.toggle_overlay(Overlay.HEAT))
        header.compare.clicked.connect(stage.toggle_comparison)
        header.flag.clicked.connect(self.toggle_flag)
        for button in header.ways.values():
            button.clicked.connect(self.show_file)
        stage.compared_changed.connect(lambda columns: header.compare.setChecked(bool(columns)))
        stage.full_wanted.connect(self._on_full_wanted)
        self.images.full_ready.connect(self._on_full)
        self.images.ready.connect(self._on_image)
        self.table.class_chosen.connect(self._on_class)
        self.table.answered.connect(self._answer)
        self.labels.class_chosen.connect(lambda column: self._choose(column))
        self.labels.answered.connect(self._answer)
        self.labels.added.connect(self._add_label)
        self.labels.field.left.connect(self.table.setFocus)
        self.numbers.toggled.connect(self._on_numbers)
        session.answers_changed.connect(self._on_answers)
        session.flags_changed.connect(self._show_flag)
        session.thresholds_changed.connect(self._refresh)
        session.scores_changed.connect(self._show)
        session.first_labels_came.connect(lambda rows: self._show() if self.row in rows else None)
        session.classes_changed.connect(self._show)
        session.photos_changed.connect(self._on_photos)
        key_map().changed.connect(self._show_keys)

    # ---- going to a photo ----

    def show_file(self) -> None:
        if self.row is not None and (told := go_to_file(self._project.photos.absolute(self.row))):
            self.say.emit(told)

    def _row_of(self, photo: int) -> int | None:
        return self._project.photos.rows_by_id.get(photo)

    def _go_to(self, place: int) -> None:
        self._place = place
        self.stage.fit()
        self._show()

    def _show(self) -> None:
        """Everything about the photo at this place."""
        row = self.row
        if row is None:
            return
        photos = self._project.photos
        self.header.show_photo(
            photos.paths[row], photos.absolute(row), self._place, len(self._order)
        )
        width, height = int(photos.widths[row]), int(photos.heights[row])
        pixels = f"{figure(width)} × {figure(height)}" if width and height else ""
        self.header.show_facts(capture_text(int(photos.taken[row])), pixels)
        self._show_flag()
        self._evidence = None if row in photos.errors else self._session.evidence(row)
        self._show_image(row)
        self.table.show_photo(row, self._column_to_choose())
        if self.table.chosen_class is None:
            self.table.choose_class(self.table.top_class())
        self._explain()

    def _show_image(self, row: int) -> None:
        photos = self._project.photos
        error = photos.errors.get(row, "")
        photo = None if error else self.images.photo(photos.absolute(row))
        self.stage.show_photo(photo, error=error)
        self.header.show_note("" if photo is None else tr(photo.note))
        places = (self._place, self._place + 1, self._place - 1, self._place + 2)
        near = [self._order[place] for place in places if 0 <= place < len(self._order)]
        self.images.decode_ahead(
            [
                photos.absolute(other)
                for other in photos.rows_by_id.find(near).tolist()
                if other >= 0 and other not in photos.errors
            ]
        )

    def _column_to_choose(self) -> int | None:
        ids = self._project.classes.ids
        return ids.index(self._kept_class) if self._kept_class in ids else None

    # ---- reacting ----

    def event(self, event: QEvent) -> bool:
        is_back = event.type() is QEvent.Type.WindowActivate
        if is_back and self.view.error and self.row is not None:
            self.images.forget()  # its disk may be connected again
            self._show_image(self.row)
        return super().event(event)

    def _shows(self, path: PhotoFile) -> bool:
        return self.row is not None and self._project.photos.absolute(self.row) == path

    def _on_image(self, path: PhotoFile) -> None:
        if self.row is not None and self._shows(path):
            self._show_image(self.row)

    def _on_class(self, column: int, by_person: bool) -> None:
        if by_person:
            self._kept_class = self._project.classes[column].identifier
        self._explain()

    def _are_open(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(n_rows,) whether a photo has no answer, or none of the class that is reviewed."""
        answers, column = self._project.answers[rows], self._column_to_choose()
        if self._advances and column is not None:
            return np.asarray(answers[:, column] == UNOBSERVED)
        return np.asarray((answers == UNOBSERVED).all(axis=1))

    def _show_flag(self, _: object = None) -> None:
        if self.row is not None:
            self.header.flag.setChecked(bool(self._project.flags[self.row]))

    def _show_keys(self, _: str = "") -> None:
        self.keys.setText(keys_hint())

    def _answer(self, column: int, value: int) -> None:
        if self.row is not None:
            self._project.decisions.answer([self.row], column, value)

    def _choose(self, column: int) -> None:
        self.table.choose_class(column, by_person=True)
        self.table.setFocus()

    def _add_label(self, column: int) -> None:
        self._answer(column, YES)
        self._choose(column)

    def _on_numbers(self, shown: bool) -> None:
        """Beside the photo there is room for the numbers while they are wanted."""
        self.table.show_numbers(shown)
        self._fit_side()

    def _fit_side(self) -> None:
        """On a small screen the photo keeps more than half, but where numbers are wanted."""
        side = _LEAST_TABLE_WIDTH
        if self.numbers.isChecked():
            side = max(side, min(_WIDTH_WITH_NUMBERS, round(_MOST_FOR_NUMBERS * self.width())))
        self._splitter.setSizes((max(1, self.width() - side), side))

    def _on_answers(self, rows: np.ndarray) -> None:
        if self.row is not None and self.row in rows:
            self._refresh()

    def _refresh(self) -> None:
        if self.row is not None:
            self.table.table_model.refresh()
            self._explain()

    def _on_photos(self) -> None:
        """A scan or a run may have added or lost photos, or read one that was changed."""
        if not self._order.size:
            return
        shown = self._order[self._place]
        self.images.forget()
        is_left = self._project.photos.rows_by_id.find(self._order) >= 0
        self._order = self._order[is_left]
        if not self._order.size:
            self.back_requested.emit()
            return
        # Where the photo itself is gone, the next one that is left takes its place.
        place = min(int(is_left[: self._place].sum()), len(self._order) - 1)
        if self._order[place] == shown:
            self._place = place
            self._show()
        else:
            self._go_to(place)

    def _on_full_wanted(self) -> None:
        if self.row is not None:
            self.images.load_full(self._project.photos.absolute(self.row))

    def _on_full(self, path: PhotoFile, photo: LoadedPhoto) -> None:
        if self._shows(path):
            self.stage.show_full(photo)

    def _explain(self) -> None:
        row, project = self.row, self._project
        if row is None:
            return
        names, kind = list(project.classes.names), project.display_kind
        scores = None if kind is None else project.scores(kind)
        shown = np.full(len(names), np.nan) if scores is None else scores[row]
        labels = photo_labels(project, row, current=self.current_column)
        columns = sorted(label.column for label in labels)
        self.stage.show_evidence(self._evidence, names, self.current_column, shown, columns)
        colors = class_colors(project.classes.color_index, self.table.table_model.labels)
        self.labels.show_labels(labels, colors, self.current_column, why=self._why_no_label(row))
        self.reasons.explain(row, self.current_column, self._evidence)

    def _why_no_label(self, row: int) -> str:
        if row in self._project.photos.errors:
            return tr("No labels: this photo cannot be read.")
        scored = ReviewState.UNLABELLED not in self._project.facts.states_of(row)
        return "" if scored else tr("Not labelled yet")
