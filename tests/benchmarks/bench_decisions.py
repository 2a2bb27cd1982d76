"""What a decision costs in a project of 100,000 photos and 80 classes.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_decisions [--photos 100000]`.
Milliseconds, median and worst: a bulk answer on 15,000 photos until it is committed and told to
the window's listeners, its undo, its redo; one answer of one photo; opening the project's log.
The baseline is one transaction that writes 15,000 bare rows.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.paths import locate_project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.scan_changes import ScannedFile
from tests.storage.store_helpers import synchronise

BULK = 15_000
LIMIT_MS = 100.0


def fill_project(folder: Path, photos: int, classes: int) -> None:
    """Photos that are known by name, with scores of every class; no file is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with ProjectStore(locate_project(folder).database, create=True) as store:
        synchronise(
            store,
            [ScannedFile(f"{number // 1000:03}/{number:06}.jpg", 1, 1) for number in range(photos)],
        )
        store.classes.replace(ClassDefinition(f"class {number:02}") for number in range(classes))
        scores = np.random.default_rng(0).random((photos, classes), dtype=np.float32)
        store.labels.write_set(
            LabelKind.PSEUDO,
            [record.identifier for record in store.classes.all()],
            [photo.identifier for photo in store.photos.all()],
            scores**4,
            run_id=None,
        )


def milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def report(name: str, times: list[float]) -> float:
    print(f"{name:<44}{statistics.median(times):>9.1f}{max(times):>9.1f}", flush=True)
    return statistics.median(times)


def bare_rows(folder: Path, rows: int) -> float:
    """One transaction of rows without an index or a log."""
    import sqlite3

    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("CREATE TABLE IF NOT EXISTS bare (photo INTEGER, class INTEGER, answer INT)")

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO bare VALUES (?, ?, ?)", [(r, 1, 1) for r in range(rows)]
        )
        connection.execute("COMMIT")

    taken = milliseconds(write)
    connection.close()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    _ = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="cdul-decisions-") as home:
        folder = Path(home) / "photos"
        fill_project(folder, chosen.photos, chosen.classes)
        session = ProjectSession.open_folder(folder)
        rows = np.random.default_rng(1).choice(chosen.photos, min(BULK, chosen.photos), False)
        rows.sort()
        session.project.facts.labels.values()  # scores are read, as they are in a window
        print(f"{'milliseconds':<44}{'median':>9}{'worst':>9}")
        bare = report(
            "bare rows, baseline", [bare_rows(folder, len(rows)) for _ in range(chosen.rounds)]
        )
        times: dict[str, list[float]] = {}
        for number in range(chosen.rounds):
            column = number % chosen.classes
            for name, act in (
                ("answers", lambda: session.project.decisions.answer(rows, column, YES)),  # noqa: B023
                ("other answers", lambda: session.project.decisions.answer(rows, column, NO)),  # noqa: B023
                ("undo", session.project.decisions.undo),
                ("redo", session.project.decisions.redo),
                ("clear", lambda: session.project.decisions.answer(rows, column, UNOBSERVED)),  # noqa: B023
            ):
                times.setdefault(name, []).append(milliseconds(act))
        medians = [report(f"{len(rows):,} photos: {name}", found) for name, found in times.items()]
        one = [
            milliseconds(lambda: session.project.decisions.answer([row], 3, YES))  # noqa: B023
            for row in range(200)
        ]
        report("1 photo: answer", one)
        report("1 photo: undo", [milliseconds(session.project.decisions.undo) for _ in range(100)])
        session.close()
        opened: list[float] = []
        for _ in range(3):
            begun = time.perf_counter()
            ProjectSession.open_folder(folder).close()
            opened.append(1000 * (time.perf_counter() - begun))
        report("open the project", opened)
        print(f"worst bulk to baseline: {max(medians) / bare:.1f}")
    print(f"every bulk below {LIMIT_MS:.0f} ms:", "yes" if max(medians) < LIMIT_MS else "NO")
    return 0 if max(medians) < LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
