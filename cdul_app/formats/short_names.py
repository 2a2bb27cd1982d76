"""Photos by their names without suffix, as many formats have them: no two by one name."""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from posixpath import splitext

from cdul_app.settings.photo_files import PHOTO_SUFFIXES, RAW_SUFFIXES


class Short(Enum):
    """Which of photos that differ in their suffix only, as a.CR2 and a.jpg, is “a”.

    It is one where there is one such photo alone; the others go by their whole names.
    """

    NONE = "none"
    PICTURE = "picture"  # the one that is no camera's own file, the only kind most readers open
    RAW = "raw"  # the camera's own file, the only kind that Lightroom reads a.xmp beside


def stem(path: str) -> str:
    """
    >>> stem("sub/a.b.jpg")
    'sub/a.b'
    """
    return splitext(path)[0]


def has_suffix(path: str) -> bool:
    """Whether a name ends as those of photos do."""
    return splitext(path)[1].lower() in PHOTO_SUFFIXES


def short_names(paths: Sequence[str], short: Short) -> list[str]:
    """Of each of the paths, which differ, a name; no two are alike.

    >>> short_names(["a.CR2", "a.jpg", "b.jpg", "c.jpg", "c.png"], Short.PICTURE)
    ['a.CR2', 'a', 'b', 'c.jpg', 'c.png']
    """
    stems = [stem(path) for path in paths]
    counts, whole = Counter(stems), set(paths)
    raw = Counter(each for each, path in zip(stems, paths, strict=True) if _is_raw(path))

    def is_short(each: str, path: str) -> bool:
        if each in whole:  # a.jpg beside a.jpg.png
            return False
        if counts[each] == 1:
            return True
        alone = raw[each] if short is Short.RAW else counts[each] - raw[each]
        return short is not Short.NONE and alone == 1 and _is_raw(path) == (short is Short.RAW)

    return [each if is_short(each, path) else path for each, path in zip(stems, paths, strict=True)]


def _is_raw(path: str) -> bool:
    return splitext(path)[1].lower() in RAW_SUFFIXES
