"""Above the grid: which photos are shown, and in which order."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cdul_app.core.reviews import ReviewState
from cdul_app.jobs.project_session import ProjectSession
from cdul_app.ui.icons import icon
from cdul_app.ui.photo_filter import LabelWanted, PhotoFilter, SortKey, state_counts
from cdul_app.ui.settings import WindowSettings
from cdul_app.ui.theme import SPACING, theme_manager

_STATES: tuple[tuple[ReviewState | None, str], ...] = (
    (None, "All"),
    (ReviewState.UNREVIEWED, "Unreviewed"),
    (ReviewState.ANSWERED, "Answered"),
    (ReviewState.DISAGREEMENT, "Disagreement"),
    (ReviewState.ERROR, "Unreadable"),
)
_ERROR_TITLES = (
    (LabelWanted.FALSE_POSITIVE, "has it wrongly"),
    (LabelWanted.FALSE_NEGATIVE, "lacks it wrongly"),
)
_TYPING_MILLISECONDS = 150  # one filter pass a pause, not one a letter


class FilterBar(QWidget):
    """Says `changed` with a PhotoFilter; knows nothing of the grid."""

    changed = Signal(object)  # PhotoFilter
    thumbnail_size_changed = Signal(int)

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._filter = PhotoFilter()
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MILLISECONDS)
        self._typing.timeout.connect(self._take_text)
        self._make_widgets()
        self._arrange()
        self.reload_classes()
        self.update_counts()
        theme_manager().changed.connect(self._recolor)

    @property
    def filter(self) -> PhotoFilter:
        return self._filter

    def clear(self) -> None:
        """Show all photos; the chosen class and the order stay."""
        self.text.clear()
        self._typing.stop()
        self.label.setCurrentIndex(0)
        self.states[None].setChecked(True)
        self._set(label=LabelWanted.ANY, state=None, text="")

    def choose_class(self, column: int | None) -> None:
        self.classes.setCurrentIndex(0 if column is None else column + 1)

    def sort_by(self, key: SortKey) -> None:
        """Sort by this, the highest first (names from A)."""
        place = self.sort.findData(key)
        if self.sort.currentIndex() == place:
            self.direction.setChecked(key is not SortKey.NAME)
        else:
            self.sort.setCurrentIndex(place)

    def show_errors(self, column: int, wanted: LabelWanted) -> None:
        """Show the photos behind one kind of error of a class; needs truth."""
        self.clear()
        self.choose_class(column)
        self.label.setCurrentIndex(max(0, self.label.findData(wanted)))

    def reload_truth(self) -> None:
        """Errors can be asked for while truth is loaded."""
        place = self.label.findData(LabelWanted.FALSE_POSITIVE)
        if self._session.truth_file is not None and place < 0:
            for wanted, title in _ERROR_TITLES:
                self.label.addItem(title, wanted)
        elif self._session.truth_file is None and place >= 0:
            if self.label.currentIndex() >= place:
                self.label.setCurrentIndex(0)
            for _ in _ERROR_TITLES:
                self.label.removeItem(place)

    def reload_classes(self) -> None:
        """The classes were replaced: keep the chosen one where its name is still there."""
        # Not the field's text, which a person may be typing.
        chosen = self.classes.currentIndex() if self._filter.column is not None else -1
        name = self.classes.itemText(chosen)
        self.classes.blockSignals(True)
        self.classes.clear()
        self.classes.addItem("Any class")
        self.classes.addItems([record.name for record in self._session.classes])
        place = max(0, self.classes.findText(name, Qt.MatchFlag.MatchExactly)) if name else 0
        self.classes.setCurrentIndex(place)
        self.classes.blockSignals(False)
        self._take_class(place)

    def update_counts(self) -> None:
        counts = state_counts(self._session)
        for state, title in _STATES:
            self.states[state].setText(f"{title} {counts[state]:,}")
        # A state that no photo is in, and that is not chosen, is only in the way.
        errors = self.states[ReviewState.ERROR]
        errors.setVisible(counts[ReviewState.ERROR] > 0 or errors.isChecked())

    def _make_widgets(self) -> None:
        self.classes = QComboBox(self, editable=True)
        self.classes.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.classes.setMinimumWidth(150)
        self.classes.setAccessibleName("Class to review")
        self.classes.setToolTip("The class that Y and N answer, and that the score order is of")
        completer = self.classes.completer()
        assert completer is not None, "an editable combo box has one"
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.classes.currentIndexChanged.connect(self._take_class)
        field = self.classes.lineEdit()
        assert field is not None, "an editable combo box has one"
        field.editingFinished.connect(self._restore_class_name)

        self.label = QComboBox(self)
        for wanted, title in (
            (LabelWanted.ANY, "labelled or not"),
            (LabelWanted.HAS, "has the label"),
            (LabelWanted.LACKS, "lacks the label"),
        ):
            self.label.addItem(title, wanted)
        self.reload_truth()
        self.label.setAccessibleName("Photos with or without the label")
        self.label.currentIndexChanged.connect(self._take_label)

        self.states: dict[ReviewState | None, QPushButton] = {}
        group = QButtonGroup(self)
        for state, title in _STATES:
            button = QPushButton(title, self)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setAccessibleName(f"Show photos: {title}")
            button.clicked.connect(lambda _=False, chosen=state: self._set(state=chosen))
            group.addButton(button)
            self.states[state] = button
        self.states[None].setChecked(True)

        self.text = QLineEdit(self, clearButtonEnabled=True)
        self.text.setPlaceholderText("File name")
        self.text.setAccessibleName("Filter by file name")
        self.text.setMaximumWidth(200)
        self.text.textChanged.connect(lambda _: self._typing.start())

        self.sort = QComboBox(self)
        for key, title in (
            (SortKey.NAME, "Name"),
            (SortKey.SCORE, "Score"),
            (SortKey.UNCERTAINTY, "Uncertainty"),
            (SortKey.LIKELY_ERRORS, "Likely errors"),
        ):
            self.sort.addItem(title, key)
        self.sort.setAccessibleName("Sort by")
        self.sort.currentIndexChanged.connect(self._take_sort)
        self.direction = QToolButton(self)
        self.direction.setCheckable(True)
        self.direction.setAccessibleName("Highest first")
        self.direction.setToolTip("Ascending or descending")
        self.direction.toggled.connect(self._take_direction)

        self.zoom = QSlider(Qt.Orientation.Horizontal, self)
        self.zoom.setRange(110, 360)
        self.zoom.setPageStep(40)
        self.zoom.setValue(WindowSettings().thumbnail_size)
        self.zoom.setFixedWidth(90)
        self.zoom.setAccessibleName("Thumbnail size")
        self.zoom.setToolTip("Thumbnail size")
        self.zoom.valueChanged.connect(self.thumbnail_size_changed)
        self._recolor()

    def _arrange(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(SPACING[1])
        first.addWidget(self.classes)
        first.addWidget(self.label)
        first.addStretch()
        first.addWidget(self.text, stretch=1)
        second.setSpacing(SPACING[0] + 2)
        for button in self.states.values():
            second.addWidget(button)
        second.addStretch()
        sort_label = QLabel("Sort", self)
        sort_label.setProperty("role", "muted")
        first.addWidget(sort_label)
        first.addWidget(self.sort)
        first.addWidget(self.direction)
        second.addWidget(self.zoom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING[2], SPACING[1], SPACING[2], SPACING[1])
        layout.setSpacing(SPACING[1])
        layout.addLayout(first)
        layout.addLayout(second)

    def _restore_class_name(self) -> None:
        """A text that is no class chooses nothing, and does not stay to look as if it did."""
        self.classes.setEditText(self.classes.itemText(self.classes.currentIndex()))

    def _take_class(self, place: int) -> None:
        column = place - 1 if place > 0 else None
        self.label.setEnabled(column is not None)
        self._set(column=column)

    def _take_label(self, place: int) -> None:
        # Qt hands a StrEnum back as a bare string.
        self._set(label=LabelWanted(self.label.itemData(place)))

    def _take_sort(self, place: int) -> None:
        key = SortKey(self.sort.itemData(place))  # Qt hands back a bare string
        # Scores and doubts are read from the top, names from A.
        self.direction.blockSignals(True)
        self.direction.setChecked(key is not SortKey.NAME)
        self.direction.blockSignals(False)
        self._recolor()
        self._set(sort=key, descending=self.direction.isChecked())

    def _take_direction(self, descending: bool) -> None:
        self._recolor()
        self._set(descending=descending)

    def _take_text(self) -> None:
        self._set(text=self.text.text())

    def _set(self, **changes: object) -> None:
        wanted = replace(self._filter, **changes)  # type: ignore[arg-type]
        if wanted != self._filter:
            self._filter = wanted
            self.changed.emit(wanted)

    def _recolor(self) -> None:
        self.direction.setIcon(icon("sort-down" if self.direction.isChecked() else "sort-up"))
