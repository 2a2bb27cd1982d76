"""Errors a person can do something about; anything else that is raised is a bug, but for what the
machine has run out of."""

import errno
import os
import re

from cdul_app.language import tr, translatable

_NO_ROOM = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})


_NO_SPACE = translatable("the disk is full")
_NO_DISK = translatable("the disk does not answer as it should")
_NO_PERMISSION = translatable("there is no permission")
_NO_NETWORK = translatable("the network cannot be reached")
_LATE = translatable("no answer came in time")
_BROKEN_OFF = translatable("the connection broke off")
_IN_WORDS = {
    "ENOENT": translatable("it is not there"),
    "ENOTDIR": translatable("a part of its path is no folder"),
    "EISDIR": translatable("it is a folder"),
    "EEXIST": translatable("there is one of that name already"),
    "EACCES": _NO_PERMISSION,
    "EPERM": _NO_PERMISSION,
    "EROFS": translatable("its disk can be read only"),
    "ENOSPC": _NO_SPACE,
    "EDQUOT": _NO_SPACE,
    "EFBIG": translatable("it would be too large for its disk"),
    "EIO": _NO_DISK,
    "ENODEV": translatable("its disk is gone"),
    "ENXIO": translatable("its disk is gone"),
    "ESTALE": translatable("its disk is gone"),
    "ENOTCONN": translatable("its disk is gone"),
    "EBUSY": translatable("it is in use"),
    "ETXTBSY": translatable("it is in use"),
    "ENAMETOOLONG": translatable("its name is too long"),
    "ELOOP": translatable("its links lead in a circle"),
    "EINVAL": translatable("its name or its disk does not allow that"),
    "EMFILE": translatable("too many files are open"),
    "ENFILE": translatable("too many files are open"),
    "ENOMEM": translatable("there is not enough memory"),
    "ETIMEDOUT": _LATE,
    "ECONNREFUSED": translatable("the server refused the connection"),
    "ECONNRESET": _BROKEN_OFF,
    "ECONNABORTED": _BROKEN_OFF,
    "EPIPE": _BROKEN_OFF,
    "ENETUNREACH": _NO_NETWORK,
    "EHOSTUNREACH": _NO_NETWORK,
    "ENETDOWN": _NO_NETWORK,
}
# By SQLite's number, which only its errors have.
_OF_SQLITE = {
    5: translatable("it is in use"),
    6: translatable("it is in use"),
    8: translatable("it cannot be written"),
    10: _NO_DISK,
    11: translatable("its pages do not fit together"),
    13: _NO_SPACE,
    14: translatable("it is not there, or there is no permission"),
    26: translatable("it is no database"),
}
_NOISE = re.compile(
    r"\[(?:Errno|WinError|SSL:?)[^\]]*\]\s*|^<urlopen error\s*|>$|\s*\(_ssl\.c:\d+\)"
)
_LONGEST = 160  # letters


class UserError(Exception):
    """What happened and what to do next, in one or two sentences fit to be shown as they are."""

    @property
    def details(self) -> str:
        """What the system or a library said, for those who want to know; empty for nothing."""
        return "" if self.__cause__ is None else technical(self.__cause__)


class FolderError(UserError):
    """The folder of photos is absent, empty, or cannot be read."""


class ManifestError(UserError):
    """A list of photos cannot be read, or names what cannot be photos."""


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


class ClusterError(UserError):
    """A Ray cluster cannot be joined, or one of its machines lacks what the work needs."""


class LabelFileError(UserError):
    """A truth file cannot be read or does not fit the project."""


class ExportError(UserError):
    """Labels cannot be written where they were asked to go."""


class OutputError(UserError):
    """What a command prints cannot be written."""


class WindowError(UserError):
    """This machine cannot show the window."""


class SettingsError(UserError, ValueError):
    """A setting is outside what it may be."""


def in_words(error: BaseException) -> str:
    """`in_english` in the person's language, where it is the app's sentence."""
    return tr(in_english(error))


def in_english(error: BaseException) -> str:
    """Half a sentence on what went wrong, in no system's words where others are known.

    >>> in_english(PermissionError(errno.EACCES, "Permission denied", "labels.csv"))
    'there is no permission'
    >>> in_english(ValueError("it has no header"))
    'it has no header'
    """
    for each in _chain(error):
        if words := _known_words(each):
            return words
    text = " ".join(_NOISE.sub("", str(error)).split()) or type(error).__name__
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def system_error(number: int, place: str) -> OSError:
    """As the system raises it; number : one of errno's, for what no call of the system said."""
    return OSError(number, os.strerror(number), place)


def technical(error: BaseException) -> str:
    """Each error on a line, from what was raised to what it came from.

    >>> technical(ValueError("odd"))
    'ValueError: odd'
    """
    return "\n".join(f"{type(each).__name__}: {each}" for each in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    last: BaseException | None = error
    while last is not None and last not in found:
        found.append(last)
        reason = getattr(last, "reason", None)  # urllib wraps what happened
        last = reason if isinstance(reason, BaseException) else last.__cause__ or last.__context__
    return found


def _known_words(error: BaseException) -> str:
    """Empty where there are none for it."""
    kind = type(error).__name__
    if isinstance(error, UnicodeDecodeError):
        return translatable("it is no UTF-8")
    if words := _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF):
        return words
    if kind == "gaierror":
        return translatable("its address is not found: is this machine connected?")
    if kind.startswith("SSL"):
        return translatable("the connection is not safe, its certificate is not known here")
    if isinstance(error, TimeoutError) or kind.endswith("Timeout"):
        return _LATE
    if isinstance(error, OSError) and error.errno is not None:
        if error.strerror and error.strerror != os.strerror(error.errno):
            return error.strerror  # words of our own
        return _IN_WORDS.get(errno.errorcode.get(error.errno, ""), "")
    return ""


def exhausted_machine(error: BaseException) -> str:
    """What the machine has run out of and what to do, where that raised `error`; else empty.

    >>> exhausted_machine(ValueError("a bug"))
    ''
    """
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_ROOM or "disk is full" in text:  # SQLite says so in words
        return tr("The disk is full, or your share of it: make room and try again.")
    if number in _NO_FILES:
        return tr(
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
        return tr("There is not enough memory: close other programs, or choose smaller settings.")
    if isinstance(error, RuntimeError) and "can't start new thread" in text:
        return tr("This machine starts no more threads: close other programs and try again.")
    return ""
