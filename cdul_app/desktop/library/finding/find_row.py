"""Finding photos: by a query over what is known of them, or by words that describe them."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cdul_app.desktop.library.finding.query_field import QueryField
from cdul_app.desktop.library.finding.query_help import QueryHelp
from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, theme_manager
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.project.photo_filter import query_of
from cdul_app.query.photo_query import QueryError

_TYPING_MILLISECONDS = 150  # one filter pass a pause, not one a letter
_COMPLAINT_MILLISECONDS = 600  # a word that is not finished is not wrong yet


class FindRow(QWidget):
    """Says `query_changed` with texts that can be read, and `words_wanted` after Enter."""

    query_changed = Signal(str)
    words_wanted = Signal(str)

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MILLISECONDS)
        self._typing.timeout.connect(self._take_query)
        self._complaint = QTimer(self, singleShot=True, interval=_COMPLAINT_MILLISECONDS)
        self._complaint.timeout.connect(self._complain)
        self._error = ""

        self.mode = QComboBox(self)
        self.mode.addItems(["Filter", "Search"])
        self.mode.setAccessibleName("Filter, or search by words")
        self.mode.setItemData(
            0, "By names, labels, scores and answers", Qt.ItemDataRole.ToolTipRole
        )
        self.mode.setItemData(1, "By words that describe a photo", Qt.ItemDataRole.ToolTipRole)
        self.query = QueryField(self)
        self.query.setPlaceholderText("File name, or label:dog score(dog)<0.4 NOT reviewed")
        self.query.setAccessibleName("Filter by file name or query")
        self.words = QLineEdit(self)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText("Describe a photo and press Enter: a dog on a beach")
        self.words.setAccessibleName("Search by words")
        self.fields = QStackedWidget(self)
        self.fields.addWidget(self.query)
        self.fields.addWidget(self.words)
        self.fields.setMinimumWidth(140)
        self.help_button = QToolButton(self)
        self.help_button.setCheckable(True)
        self.help_button.setText("?")
        self.help_button.setToolTip("What can be written here")
        self.help_button.setAccessibleName("What can be written into the filter")
        self.row = QHBoxLayout()
        self.row.setSpacing(SPACING[1])
        self.row.addWidget(self.mode)
        self.row.addWidget(self.fields, 1)
        self.row.addWidget(self.help_button)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.hide()
        self.help = QueryHelp(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[0])
        layout.addLayout(self.row)
        layout.addWidget(self.note)
        layout.addWidget(self.help)

        self.mode.currentIndexChanged.connect(self._take_mode)
        self.query.textChanged.connect(self._wait_for_a_pause)
        self.query.returnPressed.connect(self._take_query_at_once)
        self.words.returnPressed.connect(self._take_words)
        self.help_button.toggled.connect(self.help.setVisible)
        session.search.changed.connect(self.show_note)
        theme_manager().changed.connect(self._recolor)
        self._recolor()

    def take_query(self, text: str) -> None:
        """Put a query in, as from a saved filter; what cannot be read is told about."""
        blocked = self.query.blockSignals(True)
        self.query.setText(text)
        self.query.blockSignals(blocked)
        self._take_query_at_once()

    def stop_waiting(self) -> None:
        """What is being typed is taken no more: the project is closed."""
        self._typing.stop()
        self._complaint.stop()

    def clear(self) -> None:
        self.take_query("")
        self.words.clear()

    def focus_query(self) -> None:
        self.mode.setCurrentIndex(0)
        self.query.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.query.selectAll()

    def focus_words(self) -> None:
        self.mode.setCurrentIndex(1)
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def read_again(self) -> None:
        """Classes or scores are others: a query may be right now, or no longer."""
        self.query.set_class_names(list(self._project.classes.names))
        if self.query.text().strip():
            self._take_query_at_once()

    def show_note(self) -> None:
        """What is wrong, or what a search is doing."""
        search = self._session.search
        error = self._error or search.error
        text = error or search.stage
        self.note.setProperty("role", "field-error" if error else "caption")
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.note.style().polish(self.note)

    # ---- reacting ----

    def _take_mode(self, place: int) -> None:
        self.fields.setCurrentIndex(place)
        self.help_button.setVisible(place == 0)
        self.help_button.setChecked(False)
        field = self.fields.currentWidget()
        if field is not None:
            field.setFocus()

    def _wait_for_a_pause(self) -> None:
        self._typing.start()
        self._complaint.stop()

    def _take_query_at_once(self) -> None:
        self._typing.stop()
        self._take_query()
        self._complain()

    def _take_query(self) -> None:
        text = self.query.text()
        error = self._fault(text)
        if not error:
            self._complaint.stop()
            self._complain()
            self.query_changed.emit(text.strip())
        else:
            self._complaint.start()

    def _complain(self) -> None:
        self._error = self._fault(self.query.text())
        self.query.set_invalid(bool(self._error))
        self.query.setToolTip(self._error)
        self.show_note()

    def _fault(self, text: str) -> str:
        try:
            query_of(self._project, text)
        except QueryError as error:
            return error.sentence
        return ""

    def _take_words(self) -> None:
        if self.words.text().strip():
            self.words_wanted.emit(self.words.text())

    def _recolor(self) -> None:
        for place, name in enumerate(("filter", "search")):
            self.mode.setItemIcon(place, icon(name))
