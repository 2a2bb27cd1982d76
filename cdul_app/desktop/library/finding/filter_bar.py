"""Above the grid: which photos are shown, and in which order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QPushButton, QWidget

from cdul_app.desktop.library.finding.filter_chips import FilterChips
from cdul_app.desktop.library.finding.find_row import FindRow
from cdul_app.desktop.library.finding.saved_filter_list import SavedFilterPopup
from cdul_app.desktop.library.finding.score_range import ScoreRangePopup
from cdul_app.desktop.library.finding.titles import (
    FLAGGED,
    LABEL_TITLES,
    NEAR_DUPLICATES,
    ORDERS,
    STATE_TITLES,
)
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.restyle import mark
from cdul_app.desktop.look.theme import SPACING, class_color
from cdul_app.desktop.session.photo_search import SearchKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.labels import label, shortened
from cdul_app.desktop.widgets.layouts import STRETCH, paint_as, vertical
from cdul_app.desktop.widgets.one_line import OneLine
from cdul_app.language import figure, tr
from cdul_app.measures.reviews import ReviewState
from cdul_app.project.finding.photo_filter import (
    ERRORS,
    LabelWanted,
    PhotoFilter,
    SortKey,
    label_counts,
    missing_figures,
    score_range_base,
    state_counts,
)
from cdul_app.project.finding.saved_filters import SavedFilter

_ROOM_FOR_TITLES = 640  # pixels
Entry = TypeVar("Entry", LabelWanted, SortKey)
_LONGEST_NAME = 18  # letters: it stands in the list of classes whole
_RARE = (
    ReviewState.UNSURE, ReviewState.DISAGREEMENT, ReviewState.UNLABELLED, ReviewState.ERROR
)  # fmt: skip


class FilterBar(QWidget):
    """Shows one PhotoFilter, and says `changed` with it; knows nothing of the grid."""

    changed = Signal(object)  # PhotoFilter
    searched = Signal()  # after `changed`: the photos shown are those of a new search, best first
    say = Signal(str)  # a sentence for the message bar

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "bar")
        self._session = session
        self._project = session.project
        self.filter = PhotoFilter()
        self._order_before = (SortKey.NAME, False)  # that a search has replaced
        self._make_widgets()
        self._arrange()
        self._connect()
        self.reload_classes()

    def clear(self) -> None:
        """Show all photos; the chosen class and the order stay."""
        self.finder.words.clear()
        self._session.search.clear()  # gives back the order before it
        shown = self.filter
        self.show_filter(PhotoFilter(shown.column, sort=shown.sort, descending=shown.descending))

    def show_filter(self, wanted: PhotoFilter) -> None:
        self._set(**vars(replace(wanted, text="")))
        self.finder.put_query(wanted.text)  # perhaps one that cannot be read

    def show_class(self, column: int | None, wanted: LabelWanted) -> None:
        """Photos of a class, or of all, as they are looked through: the best first."""
        self._session.current_class.choose(column)
        self._set(label=wanted)

    def sort_by(self, key: SortKey) -> None:
        """Sort by this, what is worth looking at first at the top."""
        self._set(sort=key, descending=key.starts_high)

    def show_errors(self, column: int, wanted: LabelWanted) -> None:
        """Show the photos behind one kind of error of a class; needs truth."""
        self.clear()
        self.show_class(column, wanted)

    def reload_classes(self) -> None:
        """Classes or scores are others: the chosen class stays where its name is still there."""
        known = self._project.search_results.duplicates() is not None
        column = self._session.current_class.column
        self._set(column=column, duplicates=self.filter.duplicates and known)
        self.finder.read_again()
        if self.finder.query.property("invalid"):
            self._set(text="")
        self.refresh()

    def apply_saved(self, saved: SavedFilter) -> None:
        """Show what was saved; a class that is gone since is told about."""
        names = self._project.classes.names
        if saved.class_name is not None and saved.class_name not in names:
            self.say.emit(tr("The project has no class “{name}” any more.", name=saved.class_name))
        self.clear()
        self.show_filter(PhotoFilter.of_saved(saved, names))

    def open_score_range(self) -> None:
        column, kind = self.filter.column, self._project.display_kind
        scores = None if kind is None else self._project.scores(kind)
        if column is None or scores is None:
            return
        self.score_popup.show_class(
            self._project.classes[column].name,
            scores[:, column],
            score_range_base(self._project, self.filter),
            self.filter.score_range,
            class_color(self._project.classes.color_index(column)),
        )
        self.score_popup.open_below(self.score)

    # ---- building ----

    def _make_widgets(self) -> None:
        self.finder = FindRow(self._session, self)
        self.text = self.finder.query
        self.label = self._make_choice(
            tr("Photos with or without the label"), lambda each: self._set(label=LabelWanted(each))
        )
        self.label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.score = push_button(
            tr("Any score"),
            self.open_score_range,
            role="chip",
            tip=tr("Show only scores of the class between two ends"),
            parent=self,
        )
        self.score_popup = ScoreRangePopup(self)
        self.states = {state: self._make_chip(title) for state, title in STATE_TITLES.items()}
        group = QButtonGroup(self)
        for state, chip in self.states.items():
            group.addButton(chip)
            chip.clicked.connect(lambda _=False, chosen=state: self._set(state=chosen))
        self.flagged = self._make_chip(FLAGGED)
        self.flagged.toggled.connect(lambda flagged: self._set(flagged=flagged))
        self.duplicates = self._make_chip(NEAR_DUPLICATES)
        self.duplicates.setToolTip(
            tr("Copies in another size or quality, and shots of one moment, side by side")
        )
        self.duplicates.toggled.connect(self._on_duplicates)
        self.sort = self._make_choice(tr("Sort by"), lambda each: self.sort_by(SortKey(each)))
        self.direction = tool_button(
            "sort-up",
            tr("Highest first"),
            tip=tr("Ascending or descending"),
            checked_icon="sort-down",
            parent=self,
        )
        self.saved_popup = SavedFilterPopup(self._project, lambda: self.filter, self)
        self.saved = tool_button(
            "bookmark",
            tr("Saved filters"),
            lambda: self.saved_popup.open_below(self.saved),
            parent=self,
        )
        self.active = FilterChips(self.clear, self)  # stands where the page counts its photos

    def _make_chip(self, title: str) -> QPushButton:
        name = tr("Show photos: {title}", title=title)
        chip = push_button(title, role="chip", name=name, parent=self)
        chip.setCheckable(True)
        return chip

    def _make_choice(self, name: str, act: Callable[[str], object]) -> QComboBox:
        choice = DropDown(self)
        choice.setAccessibleName(name)
        # Qt hands a StrEnum back as a bare string.
        choice.currentIndexChanged.connect(lambda _: act(choice.currentData()))
        return choice

    def _arrange(self) -> None:
        row = self.finder.row
        row.addWidget(self.saved)
        row.addSpacing(SPACING[1])
        self._sort_title = label(tr("Sort"), "muted")
        for part in (self._sort_title, self.sort, self.direction):
            row.addWidget(part)
        # What comes and goes stands at an end: nothing else moves.
        rare = [chip for state, chip in self.states.items() if state in _RARE]
        always = [chip for chip in self.states.values() if chip not in rare]
        # What is of the chosen class stands beside the count, where the page has room for it.
        self.of_class = OneLine(self.label, self.score, self.active, STRETCH)
        choices = OneLine(*always, *rare, self.flagged, self.duplicates, STRETCH)
        vertical(
            self.finder, choices, on=self, spacing=SPACING[1], margins=(SPACING[2], SPACING[1])
        )

    def _connect(self) -> None:
        search = self._session.search
        self.finder.query_changed.connect(lambda text: self._set(text=text))
        self._session.current_class.changed.connect(self._on_class)
        self.score_popup.range_changed.connect(lambda chosen: self._set(score_range=chosen))
        self.direction.toggled.connect(lambda down: self._set(descending=down))
        self.saved_popup.applied.connect(self.apply_saved)
        search.found.connect(self._on_found)
        search.changed.connect(self._on_search_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The field where one types has the room before a title that the choice explains."""
        self._sort_title.setVisible(event.size().width() > _ROOM_FOR_TITLES)
        super().resizeEvent(event)

    # ---- reacting ----

    def _on_duplicates(self, wanted: bool) -> None:
        self._set(duplicates=wanted)
        if wanted:
            self._session.search.find_duplicates()

    def _on_found(self, kind: SearchKind) -> None:
        if SearchKind(kind) is SearchKind.DUPLICATES:
            self.changed.emit(self.filter)
            return
        wanted = SortKey.NOVELTY if SearchKind(kind) is SearchKind.NOVELTY else SortKey.SIMILARITY
        if self.filter.sort is wanted:
            self.changed.emit(self.filter)  # the same order of other figures
        elif wanted is SortKey.SIMILARITY:
            self._order_before = (self.filter.sort, self.filter.descending)
            self.sort_by(wanted)
        if wanted is SortKey.SIMILARITY:
            self._set(descending=True)  # the order may have been turned since the last search
            self.searched.emit()

    def _on_class(self) -> None:
        """Its photos with the label, the best first; of all classes, all by their names."""
        column = self._session.current_class.column
        if column is None:
            self._set(column=None, label=LabelWanted.ANY, sort=SortKey.NAME, descending=False)
        elif column != self.filter.column:
            labelled = self._project.display_kind is not None
            label = LabelWanted.HAS if labelled else LabelWanted.ANY
            sort = SortKey.SCORE if labelled else SortKey.NAME
            self._set(column=column, label=label, sort=sort, descending=sort.starts_high)

    def _on_search_changed(self) -> None:
        """A search that was taken away gives back the order that it replaced."""
        if not self._session.search.title and self.filter.sort is SortKey.SIMILARITY:
            key, descending = self._order_before
            self._set(sort=key, descending=descending)
        self.refresh()

    def _set(self, **changes: object) -> None:
        before, wanted = self.filter, replace(self.filter, **changes)  # type: ignore[arg-type]
        if wanted.column != before.column and "score_range" not in changes:
            wanted = replace(wanted, score_range=None)  # it is of one class
        if wanted.column is None:
            wanted = replace(wanted, label=LabelWanted.ANY)
        if wanted.label in ERRORS and self._project.truth.file is None:
            wanted = replace(wanted, label=LabelWanted.ANY)
        if wanted.column != self._session.current_class.column:
            self._session.current_class.choose(wanted.column)  # comes back, see _on_class
        if wanted == before or wanted == self.filter:
            return
        if wanted.sort is SortKey.NOVELTY and before.sort is not SortKey.NOVELTY:
            self._session.search.compare_with_reviewed()
        self.filter = wanted
        self.refresh()
        self.changed.emit(wanted)
        sentence = missing_figures(self._project, wanted.sort)
        if sentence and (wanted.sort, wanted.descending) != (before.sort, before.descending):
            self.say.emit(sentence)

    # ---- showing ----

    def refresh(self) -> None:
        """Show the filter, what can be chosen, and of how many photos it is."""
        self._set()  # truth may be gone, and its errors with it
        wanted, project, chosen = self.filter, self._project, self.filter.score_range
        _show_entries(self.label, self._label_entries(), wanted.label)
        self.label.setVisible(wanted.column is not None)
        self.score.setVisible(wanted.column is not None and project.display_kind is not None)
        self.score.setText(_range_text(*chosen) if chosen else tr("Any score"))
        mark(self.score, "chosen", chosen is not None)
        counts = state_counts(project)
        for state, button in self.states.items():
            button.setText(f"{STATE_TITLES[state]} {figure(counts[state])}")
            # What no photo is in, and that is not chosen, is only in the way.
            rare = state in _RARE
            button.setVisible(not rare or counts[state] > 0 or state is wanted.state)
        self.states[wanted.state].setChecked(True)
        flags = int(project.flags.sum())
        self.flagged.setText(f"{FLAGGED} {figure(flags)}")
        self.flagged.setChecked(wanted.flagged)
        self.flagged.setVisible(flags > 0 or wanted.flagged)
        with QSignalBlocker(self.duplicates):
            self.duplicates.setChecked(wanted.duplicates)
        self.duplicates.setVisible(project.display_kind is not None)
        searched = bool(self._session.search.title) or wanted.sort is SortKey.SIMILARITY
        orders = {key: ORDERS[key] for key in SortKey if searched or key != SortKey.SIMILARITY}
        _show_entries(self.sort, orders, wanted.sort)
        with QSignalBlocker(self.direction):
            self.direction.setChecked(wanted.descending)
        self.active.show_restrictions(self._restrictions())

    def _label_entries(self) -> dict[LabelWanted, tuple[str, str]]:
        """How many photos have and lack the label of the chosen class; errors with truth only."""
        column, has_truth = self.filter.column, self._project.truth.file is not None
        counts = label_counts(self._project, column)
        name = (
            "" if column is None else shortened(self._project.classes[column].name, _LONGEST_NAME)
        )
        titles = {wanted: tr(title, name=name) for wanted, title in LABEL_TITLES.items()}
        return {
            wanted: (f"{title} {figure(counts[wanted])}" if wanted in counts else title, "")
            for wanted, title in titles.items()
            if has_truth or wanted not in ERRORS
        }

    def _restrictions(self) -> dict[str, Callable[[], object]]:
        """What hides photos, each with what takes it away."""
        wanted, search, classes = self.filter, self._session.search, self._project.classes
        found: dict[str, Callable[[], object]] = {}
        if wanted.column is not None and wanted.column < len(classes):
            name = classes[wanted.column].name
            if wanted.score_range is not None:
                low, high = wanted.score_range
                title = tr("{name}: score {low:.2f}–{high:.2f}", name=name, low=low, high=high)
                found[title] = lambda: self._set(score_range=None)
        if wanted.state is not None:
            found[STATE_TITLES[wanted.state]] = lambda: self._set(state=None)
        if wanted.flagged:
            found[FLAGGED] = lambda: self._set(flagged=False)
        if wanted.duplicates:
            found[NEAR_DUPLICATES] = lambda: self._set(duplicates=False)
        if wanted.text:
            found[wanted.text] = lambda: self.finder.put_query("")
        if search.title:
            found[tr("Search: {words}", words=search.title)] = search.clear
        return found


def _range_text(low: float, high: float) -> str:
    return tr("Score {low:.2f}–{high:.2f}", low=low, high=high)


def _show_entries(
    choice: QComboBox, entries: Mapping[Entry, tuple[str, str]], chosen: Entry
) -> None:
    """entries : title and tooltip of each value."""
    with QSignalBlocker(choice):
        if [choice.itemData(place) for place in range(choice.count())] != list(entries):
            choice.clear()
            for value in entries:
                choice.addItem("", value)
        for place, (title, tip) in enumerate(entries.values()):
            choice.setItemText(place, title)
            choice.setItemData(place, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        choice.setCurrentIndex(choice.findData(chosen))
