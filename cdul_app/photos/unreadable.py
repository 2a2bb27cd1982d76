"""Why a photo is left out."""


class UnreadablePhoto(Exception):  # noqa: N818 - a state of the photo, not a failure of the app
    """Why one photo is left out, in plain words."""


DECODER = 2  # one more where a file is read that was refused, or shown otherwise than before

GONE = "The file is gone."
EMPTY = "The file is empty."
ELSEWHERE = (
    "It lies outside the project's folder: this computer looks there once a manifest that names "
    "it was given here (cdul-app score FOLDER --manifest FILE)."
)
NO_FILE = "It is not a file but a pipe or a device."  # to read it would wait for ever
NO_IMAGE = "Not an image this app can read."
DAMAGED = "The file is truncated or damaged."
NO_PIXELS = "The image has no pixels."
NO_MEMORY = "It does not fit into memory."
NO_PREVIEW = "This camera file holds no preview that the app can read."
UNSUPPORTED = "It is written in a way that this app does not read: save it anew as PNG or JPEG."
TOO_SLOW = "It takes too long to read: save it anew as PNG or JPEG."
TOO_LARGE = "It takes more memory to read than the app gives to one photo."
UNIDENTIFIED = "It is damaged, or written in a way that this app does not read."

PASSING = frozenset({NO_MEMORY, TOO_SLOW})
"""Reasons that may not hold the next time, on a machine with less to do."""
