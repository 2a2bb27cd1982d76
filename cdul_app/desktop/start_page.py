"""What one sees first: open a folder, try the demo, go on with a recent project."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cdul_app.desktop.look.icons import application_icon, icon
from cdul_app.desktop.look.theme import RADIUS, SPACING, current_theme, theme_manager
from cdul_app.desktop.settings import WindowSettings

COLUMN_WIDTH = 560  # pixels


class StartPage(QWidget):
    open_requested = Signal()
    demo_requested = Signal()
    folder_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACING[2])
        self._add_title()
        self._add_drop_zone()
        self._recent_title = QLabel("Recent projects", self)
        self._recent_title.setProperty("role", "muted")
        self._column.addWidget(self._recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(SPACING[0])
        self._column.addLayout(self._recent)
        holder = QWidget(self)
        holder.setFixedWidth(COLUMN_WIDTH)
        holder.setLayout(self._column)
        # Stretches and no alignment: an aligned widget is not asked how high its wrapped text is.
        middle = QHBoxLayout()
        middle.addStretch()
        middle.addWidget(holder)
        middle.addStretch()
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(middle)
        layout.addStretch(3)
        theme_manager().changed.connect(self._recolor)
        self._recolor()

    def reload(self) -> None:
        """Show the recent projects as they are now."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # at once: outside the layout it would stand in the corner
                widget.deleteLater()
        folders = WindowSettings().recent_folders[:5]
        self._recent_title.setVisible(bool(folders))
        for folder in folders:
            self._recent.addWidget(self._recent_row(folder))

    def _add_title(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(SPACING[3])
        mark = QLabel(self)
        mark.setPixmap(application_icon().pixmap(QSize(64, 64)))
        words = QVBoxLayout()
        words.setSpacing(2)
        name = QLabel("cdul_app", self)
        name.setProperty("role", "display")
        promise = QLabel("Label your photos without labeling them by hand.", self)
        promise.setProperty("role", "muted")
        words.addWidget(name)
        words.addWidget(promise)
        title.addWidget(mark)
        title.addLayout(words)
        title.addStretch()
        self._column.addLayout(title)
        self._column.addSpacing(SPACING[1])

    def _add_drop_zone(self) -> None:
        self._zone = QFrame(self)
        self._zone.setObjectName("dropZone")
        inner = QVBoxLayout(self._zone)
        inner.setContentsMargins(SPACING[4], SPACING[4], SPACING[4], SPACING[4])
        inner.setSpacing(SPACING[2])
        text = QLabel("Drop a folder of photos here", self._zone)
        text.setProperty("role", "title")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel(
            "Name your classes, and every photo gets labels with the evidence for them. "
            "Photos stay where they are and never leave this machine.",
            self._zone,
            wordWrap=True,
        )
        hint.setProperty("role", "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.open_button = QPushButton("Open folder…", self._zone)
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self.open_requested)
        self.demo_button = QPushButton("Try the demo", self._zone)
        self.demo_button.setToolTip("Drawn scenes that show every step, without any download")
        self.demo_button.clicked.connect(self.demo_requested)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.demo_button)
        buttons.addStretch()
        inner.addWidget(text)
        inner.addWidget(hint)
        inner.addSpacing(SPACING[0])
        inner.addLayout(buttons)
        self._column.addWidget(self._zone)
        self._column.addSpacing(SPACING[1])

    def _recent_row(self, folder: Path) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING[0])
        there = folder.is_dir()
        button = QPushButton(row)
        button.setProperty("role", "link")
        button.setIcon(icon("folder"))
        button.setEnabled(there)
        text = f"{folder.name}    {folder.parent}" + ("" if there else "  (not found)")
        button.ensurePolished()  # the style sheet's font is the one it will be painted in
        metrics = button.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, COLUMN_WIDTH - 96)
        button.setText(shown.replace("&", "&&"))  # a single one would underline a letter
        button.setToolTip(str(folder))
        button.setAccessibleName(f"Open {folder}")
        button.clicked.connect(lambda: self.folder_chosen.emit(folder))
        remove = QToolButton(row)
        remove.setProperty("role", "quiet")
        remove.setIcon(icon("close"))
        remove.setToolTip("Remove from this list (the project itself stays)")
        remove.setAccessibleName(f"Remove {folder} from the list")
        remove.clicked.connect(lambda: self._remove(folder))
        layout.addWidget(button, stretch=1)
        layout.addWidget(remove)
        return row

    def _remove(self, folder: Path) -> None:
        WindowSettings().remove_recent(folder)
        self.reload()

    def _recolor(self) -> None:
        theme = current_theme()
        self._zone.setStyleSheet(
            f"#dropZone {{ background: {theme.panel}; border: 1.5px dashed {theme.border}; "
            f"border-radius: {RADIUS + 4}px; }}"
        )
        self.reload()
