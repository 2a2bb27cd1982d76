"""Which kinds of files are read, told by their first bytes, and who may read them.

Nothing else is ever tried: among the formats that Pillow knows some run a program (EPS), some are
containers whose content no header bounds (icons), and a stranger names a file as it pleases.
"""

from enum import Enum
from pathlib import PurePath

from cdul_app.settings.photo_files import RAW_SUFFIXES

HEAD_BYTES = 32  # that tell


class Kind(Enum):
    """The value is what Pillow calls the formats that may read it."""

    JPEG = ("JPEG",)  # MPO, which cameras write, included
    PNG = ("PNG",)
    GIF = ("GIF",)
    BMP = ("BMP",)
    PPM = ("PPM",)
    WEBP = ("WEBP",)
    TIFF = ("TIFF",)
    JPEG_2000 = ("JPEG2000",)
    AVIF = ("AVIF",)
    HEIF = ("HEIF", "AVIF")  # one container, and "mif1" may hold either
    JPEG_XL = ("JXL",)
    RAW = ()  # of a camera: LibRaw finds its preview

    @property
    def formats(self) -> tuple[str, ...]:
        formats: tuple[str, ...] = self.value
        return formats

    @property
    def is_isolated(self) -> bool:
        """Whether another process reads it, which can be ended; see decoder_pool."""
        return self in _ISOLATED


_ISOLATED = {Kind.TIFF, Kind.JPEG_2000, Kind.AVIF, Kind.HEIF, Kind.JPEG_XL, Kind.RAW}
_STARTS = {
    Kind.JPEG: (b"\xff\xd8\xff",),
    Kind.PNG: (b"\x89PNG\r\n\x1a\n",),
    Kind.GIF: (b"GIF87a", b"GIF89a"),
    Kind.BMP: (b"BM",),
    Kind.PPM: tuple(b"P%d%c" % (kind, space) for kind in range(1, 7) for space in b" \t\r\n#"),
    Kind.RAW: (
        b"II*\0\x10\0\0\0CR", b"II\x1a\0\0\0HEAPCCDR", b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO",
        b"IIRS", b"MMOR",
    ),
    Kind.TIFF: (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    Kind.JPEG_2000: (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
    Kind.JPEG_XL: (b"\0\0\0\x0cJXL \r\n\x87\n", b"\xff\x0a"),
}  # fmt: skip
_BRANDS = {b"avif": Kind.AVIF, b"avis": Kind.AVIF, b"crx ": Kind.RAW} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), Kind.HEIF
)


def kind_of(head: bytes, name: str = "") -> Kind | None:
    """The kind of a file that begins so; None for one that is not read.

    The name counts only for cameras' files that begin as TIFF does: their first picture is tiny.
    """
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    if head[:4] == b"RIFF":
        return Kind.WEBP if head[8:12] == b"WEBP" else None
    for kind, starts in _STARTS.items():
        if head.startswith(starts):
            is_raw = kind is Kind.TIFF and PurePath(name).suffix.lower() in RAW_SUFFIXES
            return Kind.RAW if is_raw else kind
    return None
