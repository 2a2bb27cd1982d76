"""Reading a picture by what it is, without letting Qt try one decoder after the other.

Qt's own search looks into the file with a text stream, which connects signals.  On a worker's
thread that holds Python's lock it then waits for a lock of Qt's, and the window, which holds that
one, for Python's: both stand still for ever.
"""

from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImageReader

_LONGEST = 16  # bytes that tell
_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"P3", "ppm"),
    (b"P6", "ppm"),
    (b"P2", "pgm"),
    (b"P5", "pgm"),
    (b"P1", "pbm"),
    (b"P4", "pbm"),
    (b"\0\0\0\x0cjP  ", "jp2"),
)


def image_format(start: bytes) -> str:
    """Qt's name of a format by the first bytes of a file; empty for one it is not told."""
    for known, name in _STARTS:
        if start.startswith(known):
            return name
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "webp"
    if start[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    return ""


def photo_reader(path: Path) -> QImageReader:
    """Upright by EXIF.  The content decides, not the suffix: a PNG called .jpg is read as well.

    A file that cannot be opened, or is no picture, gives a reader that can read nothing.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LONGEST)
    except OSError:
        start = b""
    reader = QImageReader(str(path), QByteArray(image_format(start).encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    return reader
