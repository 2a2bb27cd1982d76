"""Where the window's thread was while it did not answer, and where the others were."""

import sys
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QObject, QTimer

_LOOK_SECONDS = 0.005
_FRAMES = 9  # innermost, of the app


class StallStacks(QObject):
    """A thread looks at the window's thread, whose timer ticks: what it does in a gap that is
    longer than `limit` milliseconds is told on the way, once a gap, and what other threads do that
    may keep Python's lock from it."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self._limit = limit / 1000
        self._window, self._ticked = threading.get_ident(), time.monotonic()
        self._timer = QTimer(self, interval=5)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._timer.stop()
        self._ended.set()
        self._thread.join()

    def _tick(self) -> None:
        self._ticked = time.monotonic()

    def _look(self) -> None:
        seen: Counter[tuple[str, ...]] = Counter()
        beside: Counter[tuple[str, ...]] = Counter()
        gap, began, longest = 0.0, 0.0, 0.0
        while not self._ended.wait(_LOOK_SECONDS):
            ticked, now = self._ticked, time.monotonic()
            if ticked != began:
                if longest > self._limit:
                    self._tell(longest, seen, beside)
                seen.clear()
                beside.clear()
                began, longest = ticked, 0.0
            gap = now - ticked
            longest = gap
            if gap > 2 * _LOOK_SECONDS:
                frames = sys._current_frames()
                frames.pop(threading.get_ident(), None)
                for thread, frame in frames.items():
                    (seen if thread == self._window else beside)[_stack(frame)] += 1

    def _tell(self, seconds: float, *seen: Counter[tuple[str, ...]]) -> None:
        """seen : of the window's thread, of the others."""
        print(f"--- {1000 * seconds:.0f} ms", file=sys.stderr)
        for mark, stacks in zip((" ", "|"), seen, strict=True):
            for stack, count in stacks.most_common(6):
                print(f"{mark}{count:>4} " + " < ".join(reversed(stack)), file=sys.stderr)


def _stack(frame: FrameType) -> tuple[str, ...]:
    frames = traceback.extract_stack(frame)
    told = [f"{Path(each.filename).stem}:{each.lineno} {each.name}" for each in frames]
    return tuple(told[-_FRAMES:])
