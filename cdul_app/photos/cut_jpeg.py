"""JPEG files that lack their last bytes, as after a copy that was broken off."""

import io
from typing import BinaryIO

from PIL import ImageFile

from cdul_app.language import translatable

NOTE = translatable("The file lacks its last bytes: a part of the picture may be grey or unsharp.")
_SCAN, _END = b"\xff\xda", b"\xff\xd9"
_FIRST_SCANS = 4  # of a progressive file: by then every part is there, if not every detail
_LEAST_SHARE = 0.9  # of the rows
_HELD_BACK = 18  # rows that the decoder has, but gives out when those below them come


def completed(file: BinaryIO, partly: ImageFile.ImageFile, stored_height: int) -> io.BytesIO | None:
    """The same file with an end, where nearly all of the picture is there; else None.

    partly : the image whose loading has failed; it holds the rows that were read.
    stored_height : of all its rows in the file, where it is decoded at a part of its size.
    """
    file.seek(0)
    content = file.read()
    if partly.info.get("progressive"):
        if scans_of(content) <= _FIRST_SCANS:
            return None
        # The last scan goes: where its head is cut, the rest cannot be read with it.
        return io.BytesIO(content[: content.rindex(_SCAN)] + _END)
    partly.tile = []  # else it would be loaded anew
    box = partly.getbbox()
    held_back = _HELD_BACK * partly.height / stored_height
    is_enough = box is not None and box[3] + held_back >= _LEAST_SHARE * partly.height
    return io.BytesIO(content + _END) if is_enough else None


def scans_of(content: bytes) -> int:
    """How many times a progressive file goes over the picture.

    Its own frame is the last in the file, after that of an embedded thumbnail.
    """
    return content.count(_SCAN, max(0, content.rfind(b"\xff\xc2")))
