"""Showing a file where it lies."""

import platform
import subprocess
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from cdul_app.photos.elsewhere.addresses import WEB
from cdul_app.photos.elsewhere.places import kind_of_address, local_file
from cdul_app.photos.files import PhotoFile

_MOST_MILLISECONDS = 1000  # for a file manager to answer
_SHOW = {"Windows": ["explorer", "/select,"], "Darwin": ["open", "-R"]}


def show_in_file_manager(photo: PhotoFile) -> None:
    """With the file selected where the system can, else its folder; of a member of a tar file that
    one, of a photo on a web server itself in the browser.

    What a stranger's project calls a photo opens nothing: any program may wait for such a URL.
    """
    file = photo if isinstance(photo, Path) else local_file(photo.address)
    if file is None:
        if not isinstance(photo, Path) and photo.may_be_read and kind_of_address(str(photo)) in WEB:
            QDesktopServices.openUrl(QUrl(photo.address))
        return
    command = _SHOW.get(platform.system())
    if command is not None:
        subprocess.Popen([*command, str(file)])
    elif not _asked_over_the_bus(file):
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


def _asked_over_the_bus(file: Path) -> bool:
    """Whether a file manager of a Linux desktop selects it."""
    try:
        from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage
    except ImportError:
        return False
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    name, path = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
    message = QDBusMessage.createMethodCall(name, path, name, "ShowItems")
    message.setArguments([[QUrl.fromLocalFile(str(file)).toString()], ""])
    answer = bus.call(message, QDBus.CallMode.Block, _MOST_MILLISECONDS)
    return answer.type() == QDBusMessage.MessageType.ReplyMessage
