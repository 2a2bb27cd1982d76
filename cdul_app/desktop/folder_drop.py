"""Dropping a folder, or a file of one, on a window opens it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class FolderDrop(QObject):
    dropped = Signal(object)  # Path of the folder

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        wanted = (QEvent.Type.DragEnter, QEvent.Type.Drop)
        if event.type() not in wanted or not isinstance(event, QDropEvent):
            return False
        folder = _dropped_folder(event)
        if folder is None:
            return False
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self.dropped.emit(folder)
        return True


def _dropped_folder(event: QDropEvent) -> Path | None:
    """The folder that is dropped, or the one a dropped file lies in."""
    urls = event.mimeData().urls()
    if not urls or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_dir() else path.parent
