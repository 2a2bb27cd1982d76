"""Why a photo is left out: told in English, since another process may tell it and it is stored."""

from cdul_app.language import retell, translatable


class UnreadablePhoto(Exception):  # noqa: N818 - a state of the photo, not a failure of the app
    """Why one photo is left out, in plain words."""


DECODER = 2  # one more where a file is read that was refused, or shown otherwise than before

GONE = translatable("The file is gone.")
EMPTY = translatable("The file is empty.")
ELSEWHERE = translatable(
    "It lies outside the project's folder: this computer looks there once a manifest that names "
    "it was given here (cdul-app score FOLDER --manifest FILE)."
)
NO_FILE = translatable("It is not a file but a pipe or a device.")  # to read it would wait for ever
NO_IMAGE = translatable("Not an image this app can read.")
DAMAGED = translatable("The file is truncated or damaged.")
NO_PIXELS = translatable("The image has no pixels.")
NO_MEMORY = translatable("It does not fit into memory.")
NO_PREVIEW = translatable("This camera file holds no preview that the app can read.")
UNSUPPORTED = translatable(
    "It is written in a way that this app does not read: save it anew as PNG or JPEG."
)
TOO_SLOW = translatable("It takes too long to read: save it anew as PNG or JPEG.")
TOO_LARGE = translatable("It takes more memory to read than the app gives to one photo.")
UNIDENTIFIED = translatable("It is damaged, or written in a way that this app does not read.")
LOST = translatable(
    "The process that read it ended without a word, each time: run the command again."
)
FOLDER = translatable("It is a folder, not a file.")
NO_PERMISSION = translatable("There is no permission to read it.")
# To be filled in, {why} by `errors.in_english`.
UNOPENED = translatable("It cannot be opened ({why}).")
UNREAD = translatable("It cannot be read ({why}).")
UNREAD_FILE = translatable("The file cannot be read ({why}).")
TOO_MANY_PIXELS = translatable(
    "It has {megapixels} megapixels; of its kind the app reads up to {most}."
)
_REASONS = (
    GONE, EMPTY, ELSEWHERE, NO_FILE, NO_IMAGE, DAMAGED, NO_PIXELS, NO_MEMORY, NO_PREVIEW,
    UNSUPPORTED, TOO_SLOW, TOO_LARGE, UNIDENTIFIED, FOLDER, LOST, NO_PERMISSION, UNOPENED, UNREAD,
    UNREAD_FILE, TOO_MANY_PIXELS,
)  # fmt: skip

PASSING = frozenset({NO_MEMORY, TOO_SLOW})
"""Reasons that may not hold the next time, on a machine with less to do."""


def reason_in_words(reason: str) -> str:
    """In the person's language."""
    return retell(reason, _REASONS)
