"""The names of the photos in a folder, in the order of their paths, without a look at any file."""

import os
from collections.abc import Iterator
from pathlib import Path

from cdul_app.errors import in_words
from cdul_app.events import Skipped
from cdul_app.language import tr
from cdul_app.photos.unreadable import NO_FILE
from cdul_app.settings.photo_files import PHOTO_SUFFIXES, SYSTEM_FOLDERS
from cdul_app.tasks.scan.passed_over import PassedOver

_SUFFIXES = tuple(PHOTO_SUFFIXES)


def photo_names(folder: Path, passed: PassedOver) -> Iterator[str | Skipped]:
    """Paths below `folder`, relative to it, with forward slashes; those that are no photo's reason.

    Hidden files and folders, the project's own among them, are not, nor are those of systems and
    network disks.  Links to folders are not followed, since they may lead in a circle: `passed`
    notes them, and pictures that cannot be read.
    """
    # A folder counts as its name with the slash that its photos' paths have: so the order of this
    # walk is the order of the paths, and a list that is shown while it grows grows at its end.
    waiting: list[tuple[str, str | Skipped | None]] = [("", None)]
    while waiting:
        path, item = waiting.pop()
        if item is not None:
            yield item
        else:
            waiting.extend(reversed(_entries(folder, path, passed)))


def _entries(
    folder: Path, below: str, passed: PassedOver
) -> list[tuple[str, str | Skipped | None]]:
    """Pairs (path, photo or reason) of one folder, by path; None is a folder to go into."""
    place = os.path.join(folder, below) if below else os.fspath(folder)  # noqa: PTH118 - 100,000
    found: list[tuple[str, str | Skipped | None]] = []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path, name = below + entry.name, entry.name.lower()
                if _is_folder(entry):
                    if name not in SYSTEM_FOLDERS:
                        found.append((path + "/", None))
                elif entry.is_symlink() and _is_folder(entry, follow=True):
                    passed.add_link(path)
                elif name.endswith(_SUFFIXES):
                    found.append((path, _photo(entry, path)))
                else:
                    passed.add_file(entry.name)
    except OSError as error:
        shown = place.rstrip("/") if below else place
        found.append(
            ("", Skipped(shown, tr("The folder cannot be read ({why}).", why=in_words(error))))
        )
    return sorted(found, key=lambda pair: pair[0])


def _is_folder(entry: os.DirEntry[str], *, follow: bool = False) -> bool:
    try:
        return entry.is_dir(follow_symlinks=follow)
    except OSError:
        return False


def _photo(entry: os.DirEntry[str], path: str) -> str | Skipped:
    """The kind of most entries is known from the folder's own list: only links cost a look."""
    try:
        path.encode()
        if entry.is_file(follow_symlinks=False):
            return path
        if not entry.is_symlink():
            return Skipped(path, NO_FILE)
        entry.stat()  # raises where it leads nowhere, or in a circle
        return path if entry.is_file() else Skipped(path, NO_FILE)
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        return Skipped(shown, tr("Its name is not valid text: rename the file."))
    except OSError as error:
        return Skipped(path, tr("The file cannot be read ({why}).", why=in_words(error)))
