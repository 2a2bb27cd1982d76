from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.desktop.conftest import session_of


def drop(window, mime: QMimeData) -> tuple[bool, bool]:
    """Drag over the window and let go; whether it took the drag, and the drop."""
    place, copy = QPointF(100, 100), Qt.DropAction.CopyAction
    hands = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place.toPoint(), copy, mime, *hands)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False, False
    event = QDropEvent(place, copy, mime, *hands)
    QApplication.sendEvent(window, event)
    return True, event.isAccepted()


def mime_of(path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def test_a_dropped_folder_is_opened(qtbot, window, photo_folder):
    assert drop(window, mime_of(photo_folder)) == (True, True)
    session = session_of(window)
    assert session.project.location.folder == photo_folder
    qtbot.waitUntil(lambda: len(session.project.photos) == 6)


def test_a_dropped_photo_opens_the_folder_it_lies_in(qtbot, window, photo_folder):
    assert drop(window, mime_of(photo_folder / "photo 1.jpg")) == (True, True)
    assert session_of(window).project.location.folder == photo_folder
    qtbot.waitUntil(lambda: not session_of(window).jobs.is_busy)


def test_what_is_no_file_is_not_taken(window):
    mime = QMimeData()
    mime.setText("just text")
    assert drop(window, mime) == (False, False)
    assert window.view is None
