"""How a command ends: its exit status, and the one sentence that says why."""

import logging
import os
import sys
import traceback
from collections.abc import Callable

from cdul_app.cli.output import (
    ReaderGoneError,
    flush_output,
    prepare_streams,
    say_error,
)
from cdul_app.errors import UserError, exhausted_machine
from cdul_app.paths import APP_NAME, log_file

DONE, FAILED, CANCELLED = 0, 1, 130


class CancelledByUserError(Exception):
    """Ctrl-C, or a request to end: what was done is kept."""


def exit_status_of(task: Callable[[], int]) -> int:
    """Run a command.  What it raises becomes a sentence on stderr and an exit status."""
    prepare_streams()
    try:
        status = task()
        flush_output()
        return status
    except SystemExit:  # argparse: a help text that is printed, wrong usage that is told
        flush_output(quiet=True)
        raise
    except ReaderGoneError:  # as in “cdul-app encoders | head -1”: it has what it wanted
        return DONE
    except UserError as error:
        say_error(str(error))
        return FAILED
    except (CancelledByUserError, KeyboardInterrupt):
        say_error("Cancelled. The same command goes on where this one stopped.")
        return CANCELLED
    except Exception as error:
        exhausted = exhausted_machine(error)
        if exhausted:
            _log_error(error)
            say_error(exhausted)
        else:
            _report_bug(error)
        return FAILED


def _report_bug(error: Exception) -> None:
    """One sentence for the person; the traceback to the log, and to stderr with CDUL_DEBUG."""
    if os.environ.get("CDUL_DEBUG"):
        say_error("".join(traceback.format_exception(error)).rstrip())
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    where = (
        f"the details are in {log_file()}"
        if _log_error(error)
        else "set CDUL_DEBUG=1 and start it again to see the details"
    )
    say_error(f"Something went wrong inside cdul-app ({what}). This is a bug: {where}.")


def _log_error(error: Exception) -> bool:
    """Whether the traceback could be written to the log, which the window writes to as well."""
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(log_file(), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return False
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger(APP_NAME)
    log.addHandler(handler)
    try:
        log.error("uncaught in “%s”", " ".join(sys.argv), exc_info=error)
    finally:
        log.removeHandler(handler)
        handler.close()
    return True
