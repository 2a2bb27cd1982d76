"""Showing a file where it lies."""

import platform
import subprocess
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(file: Path) -> bool:
    """Open the file manager at `file`, selected where the system can; False where it cannot."""
    system = platform.system()
    if system == "Windows":
        subprocess.Popen(["explorer", "/select,", str(file)])
        return True
    if system == "Darwin":
        subprocess.Popen(["open", "-R", str(file)])
        return True
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
