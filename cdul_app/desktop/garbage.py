"""Python's garbage collection, kept on the window's thread."""

import gc
import sys

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500
MANY_MODULES = 30  # so many new ones, and a large package has been or is being imported


class GarbageCollector(QObject):
    """Collects when Python would, but from a timer of the window's thread.

    Left to itself Python collects on whichever thread allocates.  On a job's thread that may
    destroy widgets, which only the window's thread may do; and in the middle of importing torch a
    full collection holds the window for a third of a second.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = 0
        gc.disable()
        self._keep_modules()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """As much as is due."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due and len(sys.modules) - self._modules > MANY_MODULES:
            self._keep_modules()
        elif due:
            gc.collect(due[-1])

    def collect_closed_project(self) -> None:
        """Also what was set aside while it was open: all is looked through once, which takes a
        fifth of a second with torch."""
        gc.unfreeze()
        gc.collect()
        self._keep_modules()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _keep_modules(self) -> None:
        """What imports made lives for ever: no collection need look through it."""
        gc.freeze()
        self._modules = len(sys.modules)
