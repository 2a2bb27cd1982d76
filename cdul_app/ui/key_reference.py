"""F1: all keys, made from the table the actions are made from."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from cdul_app.ui.shortcuts import EDIT, FILE, HELP, PAGE_KEYS, REVIEW, SHORTCUTS, VIEW
from cdul_app.ui.theme import SPACING


class KeyReference(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard reference")
        columns = QHBoxLayout()
        columns.setSpacing(SPACING[5] + SPACING[2])
        for groups in ((REVIEW,), (FILE, EDIT, VIEW, HELP)):
            column = QVBoxLayout()
            column.setSpacing(SPACING[1])
            for group in groups:
                self._add_group(column, group)
            column.addStretch()
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING[4], SPACING[4], SPACING[4], SPACING[3])
        layout.setSpacing(SPACING[4])
        layout.addLayout(columns)
        layout.addWidget(buttons)

    def _add_group(self, column: QVBoxLayout, group: str) -> None:
        title = QLabel(group, self)
        title.setProperty("role", "title")
        column.addWidget(title)
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACING[4])
        rows.setVerticalSpacing(SPACING[0] + 2)
        rows.setColumnStretch(0, 1)
        for place, (text, keys) in enumerate(_rows(group)):
            name = QLabel(text, self)
            key = QLabel(keys, self, alignment=Qt.AlignmentFlag.AlignRight)
            key.setProperty("role", "muted")
            rows.addWidget(name, place, 0)
            rows.addWidget(key, place, 1)
        column.addLayout(rows)
        column.addSpacing(SPACING[1])


def _rows(group: str) -> list[tuple[str, str]]:
    page = [(text, keys) for owner, text, keys in PAGE_KEYS if owner == group]
    actions = [
        (
            entry.text.removesuffix("…"),
            " or ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in entry.keys
            ),
        )
        for entry in SHORTCUTS
        if entry.group == group
    ]
    return page + actions
