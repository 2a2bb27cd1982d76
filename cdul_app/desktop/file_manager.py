"""Showing a file where it lies, or telling where that is."""

import platform
import subprocess
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from cdul_app.language import tr
from cdul_app.photos.elsewhere.addresses import WEB
from cdul_app.photos.elsewhere.places import kind_of_address, local_file
from cdul_app.photos.files import PhotoFile

_MOST_MILLISECONDS = 1000  # for a file manager to answer
_SHOW = {"Windows": ["explorer", "/select,"], "Darwin": ["open", "-R"]}


class WayToFile(Enum):
    """How one comes to the file of a photo; the value is what a button says."""

    FOLDER = tr("Show in file manager")
    BROWSER = tr("Open in the browser")
    ADDRESS = tr("Copy the address")


def way_to_file(photo: PhotoFile) -> WayToFile:
    """What a stranger's project calls a photo opens nothing: any program may wait for such a URL,
    those of object storage no program opens, and a browser would load the whole tar file of a
    photo."""
    if isinstance(photo, Path) or local_file(photo.address) is not None:
        return WayToFile.FOLDER
    opens = photo.may_be_read and not photo.member and kind_of_address(photo.address) in WEB
    return WayToFile.BROWSER if opens else WayToFile.ADDRESS


def go_to_file(photo: PhotoFile) -> str:
    """Returns a sentence where nothing is seen of it, else nothing."""
    file = photo if isinstance(photo, Path) else local_file(photo.address)
    if file is not None:
        show_in_file_manager(file)
    elif way_to_file(photo) is WayToFile.BROWSER:
        QDesktopServices.openUrl(QUrl(str(photo)))
    else:
        QGuiApplication.clipboard().setText(str(photo))
        return tr("Copied the address of the photo.")
    return ""


def show_in_file_manager(file: Path) -> None:
    """With the file selected where the system can, else its folder."""
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
