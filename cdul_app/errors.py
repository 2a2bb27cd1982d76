"""Errors a person can do something about; anything else that is raised is a bug, but for what the
machine has run out of."""

import errno

_NO_ROOM = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})


class UserError(Exception):
    """What happened and what to do next, in one or two sentences fit to be shown as they are."""


class FolderError(UserError):
    """The folder of photos is absent, empty, or cannot be read."""


class ProjectError(UserError):
    """The project database cannot be opened, or lacks what a step needs."""


class DatabaseBusyError(ProjectError):
    """Another program holds the project database for longer than was waited."""


class DamagedProjectError(ProjectError):
    """The project database is damaged or lost, and can be restored."""


class ClassListError(UserError):
    """The list of class names cannot be used."""


class EncoderError(UserError):
    """The encoder is unknown, not on disk, damaged, or fails its self-test."""


class EncoderNotFetchedError(EncoderError):
    """The encoder could not be brought from its hub; what has arrived is kept."""


class ClassifierError(UserError):
    """The classifier cannot be built, loaded or trained."""


class DeviceError(UserError):
    """The device that was asked for is not available."""


class TruthError(UserError):
    """A truth file cannot be read or does not fit the project."""


class ExportError(UserError):
    """Labels cannot be written where they were asked to go."""


class OutputError(UserError):
    """What a command prints cannot be written."""


class WindowError(UserError):
    """This machine cannot show the window."""


class SettingsError(UserError, ValueError):
    """A setting is outside what it may be."""


def exhausted_machine(error: BaseException) -> str:
    """What the machine has run out of and what to do, where that raised `error`; else empty.

    >>> exhausted_machine(ValueError("a bug"))
    ''
    """
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_ROOM or "disk is full" in text:  # SQLite says so in words
        return "The disk is full, or your share of it: make room and try again."
    if number in _NO_FILES:
        return (
            "Too many files are open on this machine: close other programs, or raise the limit "
            "(ulimit -n), and try again."
        )
    if (
        isinstance(error, MemoryError)
        or number == errno.ENOMEM
        # torch has errors of its own, on a GPU and on the processor.
        or type(error).__name__ == "OutOfMemoryError"
        or (isinstance(error, RuntimeError) and "allocate memory" in text)
    ):
        return "There is not enough memory: close other programs, or choose smaller settings."
    if isinstance(error, RuntimeError) and "can't start new thread" in text:
        return "This machine starts no more threads: close other programs and try again."
    return ""
