"""Finding photos: by a query over what is known of them, or by words that describe them."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from cdul_app.desktop.library.finding.query_field import QueryField
from cdul_app.desktop.library.finding.query_help import QueryHelp
from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.restyle import mark
from cdul_app.desktop.look.theme import SPACING, theme_manager
from cdul_app.desktop.overlays.popover import Popover
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import box, horizontal, stack, vertical
from cdul_app.language import tr
from cdul_app.project.finding.photo_filter import query_of
from cdul_app.query.photo_query import QueryError

_MODE_TIPS = (tr("By names, labels, scores and answers"), tr("By words that describe a photo"))
_TYPING_MILLISECONDS = 150  # one filter pass a pause, not one a letter
_COMPLAINT_MILLISECONDS = 600  # a word that is not finished is not wrong yet


class FindRow(QWidget):
    """Says `query_changed` with texts that can be read; words are searched for after Enter."""

    query_changed = Signal(str)

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._typing = single_shot(self, _TYPING_MILLISECONDS, self._on_typed)
        self._complaint = single_shot(self, _COMPLAINT_MILLISECONDS, self._complain)
        self._error = ""

        self.mode = DropDown(self)
        self.mode.addItems([tr("Filter"), tr("Search")])
        self.mode.setAccessibleName(tr("Filter, or search by words"))
        for place, tip in enumerate(_MODE_TIPS):
            self.mode.setItemData(place, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        self.query = QueryField(self)
        self.query.setPlaceholderText(tr("File name, or label:dog score(dog)<0.4 NOT reviewed"))
        self.query.setAccessibleName(tr("Filter by file name or query"))
        self.words = QLineEdit(self)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText(tr("Describe a photo and press Enter: a dog on a beach"))
        self.words.setAccessibleName(tr("Search by words"))
        self.fields = stack(self.query, self.words, parent=self)
        self.fields.setMinimumWidth(72)  # beside the list and a panel on a small screen
        name, tip = tr("What can be written into the filter"), tr("What can be written here")
        self.help_button = tool_button("", name, text="?", tip=tip, parent=self)
        self.help_button.setCheckable(True)
        self.row = horizontal(self.mode, (self.fields, 1), self.help_button, spacing=SPACING[1])
        vertical(self.row, on=self)
        # In one place, so that neither lies over the other.
        self.note, self.help = label(wrap=True), QueryHelp()
        self._below = Popover(self, box(vertical(self.note, self.help, spacing=SPACING[1])))
        self.help.hide()

        self.mode.currentIndexChanged.connect(self._on_mode)
        self.query.textChanged.connect(self._on_text_changed)
        self.query.returnPressed.connect(self._on_entered)
        self.words.returnPressed.connect(self._on_words_entered)
        self.help_button.toggled.connect(self._show_below)
        session.search.changed.connect(self.show_note)
        theme_manager().changed.connect(self._on_theme)
        self._on_theme()

    def put_query(self, text: str) -> None:
        """Put a query in, as from a saved filter; what cannot be read is told about."""
        with QSignalBlocker(self.query):
            self.query.setText(text)
        self._on_entered()

    def stop_waiting(self) -> None:
        """What is being typed is taken no more: the project is closed."""
        self._typing.stop()
        self._complaint.stop()

    def focus_field(self, field: QLineEdit) -> None:
        """`query` or `words`."""
        self.mode.setCurrentIndex(self.fields.indexOf(field))
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    def read_again(self) -> None:
        """Classes or scores are others: a query may be right now, or no longer."""
        self.query.set_class_names(list(self._session.project.classes.names))
        if self.query.text().strip():
            self._on_entered()

    def show_note(self) -> None:
        """What is wrong, or what a search is doing."""
        search = self._session.search
        error = self._error or search.error
        mark(self.note, "role", "field-error" if error else "caption")
        self.note.setText(error or search.stage)
        self._show_below()

    # ---- reacting ----

    def _show_below(self) -> None:
        has_note, has_help = bool(self.note.text()), self.help_button.isChecked()
        self.note.setVisible(has_note)
        self.help.setVisible(has_help)
        self._below.setVisible(has_note or has_help)

    def _on_mode(self, place: int) -> None:
        self.fields.setCurrentIndex(place)
        self.help_button.setVisible(place == 0)
        self.help_button.setChecked(False)
        (self.query, self.words)[place].setFocus()

    def _on_text_changed(self) -> None:
        self._typing.start()
        self._complaint.stop()

    def _on_entered(self) -> None:
        self._typing.stop()
        self._on_typed()
        self._complain()

    def _on_typed(self) -> None:
        if self._fault():
            self._complaint.start()
        else:
            self._complaint.stop()
            self._complain()
            self.query_changed.emit(self.query.text().strip())

    def _complain(self) -> None:
        self._error = self._fault()
        mark(self.query, "invalid", bool(self._error))
        self.query.setToolTip(plain_tip(self._error))
        self.show_note()

    def _fault(self) -> str:
        try:
            query_of(self._session.project, self.query.text())
        except QueryError as error:
            return error.sentence
        return ""

    def _on_words_entered(self) -> None:
        if self.words.text().strip():
            self._session.search.search_words(self.words.text())

    def _on_theme(self) -> None:
        for place, name in enumerate(("filter", "search")):
            self.mode.setItemIcon(place, icon(name))
