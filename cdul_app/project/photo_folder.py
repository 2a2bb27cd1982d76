"""The folder of photos of a project: whether it can be read and the project written, and whether
it was read to its end."""

import os
from pathlib import Path

from cdul_app.errors import FolderError, ProjectError, in_words
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation
from cdul_app.storage.project_store import ProjectStore

HALF_LISTED = "half_listed"  # the setting that says so


def check_folder(folder: Path) -> None:
    """Raises FolderError where there is no folder that can be read."""
    if not folder.exists():
        raise FolderError(
            tr(
                "The folder {folder} does not exist: check the name, or connect the disk it is on.",
                folder=folder,
            )
        )
    if not folder.is_dir():
        raise FolderError(
            tr("{folder} is a file: choose the folder that holds your photos.", folder=folder)
        )
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise FolderError(
            tr(
                "The folder {folder} cannot be read ({why}): check its permissions.",
                folder=folder,
                why=in_words(error),
            )
        ) from error


def read_only_sentence(location: ProjectLocation) -> str:
    """Why nothing can be changed in a project, and what to do; empty where it can."""
    if not location.read_only:
        return ""
    return tr(
        "This project is read only: {folder} cannot be written, or its disk is full. To change "
        "it, make that folder writable or make room, or copy the photos with it to another disk; "
        "then open it again.",
        folder=location.database.parent,
    )


def check_writable(location: ProjectLocation) -> None:
    """Raises ProjectError where the project is read only."""
    if location.read_only:
        raise ProjectError(read_only_sentence(location))


def check_still_there(location: ProjectLocation) -> None:
    """Of an open project, before a job opens it once more and would begin an empty one.

    Raises ProjectError.
    """
    check_writable(location)
    if not location.database.is_file():
        raise ProjectError(
            tr(
                "The project is no longer at {database}: connect the disk it is on, or put its "
                "folder back, then try again.",
                database=location.database,
            )
        )


def is_half_listed(store: ProjectStore) -> bool:
    """Whether the first scan was stopped, so that there may be photos it has not come to."""
    return bool(store.settings.get(HALF_LISTED))
