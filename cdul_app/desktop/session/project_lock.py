"""One window a project: a second one would show answers that the first has changed since."""

from PySide6.QtCore import QLockFile

from cdul_app.errors import ProjectError
from cdul_app.paths import ProjectLocation


class ProjectLock:
    """Held until it is released, or its process has ended.  The terminal asks for none."""

    def __init__(self, location: ProjectLocation) -> None:
        """Raises ProjectError where another window has the project open."""
        file = location.database.with_name(f"{location.database.name}.window")
        self._lock = QLockFile(str(file))
        self._lock.setStaleLockTime(0)  # a window is open for days; one that crashed is noticed
        if self._lock.tryLock(0) or self._lock.error() is not QLockFile.LockError.LockFailedError:
            return  # a place where no lock can be written keeps nobody out
        process, machine, _ = self._lock.getLockInfo()
        raise ProjectError(
            f"This project is open in another window (process {process} on {machine}): go on "
            f"there, or close it first. If there is none, delete {file} and try again."
        )

    def release(self) -> None:
        """Further calls do nothing."""
        self._lock.unlock()
