"""Where a photo is."""

import os
from pathlib import Path, PurePath
from typing import TypeAlias

from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.elsewhere.places import is_address, is_named, local_file

PhotoFile: TypeAlias = Path | DistantPhoto
_TAR = ".tar/"


def photo_file(folder: Path, path: str) -> PhotoFile:
    """What the photo that a project calls `path` is read from.

    path : below `folder`; or from the root, or a URL, where a manifest of this computer has named
    such a place.  `TAR/MEMBER` is a member of a tar file at each of these.
    A project may come from a stranger: "../../secret" is looked for inside the folder, as if there
    were nothing above it, and of other places a DistantPhoto refuses to read.
    """
    place = path.lower().find(_TAR)
    if place >= 0:
        end = place + len(_TAR) - 1
        archive = photo_file(folder, path[:end])
        if isinstance(archive, DistantPhoto):
            return DistantPhoto(archive.address, path[end + 1 :])
        if not archive.is_dir():
            is_inside = not _is_outside(path)
            return DistantPhoto(os.fspath(archive.absolute()), path[end + 1 :], is_inside)
    if _is_outside(path):
        file = local_file(path)
        return file if file is not None and is_named(path) else DistantPhoto(path)
    return folder / _inside(path)


def is_file(folder: Path, path: str) -> bool:
    """Whether the photo is a file of this computer of its own, wherever it lies."""
    return isinstance(photo_file(folder, path), Path)


def is_in_folder(folder: Path, path: str) -> bool:
    """Whether it is a file of its own below the project's folder."""
    return not _is_outside(path) and is_file(folder, path)


def size_and_time(file: PhotoFile) -> tuple[int, int] | None:
    """Bytes, and when it was changed (nanoseconds); None where that is not known, or it is gone."""
    try:
        if isinstance(file, DistantPhoto):
            return file.size_and_time()
        state = file.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _is_outside(path: str) -> bool:
    return is_address(path) or bool(PurePath(path).anchor)


def _inside(path: str) -> PurePath:
    pure = PurePath(path)
    return PurePath(*(part for part in pure.parts if part != "..")) if ".." in pure.parts else pure
