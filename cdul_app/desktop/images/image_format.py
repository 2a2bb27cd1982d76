"""Reading a picture by what it is, without letting Qt try one decoder after the other.

Qt's own search looks into the file with a text stream, which connects signals.  On a worker's
thread that holds Python's lock it then waits for a lock of Qt's, and the window, which holds that
one, for Python's: both stand still for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QByteArray, QFile, QIODevice
from PySide6.QtGui import QImageReader

_LONGEST = 16  # bytes that tell
_STARTS = {
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "gif": (b"GIF8",),
    "bmp": (b"BM",),
    "tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "ppm": (b"P3", b"P6"),
    "pgm": (b"P2", b"P5"),
    "pbm": (b"P1", b"P4"),
    "jp2": (b"\0\0\0\x0cjP  ",),
}


def image_format(start: bytes) -> str:
    """Qt's name of a format by the first bytes of a file; empty for one it is not told."""
    for name, starts in _STARTS.items():
        if start.startswith(starts):
            return name
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    return ""


@contextmanager
def photo_reader(path: Path) -> Iterator[QImageReader]:
    """Upright by EXIF.  The content decides, not the suffix: a PNG called .jpg is read as well.

    Of a file that cannot be opened, or is no picture, it can read nothing.
    """
    # Opened here and once: a file that goes in between is then not looked for a second time.
    file = QFile(str(path))
    name = ""
    if file.open(QIODevice.OpenModeFlag.ReadOnly):
        name = image_format(bytes(file.peek(_LONGEST).data()))
    reader = QImageReader(file, QByteArray(name.encode())) if name else QImageReader()
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    try:
        yield reader
    finally:
        reader.setDevice(None)  # type: ignore[arg-type]  # it lets go while the file is there
