"""Names of files as they are compared: macOS and some disks write “ü” as u and two dots."""

import unicodedata


def composed(name: str) -> str:
    """`name` in Unicode's composed form (NFC).

    >>> len("u\\u0308"), len(composed("u\\u0308"))
    (2, 1)
    """
    return unicodedata.normalize("NFC", name)
