"""PNG files without what may be wrong beside the picture: large texts, a bad checksum of a note."""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 100_000
_MOST_NOTE_BYTES = 2**20  # of what tells the orientation
_NEEDED = {b"tRNS", b"eXIf"}  # beside the critical ones
_TEXTS = (b"XML:com.adobe.xmp\0", b"Raw profile type exif\0")


def without_extras(file: BinaryIO, *, pixels: bool = True) -> io.BytesIO | None:
    """The picture and what tells its orientation, wherever in the file that stands.

    Without `pixels` the picture's data is left out, and nothing but its chunks' heads is read of
    it.  None where it is no PNG file.
    """
    file.seek(0)
    if file.read(8) != _SIGNATURE:
        return None
    notes, others = [_SIGNATURE], list[bytes]()
    for kind, length in _chunks(file):
        is_critical = not kind[0] & 0x20
        if is_critical and (pixels or kind != b"IDAT"):
            whole = _head(kind, length) + file.read(length + 4)
            # The notes that follow the picture's data are moved before it, where they are found.
            (others if kind in (b"IDAT", b"IEND") else notes).append(whole)
        elif length <= _MOST_NOTE_BYTES and kind in (*_NEEDED, b"iTXt", b"tEXt", b"zTXt"):
            content, checksum = file.read(length), file.read(4)
            if kind not in _NEEDED and not content.startswith(_TEXTS):
                continue
            if zlib.crc32(kind + content).to_bytes(4, "big") == checksum:
                notes.append(_head(kind, length) + content + checksum)
    if not pixels:
        others.insert(0, _head(b"IDAT", 0) + zlib.crc32(b"IDAT").to_bytes(4, "big"))
    return io.BytesIO(b"".join([*notes, *others]))


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """(kind, length) of each chunk, the file at its content; ends with the file or at IEND."""
    place = file.tell()
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        yield kind, length
        if kind == b"IEND":
            return
        place += 12 + length


def _head(kind: bytes, length: int) -> bytes:
    return length.to_bytes(4, "big") + kind
