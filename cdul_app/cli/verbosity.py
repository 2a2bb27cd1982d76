"""How much a command tells on stderr: with -q errors alone, with -v what libraries log too."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

_log = logging.getLogger(__name__)


class Verbosity(Enum):
    ERRORS = "-q"
    NOTES = ""
    ALL = "-v"


_told = Verbosity.NOTES  # of the command that runs


def is_quiet() -> bool:
    return _told is Verbosity.ERRORS


@contextmanager
def telling(verbosity: Verbosity) -> Iterator[None]:
    """What a command tells, and what libraries log meanwhile."""
    global _told
    before, _told = _told, verbosity
    handler = _LineHandler() if verbosity is Verbosity.ALL else logging.NullHandler()
    root = logging.getLogger()
    level = root.level
    try:
        if verbosity is not Verbosity.NOTES:
            logging.captureWarnings(True)
            root.addHandler(handler)
        if verbosity is Verbosity.ALL:
            root.setLevel(logging.INFO)
        yield
    finally:
        _told = before
        logging.captureWarnings(False)
        root.removeHandler(handler)
        root.setLevel(level)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Log how long it took: on the clock, and of this process's processor time."""
    clock, processor = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        _log.info(
            "%s took %.2f s, %.2f s of processor",
            what,
            time.perf_counter() - clock,
            time.process_time() - processor,
        )


class _LineHandler(logging.Handler):
    """Lines on stderr that leave a progress bar whole."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        from tqdm import tqdm

        try:
            tqdm.write(self.format(record), file=sys.stderr)
        except Exception:
            self.handleError(record)
