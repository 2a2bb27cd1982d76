"""Menus of the window whose entries are not known before it runs."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.theme import THEME_TITLES, ThemeChoice, theme_manager
from cdul_app.desktop.settings import WindowSettings
from cdul_app.language import tr


class RecentMenu(QMenu):
    """Folders whose projects were opened last."""

    folder_chosen = Signal(Path)

    def __init__(self, settings: WindowSettings, parent: QWidget) -> None:
        super().__init__(tr("Open recent"), parent)
        self._settings = settings
        self.aboutToShow.connect(self._on_shown)

    def _on_shown(self) -> None:
        self.clear()
        for folder in self._settings.recent_folders:
            action = self.addAction(without_mnemonic(str(folder)))
            action.setToolTip(plain_tip(str(folder)))
            action.triggered.connect(lambda _=False, chosen=folder: self.folder_chosen.emit(chosen))
            action.setEnabled(folder.is_dir())
        if self.isEmpty():
            self.addAction(tr("No recent projects")).setEnabled(False)


class ThemeMenu(QMenu):
    """Light, dark, or as the system is."""

    def __init__(self, settings: WindowSettings, parent: QWidget) -> None:
        super().__init__(tr("Theme"), parent)
        self._settings = settings
        group = QActionGroup(self)
        self._choices = {
            choice: group.addAction(self.addAction(text)) for choice, text in THEME_TITLES.items()
        }
        for choice, action in self._choices.items():
            action.setCheckable(True)
            action.triggered.connect(partial(self._choose, choice))
        self.aboutToShow.connect(self._show_choice)
        self._show_choice()

    def _show_choice(self) -> None:
        for choice, action in self._choices.items():
            action.setChecked(self._settings.theme is choice)

    def _choose(self, choice: ThemeChoice) -> None:
        self._settings.theme = choice
        theme_manager().choose(choice)
