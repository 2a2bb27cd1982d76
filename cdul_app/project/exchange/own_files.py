"""Files of labels that a project wrote, so that no other file is replaced without being asked."""

from pathlib import Path
from typing import Any

from cdul_app.errors import ExportError
from cdul_app.formats.label_folders import would_replace_others
from cdul_app.language import tr
from cdul_app.storage.project_store import ProjectStore

_SETTING = "files_written"
_MOST_REMEMBERED = 100


class StrangersFileError(ExportError):
    """A file that would be replaced was not written by this project."""


def would_replace_another(store: ProjectStore, file: Path) -> bool:
    """Whether there is a file that this project did not write, or that was changed since, or a
    folder with something in it that no export has written.

    A pipe or a device is written to, not replaced.
    """
    if file.is_dir():
        return would_replace_others(file)
    return file.is_file() and store.settings.get(_SETTING, {}).get(_name(file)) != _state(file)


def check_replaced(store: ProjectStore, file: Path, *, overwrite: bool) -> None:
    """Raises StrangersFileError where `file` is another's, unless a person said `overwrite`."""
    if not overwrite and file.is_file() and would_replace_another(store, file):
        raise StrangersFileError(
            tr(
                "There is already a file {file} that this project did not write, or that was "
                "changed since: choose another name, or say --overwrite to replace it.",
                file=file,
            )
        )


def remember_written(store: ProjectStore, file: Path) -> None:
    """So that it is replaced without a question next time.  A read-only project asks again."""
    if store.read_only or not file.is_file():
        return
    written: dict[str, Any] = store.settings.get(_SETTING, {})
    written.pop(_name(file), None)  # the newest stand last
    kept = list(written.items())[1 - _MOST_REMEMBERED :]
    store.settings.set(_SETTING, dict([*kept, (_name(file), _state(file))]))


def _name(file: Path) -> str:
    return str(file.resolve())


def _state(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns]
