"""What a command prints: results to stdout, all else to stderr."""

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path

from cdul_app.cli.argument_types import read_path
from cdul_app.cli.verbosity import is_quiet
from cdul_app.errors import OutputError, in_words

STDOUT = Path("-")  # of a path that is always absolute otherwise

# A pipe whose reader has gone; Windows says “invalid argument”.
_READER_GONE = (errno.EPIPE, errno.EINVAL)


class ReaderGoneError(Exception):
    """Whoever reads stdout has closed it."""


def prepare_streams() -> None:
    """Printing never fails for a character; results for a file or a program are UTF-8.

    UTF-8 as the files the app writes: a locale or a Windows code page would lose names of photos.
    A person who sets PYTHONIOENCODING knows better.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_result = stream is sys.stdout and not stream.isatty()
            chosen = os.environ.get("PYTHONIOENCODING")
            encoding = "utf-8" if is_result and not chosen else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def print_result(text: str) -> None:
    """To stdout, at once.  Raises ReaderGoneError, and OutputError where it cannot be written."""
    if sys.stdout is None:  # started without a terminal
        return
    try:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    except OSError as error:
        _refuse_output(error)
    flush_output()


def print_bytes(content: bytes) -> None:
    """To stdout as they are, at once, where it takes bytes.  Raises as `print_result`."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        print_result(content.decode("utf-8", "backslashreplace"))
        return
    flush_output()
    try:
        binary.write(content)
    except OSError as error:
        _refuse_output(error)
    flush_output()


def output_path(text: str) -> Path:
    """A file or folder to write, or STDOUT for “-” and /dev/stdout.

    Raises ArgumentTypeError for nothing.
    """
    return STDOUT if text in ("-", "/dev/stdout") else read_path(text)


def flush_output(*, quiet: bool = False) -> None:
    """Write what is still in memory, so that failing to is not left to Python's shutdown.

    Raises as `print_result` does, unless it is to be `quiet`.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        if not quiet:
            _refuse_output(error)
        _discard_output()


def say_error(text: str) -> None:
    """A line on stderr; one that cannot be written changes nothing."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def say_note(text: str) -> None:
    """A line on stderr that is no error: a quiet command leaves it out."""
    if not is_quiet():
        say_error(text)


def _refuse_output(error: OSError) -> None:
    _discard_output()
    if error.errno in _READER_GONE:
        raise ReaderGoneError from error
    raise OutputError(
        f"The output cannot be written ({in_words(error)}): make room, or send it elsewhere."
    ) from error


def _discard_output() -> None:
    """What stdout still holds goes nowhere, else Python fails once more as it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
