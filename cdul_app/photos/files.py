"""Where a photo's file is, and how it is opened: regular files only, without waiting for one."""

import os
import stat
from io import BufferedReader
from pathlib import Path, PurePath

from cdul_app.errors import in_english
from cdul_app.photos.unreadable import (
    FOLDER,
    GONE,
    NO_FILE,
    NO_PERMISSION,
    UNOPENED,
    UnreadablePhoto,
)

# A pipe that nobody writes to would wait for ever; Windows has neither, and must be told of bytes.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def photo_file(folder: Path, path: str) -> Path:
    """The file of the photo that a project calls `path`: always one below `folder`.

    A project may come from a stranger: "/dev/zero" and "../../secret" are looked for inside the
    folder, as if there were nothing above it.
    """
    pure = PurePath(path)
    if pure.anchor or ".." in pure.parts:
        pure = PurePath(*(part for part in pure.parts if part not in (pure.anchor, "..")))
    return folder / pure


def open_regular(file: Path) -> BufferedReader:
    """The file for reading.  Raises OSError, also for what is a folder, a pipe or a device."""
    descriptor = os.open(file, _FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(0, "It is a folder", str(file))
        if not stat.S_ISREG(mode):
            raise OSError(0, NO_FILE.removesuffix("."), str(file))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def open_photo(path: Path) -> BufferedReader:
    """As `open_regular`, but raises UnreadablePhoto."""
    try:
        return open_regular(path)
    except FileNotFoundError as error:
        raise UnreadablePhoto(GONE) from error
    except IsADirectoryError as error:
        raise UnreadablePhoto(FOLDER) from error
    except PermissionError as error:
        if path.is_dir():  # Windows says so of a folder
            raise UnreadablePhoto(FOLDER) from error
        raise UnreadablePhoto(NO_PERMISSION) from error
    except (OSError, ValueError) as error:
        reason = in_english(error)
        if f"{reason}." == NO_FILE:
            raise UnreadablePhoto(NO_FILE) from error
        raise UnreadablePhoto(UNOPENED.format(why=reason)) from error
