"""When a photo was taken, as its camera's clock said."""

from datetime import UTC, datetime

from PIL import ExifTags, Image

_TAGS = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized)
_FORMAT = "%Y:%m:%d %H:%M:%S"
UNKNOWN = 0


def capture_time(image: Image.Image) -> int:
    """Seconds since 1970 on the camera's own clock, whatever its time zone; UNKNOWN where the file
    does not tell.  Never loads pixels."""
    try:
        # PNG's own method would load all pixels to find what stands behind them.
        tags = Image.Image.getexif(image).get_ifd(ExifTags.IFD.Exif)
    except Exception:  # whatever Pillow meets in a block of EXIF that is none
        return UNKNOWN
    return next((time for tag in _TAGS if (time := _seconds(tags.get(tag)))), UNKNOWN)


def _seconds(text: object) -> int:
    if not isinstance(text, str):
        return UNKNOWN
    try:
        # Cameras without a set clock write zeros or blanks.
        taken = datetime.strptime(text.strip("\0 ")[:19], _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return UNKNOWN
    return int(taken.timestamp())


def capture_text(seconds: int) -> str:
    """Empty where it is not known.

    >>> capture_text(1715522580)
    '2024-05-12 14:03'
    """
    if seconds == UNKNOWN:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
