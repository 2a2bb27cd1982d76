"""Processes that are killed, and what must hold of a project afterwards."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from cdul_app.paths import locate_project
from cdul_app.project.project import Project
from cdul_app.storage.journal.answer_journal import read_journal
from cdul_app.storage.journal.journal_replay import replay
from cdul_app.storage.project_store import ProjectStore

REPOSITORY = Path(__file__).resolve().parents[2]
Answers = dict[tuple[str, str], int]  # by photo and class, 0 or 1


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "cdul_app", *map(str, arguments)]


def answering(folder: Path, seed: int, *options: object) -> list[str]:
    program = [sys.executable, "-m", "tests.survival.answering"]
    return [*program, *map(str, (folder, seed, *options))]


class Acknowledged:
    """A process, and the answers that it says are stored, as they come."""

    def __init__(self, arguments: list[str]) -> None:
        self.process = subprocess.Popen(
            arguments, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=pair)
            for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        ]
        for reader in self._readers:
            reader.start()

    def wait_for(self, count: int, seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while len(self.lines) < count and self.process.poll() is None:
            assert time.monotonic() < end, "it acknowledges nothing"
            time.sleep(0.002)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.end()

    def end(self, seconds: float = 300) -> int:
        status = self.process.wait(seconds)
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return status

    def _read(self, stream, into: list[str]) -> None:  # type: ignore[no-untyped-def]
        for line in stream:
            if line.endswith("\n"):  # one that the kill has cut was not seen by anybody
                into.append(line.rstrip("\n"))

    @property
    def answers(self) -> list[tuple[tuple[str, str], int]]:
        split = [line.split("\t") for line in self.lines if line.count("\t") == 2]
        return [((photo, name), int(value)) for photo, name, value in split]


def run_and_kill(arguments: list[str], after: float) -> None:
    """Kill it after so many seconds, or let it end before."""
    process = subprocess.Popen(
        arguments, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_whole(arguments: list[str]) -> tuple[float, str]:
    """Seconds and what it says on stderr; it must succeed."""
    begun = time.monotonic()
    ended = subprocess.run(arguments, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    return time.monotonic() - begun, ended.stderr


def check_sound(folder: Path) -> Answers:
    """The database and the record are sound and say the same.  Returns the answers."""
    location = locate_project(folder)
    with Project(location) as project:
        project.store.check_all()
        answers = _answers(project.store)
    again = location.database.with_name(f"again-{random.getrandbits(32):x}.sqlite")
    with ProjectStore(again, create=True) as store:
        replay(store, read_journal(location.answers_file))
        assert _answers(store) == answers, "the record of answers is another"
    for suffix in ("", "-wal", "-shm"):
        again.with_name(again.name + suffix).unlink(missing_ok=True)
    return answers


def check_nothing_lost(before: Answers, acknowledged: Acknowledged, after: Answers) -> int:
    """All that was acknowledged is there, and at most one answer more.  Returns how many were."""
    expected = dict(before)
    for cell, value in acknowledged.answers:
        expected[cell] = value
    expected = {cell: value for cell, value in expected.items() if value >= 0}
    differing = [
        cell for cell in expected.keys() | after.keys() if expected.get(cell) != after.get(cell)
    ]
    assert len(differing) <= 1, f"lost or changed: {differing}"
    return len(acknowledged.answers)


def _answers(store: ProjectStore) -> Answers:
    connection = store._database.conn
    paths = dict(connection.execute("SELECT id, path FROM photos").fetchall())
    names = dict(connection.execute("SELECT id, name FROM classes").fetchall())
    return {(paths[photo], names[each]): value for photo, each, value in store.answers.all()}
