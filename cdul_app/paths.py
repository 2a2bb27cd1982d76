"""Where resources, user data, caches and the parts of a project live."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from cdul_app.written_files import write_atomically as write_atomically

APP_NAME = "cdul_app"
PROJECT_FOLDER = ".cdul"
DATABASE_NAME = "project.sqlite"
_LEAST_ROOM = 65_536  # bytes


def resources_dir() -> Path:
    """The bundled resources: inside an installed package, beside it in a source checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def user_data_dir() -> Path:
    """Projects of read-only folders and checkpoints brought by hand (CDUL_DATA overrides)."""
    override = os.environ.get("CDUL_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir(APP_NAME, False))


def demo_dir() -> Path:
    """Where the demo's project is put unless told otherwise."""
    return user_data_dir() / "demo"


def user_cache_dir() -> Path:
    """What can be made again, such as thumbnails (CDUL_CACHE overrides)."""
    override = os.environ.get("CDUL_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir(APP_NAME, False))


def log_file() -> Path:
    """Where the traceback of a bug goes; beside the user's data where CDUL_DATA moves that."""
    override = os.environ.get("CDUL_DATA")
    folder = (
        Path(override) / "log" if override else Path(platformdirs.user_log_dir(APP_NAME, False))
    )
    return folder / "cdul_app.log"


def absolute_path(path: Path) -> Path:
    """`path` from the root, "~" filled in, without "..": one spelling of one place.

    Links stay as they are, so that a person reads back the name that was written.
    """
    try:
        path = path.expanduser()
    except RuntimeError:  # no such user: a file may well be called "~name"
        path = path.absolute()
    # What ".." leaves behind a link only the file system knows.
    return path.resolve() if ".." in path.parts else path.absolute()


def encoders_dir() -> Path:
    """Where a person puts checkpoints brought by hand."""
    return user_data_dir() / "encoders"


def beside_database(database: Path, name: str) -> Path:
    """A part of a project beside its database, named after that where its name is not ours."""
    if database.name == DATABASE_NAME:
        return database.parent / name
    # With its suffix: "pets.sqlite" and "pets.db" are two projects.
    return database.with_name(f"{database.name}-{name}")


@dataclass(frozen=True)
class ProjectLocation:
    """A folder of photos and where its project is kept."""

    folder: Path
    database: Path
    moved_because_read_only: bool = False
    read_only: bool = False  # the project is there, and cannot be written

    @property
    def classifiers_dir(self) -> Path:
        """Trained classifiers."""
        return beside_database(self.database, "classifiers")

    @property
    def backups_dir(self) -> Path:
        return beside_database(self.database, "backups")

    @property
    def answers_file(self) -> Path:
        """The record of what a person decided, from which a lost database is made again."""
        return beside_database(self.database, "answers.jsonl")

    def run_folder(self, run_id: int) -> Path:
        """Where a training run keeps its checkpoint, classifier and card."""
        return self.classifiers_dir / f"run-{run_id:04d}"


def locate_project(folder: Path, database: Path | None = None) -> ProjectLocation:
    """Decide where the project of `folder` is kept.

    `database` where it is given; FOLDER/.cdul/project.sqlite where that is, though it may be read
    only, or can be; else the user's data directory, under a name made from the folder's path,
    where it stays though the folder can be written later: a folder has one project.
    """
    folder = absolute_path(folder)
    if database is not None:
        return _present(folder, absolute_path(database))
    beside, away = folder / PROJECT_FOLDER / DATABASE_NAME, _away(folder)
    if is_there(beside):
        return _present(folder, beside)
    if not is_there(away) and _can_write(folder):
        return ProjectLocation(folder, beside)
    return ProjectLocation(folder, away, moved_because_read_only=True)


def _away(folder: Path) -> Path:
    real = folder.resolve()  # the same project, whichever link leads to the folder
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    return user_data_dir() / "projects" / f"{real.name or 'root'}-{digest}" / DATABASE_NAME


def _present(folder: Path, database: Path) -> ProjectLocation:
    """With a database that is given; one that is not there yet is made, or that is told."""
    read_only = is_there(database) and not _can_change(database)
    return ProjectLocation(folder, database, read_only=read_only)


def is_there(file: Path) -> bool:
    """Also where it cannot be looked at: it must not be taken for absent then."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _can_change(database: Path) -> bool:
    """Whether it can be written, and a log beside it."""
    return may_write(database) and _can_write_in(database.parent)


def may_write(path: Path) -> bool:
    """Whether permissions and the kind of disk let a file, or new ones in a folder, be written.

    Asked, not tried: to open a database and close it again would take this process's own locks off
    it (POSIX), and another process would then remove the log that is being written.
    """
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _can_write(folder: Path) -> bool:
    """Whether a project can be kept in `folder`."""
    target = folder / PROJECT_FOLDER
    return _can_write_in(target if target.is_dir() else folder)


def _can_write_in(folder: Path) -> bool:
    """Tried, since permission bits do not tell all, with what the log of a database takes first."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_LEAST_ROOM))
            return True
    except OSError:
        return False
