"""Filters by name: apply, save, rename, delete, all in one small window below a button."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.project.saved_filters import SavedFilter

_WIDTH, _MOST_HEIGHT = 300, 320
_NAME_WIDTH = 176  # pixels


class SavedFilterPopup(QFrame):
    applied = Signal(object)  # SavedFilter

    def __init__(
        self, session: ProjectSession, current: Callable[[str], SavedFilter], parent: QWidget
    ) -> None:
        """current : the filter that is shown, under a name."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setFixedWidth(_WIDTH)
        self._session, self._current = session, current
        self._rows_shown: list[QWidget] = []
        self.empty = QLabel("No filter is saved yet.", self)
        self.empty.setProperty("role", "caption")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self.rows.setContentsMargins(0, 0, 0, 0)
        content = QWidget(self)
        content.setLayout(self.rows)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText("Name for what is shown now")
        self.name.setAccessibleName("Name of the filter to save")
        self.save_button = QPushButton("Save", self)
        self.save_button.setEnabled(False)
        self.name.textChanged.connect(lambda text: self.save_button.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self._save)
        self.save_button.clicked.connect(self._save)
        foot = QHBoxLayout()
        foot.addWidget(self.name, 1)
        foot.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING[1], SPACING[1], SPACING[1], SPACING[1])
        layout.setSpacing(SPACING[1])
        layout.addWidget(self.empty)
        layout.addWidget(self._area)
        layout.addLayout(foot)

    def open_below(self, widget: QWidget) -> None:
        self.reload()
        corner = widget.mapToGlobal(QPoint(widget.width() - _WIDTH, widget.height() + 2))
        self.move(corner)
        self.show()
        first = self._rows_shown[0].findChild(QPushButton) if self._rows_shown else None
        (first or self.name).setFocus(Qt.FocusReason.PopupFocusReason)

    def reload(self) -> None:
        for row in self._rows_shown:
            self.rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        saved = self._session.project.settings.saved_filters
        self._rows_shown = [self._make_row(place, each) for place, each in enumerate(saved)]
        for row in self._rows_shown:
            self.rows.addWidget(row)
        self.empty.setVisible(not saved)
        self._area.setVisible(bool(saved))
        self._area.setFixedHeight(min(_MOST_HEIGHT, self.rows.sizeHint().height()))
        self.adjustSize()

    def _make_row(self, place: int, saved: SavedFilter) -> QWidget:
        row = QWidget(self)
        apply_button = QPushButton(row)
        short = self.fontMetrics().elidedText(saved.name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        apply_button.setText(short.replace("&", "&&"))
        apply_button.setAccessibleName(saved.name)
        apply_button.setProperty("role", "menu-row")
        apply_button.setToolTip(f"{saved.name}: {describe(saved)}")
        apply_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        apply_button.clicked.connect(lambda: self._apply(saved))
        field = QLineEdit(saved.name, row)
        field.setAccessibleName(f"New name for {saved.name}")
        field.hide()

        def rename() -> None:
            if field.isHidden():
                return
            field.hide()
            self._rename(place, field.text().strip())

        def edit() -> None:
            apply_button.hide()
            field.show()
            field.selectAll()
            field.setFocus()

        field.editingFinished.connect(rename)
        rename_button = self._tool("edit", f"Rename {saved.name}", edit, row)
        delete_button = self._tool(
            "close", f"Delete {saved.name}", lambda: self._delete(place), row
        )
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(apply_button, 1)
        layout.addWidget(field, 1)
        layout.addWidget(rename_button)
        layout.addWidget(delete_button)
        return row

    def _tool(
        self, name: str, text: str, act: Callable[[], object], parent: QWidget
    ) -> QToolButton:
        button = QToolButton(parent)
        button.setIcon(icon(name))
        button.setProperty("role", "quiet")
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: act())
        return button

    def _apply(self, saved: SavedFilter) -> None:
        self.hide()
        self.applied.emit(saved)

    def _save(self) -> None:
        """A name that is there already gets what is shown now."""
        name = self.name.text().strip()
        if not name:
            return
        saved = [each for each in self._session.project.settings.saved_filters if each.name != name]
        self._session.project.settings.saved_filters = [*saved, self._current(name)]
        self.name.clear()
        self.hide()

    def _rename(self, place: int, name: str) -> None:
        saved = self._session.project.settings.saved_filters
        others = {each.name for number, each in enumerate(saved) if number != place}
        if name and name not in others:
            saved[place] = replace(saved[place], name=name)
            self._session.project.settings.saved_filters = saved
        self.reload()

    def _delete(self, place: int) -> None:
        saved = self._session.project.settings.saved_filters
        del saved[place]
        self._session.project.settings.saved_filters = saved
        self.reload()


def describe(saved: SavedFilter) -> str:
    """What a saved filter shows, for a tooltip."""
    parts = [
        saved.class_name or "",
        saved.label if saved.class_name and saved.label != "any" else "",
        "score {:.2f}–{:.2f}".format(*saved.score_range) if saved.score_range else "",
        saved.state or "",
        "flagged" if saved.flagged else "",
        saved.query,
        f"sorted by {saved.sort}",
    ]
    return ", ".join(part for part in parts if part)
