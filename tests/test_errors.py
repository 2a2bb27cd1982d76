"""What the system says reaches a person in words, and never as it is."""

import ast
import errno
import os
import socket
import sqlite3
import ssl
from pathlib import Path
from urllib.error import URLError

import pytest

import cdul_app
import cdul_app.errors
from cdul_app.errors import UserError, in_words, technical

PACKAGE = Path(cdul_app.__file__).parent
# What is wrong with them is a sentence of ours, or of a library that reads a format.
OF_OURS = {"HubUnavailable", "QueryError", "ArgumentTypeError", "DamagedCheckpoint"} | {
    name for name, kind in vars(cdul_app.errors).items() if isinstance(kind, type)
}
BUGS = ("app.py", "job.py", "recorded_run.py")  # what nothing expected: told as such


class ConnectError(Exception):
    """As HTTP clients have it: the system's error is its cause."""


def not_found() -> URLError:
    return URLError(socket.gaierror(-2, "Name or service not known"))


def wrapped() -> ConnectError:
    error = ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = not_found()
    return error


def locked() -> sqlite3.Error:
    try:
        sqlite3.connect("/absent folder/file.db")
    except sqlite3.Error as error:
        return error
    raise AssertionError("there is no such folder")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "x"), "it is not there"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "there is no permission"),
        (OSError(errno.EFBIG, "it is larger than 5 MB"), "it is larger than 5 MB"),
        (not_found(), "its address is not found: is this machine connected?"),
        (wrapped(), "its address is not found: is this machine connected?"),
        (TimeoutError("timed out"), "no answer came in time"),
        (ssl.SSLError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]"), "the connection is not safe"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), "it is no UTF-8"),
        (locked(), "it is not there"),
        (OSError("[Errno 121] odd"), "odd"),
        (ValueError("it has no header"), "it has no header"),
        (KeyError(), "KeyError"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_an_error_of_the_system_is_told_in_words(error: BaseException, words: str):
    told = in_words(error)
    assert told.startswith(words)
    assert "Errno" not in told
    assert "\n" not in told


def test_every_error_of_the_system_has_words_without_numbers():
    for number in errno.errorcode:
        told = in_words(OSError(number, os.strerror(number), "x"))
        assert told
        assert "Errno" not in told
        assert str(number) not in told.split()


def test_the_details_are_what_the_system_said():
    error = UserError("It cannot be fetched: try again later.")
    error.__cause__ = not_found()
    assert "gaierror: [Errno -2] Name or service not known" in error.details
    assert UserError("Nothing came before.").details == ""
    assert technical(ValueError("odd")) == "ValueError: odd"


def bare_names(tree: ast.AST) -> list[tuple[int, str]]:
    """Where a sentence holds an exception as it is: line, and what stands there."""
    found = []
    for handler in [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]:
        if handler.name is None or handler.type is None:
            continue
        several = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if {ast.unparse(kind).rpartition(".")[2] for kind in several} <= OF_OURS:
            continue
        for node in ast.walk(handler):
            if isinstance(node, ast.FormattedValue) and is_bare(node.value, handler.name):
                found.append((node.lineno, ast.unparse(node.value)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "strerror":
            found.append((node.lineno, ast.unparse(node)))
    return found


def is_bare(value: ast.expr, name: str) -> bool:
    if isinstance(value, ast.BoolOp):
        return any(is_bare(each, name) for each in value.values)
    if isinstance(value, ast.Call) and ast.unparse(value.func) in ("str", "repr"):
        return any(is_bare(each, name) for each in value.args)
    return ast.unparse(value) == name


def test_no_sentence_holds_an_exception_as_it_is():
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.name == "errors.py" or file.name in BUGS or "demo" in file.parts:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        where = file.relative_to(PACKAGE)
        assert [f"{where}:{line}: {what}" for line, what in bare_names(tree)] == []


def test_the_check_finds_what_it_looks_for():
    bad = "try:\n f()\nexcept OSError as error:\n raise E(f'It failed ({error}).') from error"
    assert bare_names(ast.parse(bad)) == [(4, "error")]
    assert bare_names(ast.parse("print(error.strerror)")) == [(1, "error.strerror")]
    good = bad.replace("{error}", "{in_words(error)}")
    assert bare_names(ast.parse(good)) == []
