"""Writing the list of classes: one a line, with a live verdict on it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHideEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from cdul_app.classes.class_files import read_class_file
from cdul_app.classes.class_list import (
    PRESET_TITLES,
    ClassDefinition,
    class_lines,
    class_list_warnings,
    name_key,
    parse_class_lines,
    preset_classes,
)
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.overlays.popover import Popover
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.language import ntr, tr

CHECK_DELAY_MS = 120  # long lists are not parsed at every key

_PLACEHOLDER = "cat\ndog\nbicycle"
SHORT_TITLES = {"voc20": "VOC 20", "coco80": "COCO 80"}
_HELP = tr(
    "One class a line, in English. Names in another language want “Any language” in the next step."
)
_DESCRIPTION_HELP = tr(
    "bicycle: a photo of a bicycle | a parked bike – what follows the colon is looked for instead "
    "of the name. @ and a path stand for a photo that shows it, - leaves the name out. A backslash "
    "makes a sign part of a name (\\: \\# \\|)."
)


class ClassEditor(QWidget):
    """Edits a copy; nothing changes in the project before `applied`."""

    applied = Signal(list)  # list[ClassDefinition]
    checked = Signal()  # what the text says was judged anew

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        find_warnings: Callable[[Sequence[ClassDefinition]], list[str]] = class_list_warnings,
    ) -> None:
        """find_warnings : sentences about a list that can be used."""
        super().__init__(parent)
        self._find_warnings = find_warnings
        self._current: list[ClassDefinition] = []
        self._answer_counts: dict[str, int] = {}
        self.draft: list[ClassDefinition] | None = None  # what the text says, if it can be used

        self.preset_buttons = {
            preset: push_button(
                SHORT_TITLES.get(preset, title),
                lambda _=False, preset=preset: self._set_text(preset_classes(preset)),
                name=tr("Use the classes of {list}", list=title),
                tip=tr("Replace the list by the classes of {list}", list=title),
            )
            for preset, title in PRESET_TITLES.items()
        }
        load = push_button(
            tr("Load file…"), self._on_load, name=tr("Load classes from a text file")
        )
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Class names, one a line"))
        self.text.setAccessibleDescription(f"{_HELP} {_DESCRIPTION_HELP}")
        self.text.setPlaceholderText(_PLACEHOLDER)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setMinimumHeight(round(7 * QFontMetricsF(self.text.font()).lineSpacing()))

        told = caption_label(_HELP)
        self.descriptions = Popover(told, caption_label(_DESCRIPTION_HELP), above=True)
        self.help_button = tool_button("", tr("Describe a class in other words"), text="?")
        self.help_button.setCheckable(True)
        self.help_button.toggled.connect(self.descriptions.setVisible)
        self.verdict = Message()
        self.kept_answers = Message()
        self.revert_button = push_button(
            tr("Revert"), self.revert, tip=tr("Back to the classes in use")
        )
        self.count = caption_label("")
        sources = horizontal(*self.preset_buttons.values(), load, STRETCH, spacing=SPACING[1])
        actions = horizontal(
            (self.count, 1), self.help_button, self.revert_button, spacing=SPACING[1]
        )
        vertical(
            sources, (self.text, 1), told, self.verdict, self.kept_answers, actions,
            on=self, spacing=SPACING[2],
        )  # fmt: skip
        self._check_timer = single_shot(self, CHECK_DELAY_MS, self.check)
        self.text.textChanged.connect(self._check_timer.start)
        self.text.installEventFilter(self)
        self.check()

    def set_current(
        self, definitions: Sequence[ClassDefinition], answer_counts: dict[str, int]
    ) -> None:
        """The classes in use and how many answers each has (by name).

        An edit that has not been applied yet stays as it is.
        """
        untouched = not self.is_changed
        self._current = list(definitions)
        self._answer_counts = {name_key(name): count for name, count in answer_counts.items()}
        if untouched:
            self.text.setPlainText(class_lines(self._current))
        self.check()

    @property
    def is_changed(self) -> bool:
        """Whether the text differs from the classes in use."""
        return self.text.toPlainText().strip() != class_lines(self._current)

    def load_file(self, file: Path) -> None:
        with self.verdict.telling_errors():
            self._set_text(read_class_file(file))

    @property
    def can_apply(self) -> bool:
        """Whether the text is a list that can be used, and another than the one in use."""
        return self.draft is not None and self.draft != self._current

    def apply(self) -> None:
        """Where it can be used."""
        self.check()
        if self.can_apply:
            self.applied.emit(self.draft)

    def revert(self) -> None:
        self._set_text(self._current)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.help_button.setChecked(False)  # it would lie over what comes in place of this

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Return in the text applies the list; elsewhere the key does the next act."""
        if watched is self.text and isinstance(event, QKeyEvent):
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                event.accept()
                if event.type() is QEvent.Type.KeyPress:
                    self.apply()
                return True
        return super().eventFilter(watched, event)

    def stop_waiting(self) -> None:
        """What is being typed is judged no more: the project is closed."""
        self._check_timer.stop()

    def check(self) -> None:
        """Judge the text and say so."""
        self._check_timer.stop()
        text = self.text.toPlainText()
        self.draft = None
        self.verdict.clear()
        self.count.setText("")
        if text.strip():
            with self.verdict.telling_errors():
                self.draft = parse_class_lines(text)
                self.verdict.show_message(" ".join(self._find_warnings(self.draft)), Tone.WARNING)
                self.count.setText(ntr("{n} class", "{n} classes", len(self.draft)))
        self._show_kept_answers()
        self.revert_button.setEnabled(self.is_changed)
        self.checked.emit()

    def _show_kept_answers(self) -> None:
        kept = self._current if self.draft is None else self.draft
        staying = {name_key(definition.name) for definition in kept}
        current = {name_key(definition.name): definition.name for definition in self._current}
        answered = [key for key in current if key not in staying and self._answer_counts.get(key)]
        if not answered:
            self.kept_answers.clear()
            return
        total = sum(self._answer_counts[key] for key in answered)
        names = ", ".join(tr("“{name}”", name=current[key]) for key in answered[:3])
        if len(answered) > 3:
            names = tr("{names} and {others} more", names=names, others=len(answered) - 3)
        answers = ntr("{n} answer", "{n} answers", total)
        self.kept_answers.show_message(
            ntr(
                "{names} has {answers}. Nothing is lost: answers are kept and come back when it "
                "does.",
                "{names} have {answers}. Nothing is lost: answers are kept and come back when they "
                "do.",
                len(answered),
                names=names,
                answers=answers,
            )
        )

    def _on_load(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self,
            tr("Load classes"),
            str(Path.home()),
            tr("Text files (*.txt *.csv);;All files (*)"),
        )
        if chosen:
            self.load_file(Path(chosen))

    def _set_text(self, definitions: Sequence[ClassDefinition]) -> None:
        """In place of what was typed, which Ctrl+Z brings back."""
        cursor = self.text.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(class_lines(definitions))
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.check()
