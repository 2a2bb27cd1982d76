"""The files of a suffix below a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

from cdul_app.errors import LabelFileError
from cdul_app.language import tr

_MOST_FILES = 1_000_000


def sidecar_files(folder: Path, suffix: str) -> Iterator[tuple[Path, str]]:
    """(file, its path below the folder with forward slashes), in their order; hidden folders and
    links to folders are passed over.  Raises LabelFileError for too many."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(suffix):
                count += 1
                if count > _MOST_FILES:
                    raise LabelFileError(
                        tr(
                            "The folder {folder} holds more than {most_files} label files: leave "
                            "there those of your photos.",
                            folder=folder,
                            most_files=_MOST_FILES,
                        )
                    )
                file = Path(place, name)
                yield file, file.relative_to(folder).as_posix()
