"""Finding the photos of a folder."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from cdul_app.core.errors import FolderError
from cdul_app.core.events import Event, Events, Finished, Progressed, Skipped, Started
from cdul_app.core.photo_files import PHOTO_SUFFIXES
from cdul_app.paths import ProjectLocation
from cdul_app.storage.photo_records import ScannedFile
from cdul_app.storage.project_store import ProjectStore

FILES_PER_EVENT = 500
_SUFFIXES = tuple(PHOTO_SUFFIXES)


def scan_project(location: ProjectLocation) -> Events:
    """List the folder's photos into the project.  Raises FolderError, ProjectError."""
    check_folder(location.folder)
    with ProjectStore(location.database, create=True) as store:
        yield from scan_photos(store, location.folder)
        count = store.photos.count()
        yield Finished(f"{count:,} photos in the folder.", {"photos": count})


def check_folder(folder: Path) -> None:
    """Raises FolderError where there is no folder that can be read."""
    if not folder.exists():
        raise FolderError(
            f"The folder {folder} does not exist: check the name, or connect the disk it is on."
        )
    if not folder.is_dir():
        raise FolderError(f"{folder} is a file: choose the folder that holds your photos.")
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise FolderError(
            f"The folder {folder} cannot be read ({error.strerror}): check its permissions."
        ) from error


def scan_photos(store: ProjectStore, folder: Path) -> Iterator[Event]:
    """Bring the photo list up to date.  Raises FolderError where the folder holds no photo."""
    yield Started("Looking for photos", unit="files")
    files: list[ScannedFile] = []
    for item in find_photos(folder):
        if isinstance(item, Skipped):
            yield item
            continue
        files.append(item)
        if len(files) % FILES_PER_EVENT == 0:
            yield Progressed(len(files))
    if not files:
        check_folder(folder)  # of a disk that has been unplugged, no photo is marked missing
    store.photos.synchronise(files)
    yield Progressed(len(files), len(files))
    if not files:
        raise no_photos(folder)


def no_photos(folder: Path) -> FolderError:
    """To be raised where a folder holds none."""
    kinds = ", ".join(sorted(suffix.removeprefix(".") for suffix in PHOTO_SUFFIXES))
    return FolderError(f"There are no photos in {folder} (looked for {kinds}).")


def find_photos(folder: Path) -> Iterator[ScannedFile | Skipped]:
    """Photos below `folder`; hidden files and folders, the project's own among them, are not."""
    skipped: list[Skipped] = []

    def unreadable(error: OSError) -> None:
        skipped.append(
            Skipped(str(error.filename), f"The folder cannot be read ({error.strerror}).")
        )

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(parent).relative_to(folder).as_posix()
        prefix = "" if below == "." else f"{below}/"
        for name in sorted(names):
            if name.startswith(".") or not name.lower().endswith(_SUFFIXES):
                continue
            yield _look_at(Path(parent, name), prefix + name)
        yield from skipped
        skipped.clear()
    yield from skipped


def _look_at(file: Path, path: str) -> ScannedFile | Skipped:
    try:
        path.encode()
        state = file.stat()
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        return Skipped(shown, "Its name is not valid text: rename the file.")
    except OSError as error:
        return Skipped(path, f"The file cannot be read ({error.strerror}).")
    if not stat.S_ISREG(state.st_mode):  # to read a pipe would wait for ever
        return Skipped(path, "It is not a file but a pipe or a device.")
    return ScannedFile(path, state.st_size, state.st_mtime_ns)
