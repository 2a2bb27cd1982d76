"""The collection at a glance: balance, scores, what occurs together, review, report, runs."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from cdul_app.desktop.collection.class_statistics_table import ClassStatisticsTable
from cdul_app.desktop.collection.co_occurrence_view import CoOccurrenceView
from cdul_app.desktop.collection.runs_table import RunsTable
from cdul_app.desktop.collection.summary_tiles import SummaryTiles
from cdul_app.desktop.keys.key_map import page_action
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.report_section import ReportSection
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.empty_state import EmptyState
from cdul_app.desktop.widgets.labels import caption_label, section_heading
from cdul_app.desktop.widgets.layouts import STRETCH, Stretch, box, scroll_area, vertical
from cdul_app.desktop.widgets.page_bar import PageBar
from cdul_app.language import figure, tr
from cdul_app.measures.collection_statistics import (
    ClassStatistics,
    class_statistics,
    co_occurrence,
    labels_per_photo,
)
from cdul_app.method.arrays import IntArray
from cdul_app.progress import percent

# Row and column of each section, by the number of columns.
_PLACES = {1: ((0, 0), (1, 0), (2, 0), (3, 0)), 2: ((0, 0), (0, 1), (1, 1), (1, 0))}
_TWO_COLUMNS = 1400  # pixels from which sections stand beside each other
_GATHER_MS = 120  # several changes become one refresh


class CollectionPage(QWidget):
    """Computed only while it is shown."""

    left = Signal()
    class_wanted = Signal(int)  # show its photos
    pair_wanted = Signal(int, int)  # show the photos with both classes
    questions_requested = Signal(int)

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self.setProperty("role", "page")
        self.tiles = SummaryTiles(5)
        self.classes = ClassStatisticsTable()
        self.pairs = CoOccurrenceView()
        self.report = ReportSection(session)
        self.runs = RunsTable(session)
        self.empty = EmptyState(self)
        self._refresh_timer = single_shot(self, _GATHER_MS, self.refresh)
        self.bar = PageBar(tr("Collection"))
        self.per_photo = caption_label("")
        self._sections = [
            _section(tr("Classes"), self.classes, self.per_photo),
            _section(tr("Together in photos"), self.pairs),
            _section(tr("Label report"), self.report),
            _section(tr("Runs"), self.runs),
        ]
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACING[3])
        self._content = box(
            vertical(
                self.tiles, self._grid, STRETCH,
                spacing=SPACING[3], margins=(SPACING[4], SPACING[3], SPACING[4], SPACING[4]),
            )
        )  # fmt: skip
        self._columns = 0
        self._place_sections(1)
        self.area = scroll_area(self._content, sideways=True)
        vertical(self.bar, (self.area, 1), (self.empty, 1), on=self, spacing=0)
        self.empty.show_state(
            "grid",
            tr("Nothing to count yet"),
            tr("Name your classes and label the photos; this page then shows the collection."),
            tr("Back to the photos"),
        )
        self.empty.hide()
        page_action("leave", self, self.left.emit)
        self.bar.left.connect(self.left)
        self.empty.action_requested.connect(self.left)
        self.classes.class_chosen.connect(self.class_wanted)
        self.pairs.pair_chosen.connect(self.pair_wanted)
        self.report.questions_requested.connect(self.questions_requested)
        for signal in (
            session.photos_changed,
            session.classes_changed,
            session.scores_changed,
            session.thresholds_changed,
            session.answers_changed,
            session.runs_changed,
        ):
            signal.connect(lambda *_: self._refresh_timer.start())

    def refresh(self) -> None:
        """Compute everything anew, where it can be seen."""
        self.report.refresh()
        self._refresh_rest()

    def _refresh_rest(self) -> None:
        if not self.isVisible():
            return
        project = self._project
        has_classes = bool(project.classes) and len(project.photos) > 0
        self._content.setVisible(has_classes)
        self.empty.setVisible(not has_classes)
        if not has_classes:
            return
        scores = None if project.display_kind is None else project.scores(project.display_kind)
        if scores is None:
            scores = np.full(project.answers.shape, np.nan, np.float32)
        answered = np.flatnonzero(project.facts.answered.values())  # few of many
        found = class_statistics(
            scores[answered], project.classes.thresholds, project.answers[answered]
        )
        found = replace(found, labelled=project.facts.class_counts())
        labels = project.facts.labels.values()
        per_photo = labels_per_photo(labels)
        self._show_tiles(per_photo, found)
        self.classes.show_statistics(project.classes, found, scores)
        self.pairs.show_counts(co_occurrence(labels), list(project.classes.names))
        *exactly, most = per_photo.tolist()
        told = [f"{number}: {figure(count)}" for number, count in enumerate(exactly)]
        told.append(tr("{labels} or more: {photos}", labels=len(exactly), photos=most))
        self.per_photo.setText(" · ".join([tr("Photos by their number of labels"), *told]))
        self.runs.refresh()

    def _place_sections(self, columns: int) -> None:
        """Beside each other where there is room: left the classes and runs, right the rest."""
        if columns != self._columns:
            self._columns = columns
            for section, (row, column) in zip(self._sections, _PLACES[columns], strict=True):
                self._grid.removeWidget(section)
                self._grid.addWidget(section, row, column)
            self._grid.setColumnStretch(0, 3)
            self._grid.setColumnStretch(1, 2 if columns == 2 else 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_rest()  # the report has seen that it is shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_sections(2 if self.width() >= _TWO_COLUMNS else 1)
        super().resizeEvent(event)

    def close_page(self) -> None:
        """The session is about to be closed."""
        self._refresh_timer.stop()

    def _show_tiles(self, per_photo: IntArray, found: ClassStatistics) -> None:
        """per_photo : see `labels_per_photo`."""
        photos, facts = self._project.photos, self._project.facts
        failed = len(photos.errors)
        counted = tr("photos, {failed} unreadable", failed=failed) if failed else tr("photos")
        self.tiles.show_figures(
            {
                counted: figure(len(photos)),
                tr("have a label"): percent(1 - per_photo[0] / len(photos)),
                tr("labels a photo"): figure(found.labelled.sum() / len(photos), ".2f"),
                tr("of {count} photos reviewed", count=len(photos)): figure(
                    int(np.count_nonzero(facts.answered.values()))
                ),
                tr("answers"): figure(int(found.answered.sum())),
            }
        )


def _section(title: str, *parts: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "section")
    vertical(
        section_heading(title), *parts, Stretch(1),
        on=frame, spacing=SPACING[2], margins=(SPACING[3], SPACING[2], SPACING[3], SPACING[3]),
    )  # fmt: skip
    return frame
