"""Above the grid: which photos are shown, and in which order."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QWidget

from cdul_app.desktop.library.finding.class_box import ClassBox
from cdul_app.desktop.library.finding.filter_chips import FilterChips, Restriction
from cdul_app.desktop.library.finding.find_row import FindRow
from cdul_app.desktop.library.finding.saved_filter_list import SavedFilterPopup
from cdul_app.desktop.library.finding.score_range import ScoreRangePopup
from cdul_app.desktop.library.finding.sort_box import SortBox
from cdul_app.desktop.library.finding.state_chips import STATE_TITLES, StateChips
from cdul_app.desktop.look.restyle import restyle
from cdul_app.desktop.look.theme import SPACING, class_color
from cdul_app.desktop.session.photo_search import SearchKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.layouts import FlowLayout, box, horizontal, paint_as, vertical
from cdul_app.measures.reviews import ReviewState
from cdul_app.project.photo_filter import (
    LabelWanted,
    PhotoFilter,
    SortKey,
    label_counts,
    missing_figures,
    score_range_base,
)
from cdul_app.project.saved_filters import SavedFilter

_LINE_HEIGHT = 28  # pixels, of the choices
_LABEL_TITLES = {
    LabelWanted.ANY: "labelled or not",
    LabelWanted.HAS: "has the label",
    LabelWanted.LACKS: "lacks the label",
}
_ERROR_TITLES = {
    LabelWanted.FALSE_POSITIVE: "has it wrongly",
    LabelWanted.FALSE_NEGATIVE: "lacks it wrongly",
}


class FilterBar(QWidget):
    """Says `changed` with a PhotoFilter; knows nothing of the grid."""

    changed = Signal(object)  # PhotoFilter
    thumbnail_size_changed = Signal(int)
    say = Signal(str)  # a sentence for the message bar

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "bar")
        self._session = session
        self._project = session.project
        self._filter = PhotoFilter()
        self._order_before = (SortKey.NAME, False)  # that a search has replaced
        self._make_widgets()
        self._arrange()
        self._connect()
        self.reload_classes()
        self.update_counts()

    @property
    def filter(self) -> PhotoFilter:
        return self._filter

    def clear(self) -> None:
        """Show all photos; the chosen class and the order stay."""
        self.finder.clear()
        self.label.setCurrentIndex(0)
        self.states[None].setChecked(True)
        self.chips.flagged.setChecked(False)
        self._session.search.clear()
        self._set(label=LabelWanted.ANY, state=None, flagged=False, text="", score_range=None)

    def choose_class(self, column: int | None) -> None:
        self.classes.setCurrentIndex(0 if column is None else column + 1)

    def sort_by(self, key: SortKey) -> None:
        """Sort by this, what is worth looking at first at the top."""
        self.order.choose(key)

    def show_errors(self, column: int, wanted: LabelWanted) -> None:
        """Show the photos behind one kind of error of a class; needs truth."""
        self.clear()
        self.choose_class(column)
        self.label.setCurrentIndex(max(0, self.label.findData(wanted)))

    def reload_truth(self) -> None:
        """Errors can be asked for while truth is loaded."""
        place = self.label.findData(LabelWanted.FALSE_POSITIVE)
        if self._project.truth.file is not None and place < 0:
            for wanted, title in _ERROR_TITLES.items():
                self.label.addItem(title, wanted)
        elif self._project.truth.file is None and place >= 0:
            if self.label.currentIndex() >= place:
                self.label.setCurrentIndex(0)
            for _ in _ERROR_TITLES:
                self.label.removeItem(place)
        self._count_labels()

    def reload_classes(self) -> None:
        """Classes or scores are others: the chosen class stays where its name is still there."""
        names = list(self._project.classes.names)
        self.classes.set_classes(names, keep=self._filter.column is not None)
        self._on_class(self.classes.currentIndex())
        self.finder.read_again()
        if self.finder.query.property("invalid"):
            self._set(text="")

    def update_counts(self) -> None:
        self.chips.update_counts()
        self._count_labels()

    def apply_saved(self, saved: SavedFilter) -> None:
        """Show what was saved; a class that is gone since is told about."""
        names = list(self._project.classes.names)
        self.clear()
        column = names.index(saved.class_name) if saved.class_name in names else None
        if saved.class_name is not None and column is None:
            self.say.emit(f"The project has no class “{saved.class_name}” any more.")
        self.choose_class(column)
        self.label.setCurrentIndex(max(0, self.label.findData(saved.label)))
        known = {state.value: state for state in ReviewState}
        self._choose_state(known.get(saved.state or ""))
        self.chips.flagged.setChecked(saved.flagged)
        self.finder.put_query(saved.query)
        self._set(score_range=saved.score_range if column is not None else None)
        keys = {key.value: key for key in SortKey}
        self.order.choose(keys.get(saved.sort, SortKey.NAME), descending=saved.descending)

    def to_save(self, name: str) -> SavedFilter:
        """What is shown now, under a name; the results of a search are not part of it."""
        wanted = self._filter
        column = wanted.column
        searched = wanted.sort is SortKey.SIMILARITY
        return SavedFilter(
            name,
            class_name=None if column is None else self._project.classes[column].name,
            label=wanted.label.value,
            state=None if wanted.state is None else wanted.state.value,
            flagged=wanted.flagged,
            query=wanted.text,
            score_range=wanted.score_range,
            sort=SortKey.NAME.value if searched else wanted.sort.value,
            descending=not searched and wanted.descending,
        )

    # ---- building ----

    def _make_widgets(self) -> None:
        self.finder = FindRow(self._session, self)
        self.text = self.finder.query
        self.classes = ClassBox(self)
        self.label = QComboBox(self)
        for wanted, title in _LABEL_TITLES.items():
            self.label.addItem(title, wanted)
        self.label.setAccessibleName("Photos with or without the label")
        self.label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.score = push_button(
            "Any score",
            self.open_score_range,
            role="chip",
            tip="Show only scores of the class between two ends",
            parent=self,
        )
        self.score_popup = ScoreRangePopup(self)
        self.chips = StateChips(self._session, self)
        self.states = self.chips.states
        self.order = SortBox(self)
        self.sort, self.direction = self.order.keys, self.order.direction
        self.saved_popup = SavedFilterPopup(self._session, self.to_save, self)
        self.saved = tool_button(
            "bookmark",
            "Saved filters",
            lambda: self.saved_popup.open_below(self.saved),
            parent=self,
        )
        self.active = FilterChips(self)
        self.zoom = QSlider(Qt.Orientation.Horizontal, self)
        self.zoom.setRange(110, 360)
        self.zoom.setPageStep(40)
        self.zoom.setValue(WindowSettings().thumbnail_size)
        self.zoom.setFixedWidth(90)
        self.zoom.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.zoom.setAccessibleName("Thumbnail size")
        self.zoom.setToolTip("Thumbnail size")

    def _arrange(self) -> None:
        self.finder.row.addWidget(self.saved)
        self.finder.row.addSpacing(SPACING[1])
        self.finder.row.addWidget(self.order)
        choices = QWidget(self)
        flow = FlowLayout(choices, spacing=SPACING[0] + 2)
        for widget in (self.classes, self.label, self.score, *self.chips.buttons):
            flow.addWidget(widget)
        beside = box(horizontal(self.zoom))  # in the middle of the first line
        beside.setFixedHeight(_LINE_HEIGHT)
        second = horizontal((choices, 1), (beside, Qt.AlignmentFlag.AlignTop), spacing=SPACING[1])
        vertical(
            self.finder, second, self.active,
            on=self, spacing=SPACING[1], margins=(SPACING[2], SPACING[1]),
        )  # fmt: skip

    def _connect(self) -> None:
        search = self._session.search
        self.finder.query_changed.connect(lambda text: self._set(text=text))
        self.finder.words_wanted.connect(search.search_words)
        self.classes.currentIndexChanged.connect(self._on_class)
        self.label.currentIndexChanged.connect(self._on_label)
        self.score_popup.range_changed.connect(lambda chosen: self._set(score_range=chosen))
        self.chips.chosen.connect(lambda state: self._set(state=state))
        self.chips.flag_toggled.connect(lambda flagged: self._set(flagged=flagged))
        self.order.changed.connect(self._on_order)
        self.saved_popup.applied.connect(self.apply_saved)
        self.active.cleared.connect(self.clear)
        self.zoom.valueChanged.connect(self.thumbnail_size_changed)
        search.found.connect(self._on_found)
        search.changed.connect(self._on_search_changed)
        self.reload_truth()

    # ---- reacting ----

    def open_score_range(self) -> None:
        column, kind = self._filter.column, self._project.display_kind
        scores = None if kind is None else self._project.scores(kind)
        if column is None or scores is None:
            return
        self.score_popup.show_class(
            self._project.classes[column].name,
            scores[:, column],
            score_range_base(self._project, self._filter),
            self._filter.score_range,
            class_color(self._project.classes.color_index(column)),
        )
        self.score_popup.open_below(self.score)

    def _on_class(self, _: int) -> None:
        column = self.classes.column
        self.label.setEnabled(column is not None)
        self.score.setEnabled(column is not None and self._project.display_kind is not None)
        other = column is None or column != self._filter.column
        self._set(column=column, score_range=None if other else self._filter.score_range)
        self._count_labels()

    def _on_label(self, place: int) -> None:
        # Qt hands a StrEnum back as a bare string.
        self._set(label=LabelWanted(self.label.itemData(place)))

    def _on_order(self, key: SortKey, descending: bool) -> None:
        key = SortKey(key)  # Qt hands it on as a bare string
        if key is SortKey.NOVELTY and self._filter.sort is not SortKey.NOVELTY:
            self._session.search.compare_with_reviewed()
        self._set(sort=key, descending=descending)
        sentence = missing_figures(self._project, key)
        if sentence:
            self.say.emit(sentence)

    def _on_found(self, kind: SearchKind) -> None:
        wanted = SortKey.NOVELTY if SearchKind(kind) is SearchKind.NOVELTY else SortKey.SIMILARITY
        if wanted is SortKey.SIMILARITY:
            self.order.offer_similarity(True)
            if self._filter.sort is not SortKey.SIMILARITY:
                self._order_before = (self._filter.sort, self._filter.descending)
        if self._filter.sort is wanted:
            self.changed.emit(self._filter)  # the same order of other figures
        elif wanted is SortKey.SIMILARITY:
            self.order.choose(wanted)

    def _on_search_changed(self) -> None:
        """A search that was taken away gives back the order that it replaced."""
        if not self._session.search.title:
            if self._filter.sort is SortKey.SIMILARITY:
                key, descending = self._order_before
                self.order.choose(key, descending=descending)
            self.order.offer_similarity(False)
        self._show_restrictions()

    def _choose_state(self, state: ReviewState | None) -> None:
        self.states[state].setChecked(True)
        self._set(state=state)

    def _set(self, **changes: object) -> None:
        wanted = replace(self._filter, **changes)  # type: ignore[arg-type]
        if wanted != self._filter:
            self._filter = wanted
            self._show_restrictions()
            self.changed.emit(wanted)

    # ---- showing ----

    def _count_labels(self) -> None:
        """How many photos have and lack the label of the chosen class, in the entries."""
        counts = label_counts(self._project, self._filter.column)
        for place in range(self.label.count()):
            wanted = LabelWanted(self.label.itemData(place))
            title = _LABEL_TITLES.get(wanted) or _ERROR_TITLES[wanted]
            count = counts.get(wanted)
            self.label.setItemText(place, title if count is None else f"{title} {count:,}")

    def _show_restrictions(self) -> None:
        wanted, search = self._filter, self._session.search
        parts: list[Restriction] = []
        if wanted.column is not None and wanted.column < len(self._project.classes):
            name = self._project.classes[wanted.column].name
            if wanted.label is not LabelWanted.ANY:
                title = (_LABEL_TITLES | _ERROR_TITLES)[wanted.label]
                parts.append(Restriction(f"{name}: {title}", lambda: self.label.setCurrentIndex(0)))
            if wanted.score_range is not None:
                low, high = wanted.score_range
                text = f"{name}: score {low:.2f}–{high:.2f}"
                parts.append(Restriction(text, lambda: self._set(score_range=None)))
        if wanted.state is not None:
            parts.append(Restriction(STATE_TITLES[wanted.state], lambda: self._choose_state(None)))
        if wanted.flagged:
            parts.append(Restriction("Flagged", lambda: self.chips.flagged.setChecked(False)))
        if wanted.text:
            parts.append(Restriction(wanted.text, lambda: self.finder.put_query("")))
        if search.title:
            parts.append(Restriction(f"Search: {search.title}", search.clear))
        self.active.show_restrictions(parts)
        chosen = wanted.score_range
        self.score.setText("Any score" if chosen is None else "Score {:.2f}–{:.2f}".format(*chosen))
        self.score.setProperty("chosen", chosen is not None)
        restyle(self.score)
