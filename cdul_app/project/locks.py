"""Who works on a project: one window shows it, and one process at a time writes machine labels.

A second window would show answers that the first has changed since; two scorings at once would
delete each other's labels.  Answers are given from anywhere at any time: they need no lock.
"""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from cdul_app.errors import ProjectError
from cdul_app.input_files import read_input_text
from cdul_app.language import retell, tr, translatable
from cdul_app.paths import ProjectLocation
from cdul_app.written_files import make_folder, write_atomically

_MOST_BYTES = 1000  # of the words about an owner
_OWNER = translatable("{program}, process {number} on {machine}, {time}")


class ProjectLock:
    """Held until it is released, or its process has ended."""

    def __init__(self, location: ProjectLocation, use: str, sentence: str) -> None:
        """use : names the lock's file.  sentence : of the error, with the {owner}.

        Raises ProjectError where another holds it.  A place where no lock can be written keeps
        nobody out.
        """
        file = location.database.with_name(f"{location.database.name}.{use}")
        self._owner = file.with_name(f"{file.name}-owner")
        self._lock: FileLock | None = FileLock(file, thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ProjectError(tr(sentence, owner=self._read_owner())) from None
        except (OSError, NotImplementedError):
            self._lock = None
            return
        with suppress(OSError):
            write_atomically(self._owner, _this_process().encode())

    def release(self) -> None:
        """Further calls do nothing."""
        if self._lock is not None:
            self._owner.unlink(missing_ok=True)
            self._lock.release()
            self._lock = None

    def _read_owner(self) -> str:
        try:
            text = read_input_text(self._owner, most_bytes=_MOST_BYTES)
            return retell(" ".join(text.split()), [_OWNER]) or tr("another process")
        except (OSError, ValueError):
            return tr("another process")


def lock_for_window(location: ProjectLocation) -> ProjectLock:
    """Raises ProjectError where another window has the project open."""
    return ProjectLock(
        location,
        "window",
        translatable(
            "This project is open in another window ({owner}): go on there, or close it first."
        ),
    )


@contextmanager
def writing_labels(location: ProjectLocation) -> Iterator[None]:
    """Scan, score, train or restore while nobody else does.  Raises ProjectError where one does."""
    with suppress(OSError):  # what cannot be made is told where it is opened
        make_folder(location.database.parent)
    lock = ProjectLock(
        location,
        "writing",
        translatable(
            "Another scan, scoring or training of this project is under way ({owner}): wait until "
            "it has ended, or stop it there, then try again. Answers can be given meanwhile."
        ),
    )
    try:
        yield
    finally:
        lock.release()


def _this_process() -> str:
    program = Path(sys.argv[0]).name or "cdul-app"
    words = [word for word in sys.argv[1:2] if word.isalpha()]
    started = datetime.now().strftime("%H:%M")
    return _OWNER.format(
        program=" ".join([program, *words]),
        number=os.getpid(),
        machine=platform.node(),
        time=started,
    )
