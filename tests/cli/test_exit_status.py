"""How a command ends when something goes wrong."""

import errno
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.cli.exit_status import CancelledByUserError, exit_status_of
from cdul_app.cli.output import print_result
from cdul_app.errors import ProjectError
from cdul_app.paths import log_file


def raising(error: BaseException) -> Callable[[], int]:
    def task() -> int:
        raise error

    return task


def test_what_each_end_is_told_as(capsys: pytest.CaptureFixture[str]):
    assert exit_status_of(lambda: 0) == 0
    assert exit_status_of(raising(ProjectError("It is away: bring it back."))) == 1
    assert capsys.readouterr() == ("", "It is away: bring it back.\n")
    for cancelled in (CancelledByUserError(), KeyboardInterrupt()):
        assert exit_status_of(raising(cancelled)) == 130
        assert capsys.readouterr().err.startswith("Cancelled. The same command goes on")
    assert not log_file().exists()


def test_a_bug_is_a_sentence_and_its_traceback_is_in_the_log(capsys, monkeypatch):
    monkeypatch.delenv("CDUL_DEBUG", raising=False)
    assert exit_status_of(raising(ZeroDivisionError("two\nlines 🦊"))) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "Something went wrong inside cdul-app (ZeroDivisionError: two lines 🦊). This is a bug: "
        f"the details are in {log_file()}.\n"
    )
    logged = log_file().read_text(encoding="utf-8")
    assert "Traceback" in logged
    assert "ZeroDivisionError: two\nlines 🦊" in logged
    monkeypatch.setenv("CDUL_DEBUG", "1")
    assert exit_status_of(raising(RuntimeError("again"))) == 1
    assert "Traceback" in capsys.readouterr().err
    assert log_file().read_text(encoding="utf-8").count("Traceback") == 2


EXHAUSTED = {
    "The disk is full": [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        sqlite3.OperationalError("database or disk is full"),
    ],
    "Too many files are open": [OSError(errno.EMFILE, "x"), OSError(errno.ENFILE, "x")],
    "not enough memory": [
        MemoryError(),
        OSError(errno.ENOMEM, "x"),
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 7 bytes"),
    ],
    "starts no more threads": [RuntimeError("can't start new thread")],
}


@pytest.mark.parametrize("said", EXHAUSTED)
def test_what_the_machine_has_run_out_of_is_no_bug(said: str, capsys: pytest.CaptureFixture[str]):
    for error in EXHAUSTED[said]:
        assert exit_status_of(raising(error)) == 1
        told = capsys.readouterr().err
        assert said in told
        assert "bug" not in told
    assert "Traceback" in log_file().read_text(encoding="utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_disk_that_is_really_full(capsys: pytest.CaptureFixture[str]):
    def task() -> int:
        with Path("/dev/full").open("wb", buffering=0) as stream:
            return int(stream.write(b"1"))

    assert exit_status_of(task) == 1
    assert capsys.readouterr().err.startswith("The disk is full")


def test_memory_that_is_really_not_there(capsys: pytest.CaptureFixture[str]):
    def task() -> int:
        return len(np.empty(2**60, dtype=np.uint8))

    assert exit_status_of(task) == 1
    assert capsys.readouterr().err.startswith("There is not enough memory")


def test_a_log_that_cannot_be_written_hides_nothing(capsys):
    log_file().mkdir(parents=True)
    assert exit_status_of(raising(RuntimeError("odd"))) == 1
    assert "RuntimeError: odd). This is a bug: set CDUL_DEBUG=1" in capsys.readouterr().err


def test_a_command_without_a_terminal(monkeypatch):
    """As started by pythonw on Windows, where there is no stdout and no stderr."""
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    def task() -> int:
        print_result("a result")
        return 0

    assert exit_status_of(task) == 0
    assert exit_status_of(raising(ProjectError("It is away."))) == 1


def test_an_interrupt_before_the_work_begins_leaves_no_traceback():
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from cdul_app.cli.exit_status import exit_status_of\n"
        "def task():\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    return 0\n"
        "sys.exit(exit_status_of(task))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.startswith("Cancelled.")
