"""What the right mouse button offers for the photos of the grid."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QMenu

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.keys.shortcuts import shortcut


class PhotoMenu:
    """Entries are actions of the key table, so that each tells its key."""

    def __init__(
        self, grid: QAbstractItemView, actions: list[tuple[str, Callable[[], object]]]
    ) -> None:
        self._grid, self._actions = grid, actions
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self.open)

    def open(self, place: QPoint) -> None:
        if self._grid.selectionModel().hasSelection():
            self.make().popup(self._grid.viewport().mapToGlobal(place))

    def make(self) -> QMenu:
        menu = QMenu(self._grid)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, act in self._actions:
            # Behind a tab, as text: a second shortcut of the same key would block the first.
            entry = menu.addAction(f"{shortcut(name).text}\t{key_map().shown(name)}")
            entry.triggered.connect(lambda _=False, do=act: do())
        return menu
