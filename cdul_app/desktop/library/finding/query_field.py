"""The query box: offers words while one types, and is tinted where it cannot be read."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.widgets.fields.suggestion_field import SuggestionField
from cdul_app.query.photo_query import FIELDS, OPERATORS, quoted, unquoted
from cdul_app.query.query_terms import SCORE_WORDS, ClassWord, StateWord

_LEAST_LETTERS = 2  # before words are offered
_LEAST_WIDTH = 220  # pixels, of the list of them
_ESCAPE = re.compile(r'\\["\\]')
_LAST_QUOTED = re.compile(r'(?:[a-z]+[:(])?"(?:\\["\\]|[^"\\]|\\(?!["\\]))*$', re.IGNORECASE)
_LAST_WORD = re.compile(rf'(?:(?:{"|".join(SCORE_WORDS)})\([^()"]*|[^\s()"]*)$', re.IGNORECASE)
_PLAIN_WORDS = (*(word.value for word in StateWord), *OPERATORS, "labels>=")


def query_words(class_names: Sequence[str]) -> dict[str, str]:
    """What a query can be made of: as it is offered, and as it is written, with quotes."""
    written = {word: word for word in (*_PLAIN_WORDS, *(f"{field}:" for field in FIELDS))}
    for name in class_names:
        for field in ClassWord:
            written[f"{field.value}:{name}"] = f"{field.value}:{quoted(name)}"
    for name in class_names:
        for score in SCORE_WORDS:
            inside = quoted(name) if re.search(r'[()"]', name) else name
            written[f"{score}({name})"] = f"{score}({inside})"
    return written


class QueryField(SuggestionField):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        self._written: dict[str, str] = {}
        self.completion.activated.connect(self._insert)

    def set_class_names(self, names: Sequence[str]) -> None:
        self._written = query_words(names)
        self._entries.setStringList(list(self._written))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.popup.isVisible() and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Return):
            event.ignore()  # the list takes it
        else:
            super().keyPressEvent(event)

    def _word(self) -> str:
        """What stands before the cursor and is not finished."""
        before = self.text()[: self.cursorPosition()]
        in_quotes = _ESCAPE.sub("", before).count('"') % 2 == 1
        found = (_LAST_QUOTED if in_quotes else _LAST_WORD).search(before)
        return found[0].lstrip("-") if found else ""

    def _offer(self) -> None:
        word, popup = unquoted(self._word()), self.popup
        self.completion.setCompletionPrefix(word)
        count = self.completion.completionCount() if len(word) >= _LEAST_LETTERS else 0
        if not count or (count == 1 and self.completion.currentCompletion() == word):
            popup.hide()
            return
        # Below the whole field, from the cursor on.
        width = max(_LEAST_WIDTH, popup.sizeHintForColumn(0) + 24)
        self.completion.complete(QRect(self.cursorRect().x(), 0, width, self.height() + 2))

    def _insert(self, offered: str) -> None:
        chosen = self._written.get(offered, offered)
        end = self.cursorPosition()
        start = end - len(self._word())
        after = "" if chosen.endswith((":", ")", "=")) else " "
        text = self.text()
        self.setText(text[:start] + chosen + after + text[end:].lstrip())
        self.setCursorPosition(start + len(chosen) + len(after))
