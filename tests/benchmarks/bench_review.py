"""One key, one decision: how long until the next photo is on the screen.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_review [--photos 24]`.
On the photo page: 12-megapixel JPEGs that are made first, one answer each, at a person's pace so
that neighbours are decoded ahead; then without a pause, where every photo has to be waited for (the
baseline).  In the grid: one answer each among 100,000 photos.  Milliseconds from the key to the
next photo painted.  Then 15,000 selected photos of the grid at once, and all of them: from the key
until it is stored and painted.  Exits with 1 where the median at a person's pace is above 50 ms,
or that of 15,000 photos above 100 ms.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEventLoop,
    QItemSelection,
    QItemSelectionModel,
    Qt,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.project_view import ProjectView
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import locate_project
from cdul_app.project.finding.photo_filter import LabelWanted
from cdul_app.storage.project_store import ProjectStore
from tests.benchmarks.bench_decisions import BULK, fill_project
from tests.benchmarks.bench_decisions import LIMIT_MS as BULK_LIMIT_MS

LIMIT_MS = 50.0
NO_KEY = Qt.KeyboardModifier.NoModifier
PACE_MS = 700  # between two decisions of a quick person


def make_photos(folder: Path, count: int) -> None:
    """Smooth noise at 4000x3000: about as large a file as a camera's."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    for number in range(count):
        small = random.integers(0, 255, (60, 80, 3), dtype=np.uint8)
        image = Image.fromarray(small).resize((4000, 3000), Image.Resampling.BICUBIC)
        image.save(folder / f"{number:03}.jpg", quality=92)


def give_scores(folder: Path) -> None:
    with ProjectStore(locate_project(folder).database, create=True) as store:
        store.classes.replace([ClassDefinition("cat"), ClassDefinition("dog")])
    session = ProjectSession.open_folder(folder)
    loop = QEventLoop()
    session.jobs.finished.connect(lambda _: loop.quit())
    session.jobs.start_scan()
    loop.exec()
    session.close()
    with ProjectStore(locate_project(folder).database) as store:
        photos = [photo.identifier for photo in store.photos.all()]
        scores = np.random.default_rng(0).random((len(photos), 2), dtype=np.float32)
        ids = [record.identifier for record in store.classes.all()]
        store.labels.write_set(LabelKind.PSEUDO, ids, photos, scores, run_id=None)


def wait(milliseconds: int) -> None:
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < milliseconds:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def answers_on_photos(view: ProjectView, count: int, pace: int) -> list[float]:
    """Milliseconds from each key to the next photo painted."""
    view.open_photo(0)
    page = view.photo
    while page.view.is_loading:
        QApplication.processEvents()
    wait(2 * PACE_MS)
    times = []
    for number in range(count):
        begun = time.perf_counter()
        QTest.keyClick(page.table, Qt.Key.Key_Y if number % 2 else Qt.Key.Key_N)
        while page.view.is_loading:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        page.view.repaint()
        times.append(1000 * (time.perf_counter() - begun))
        wait(pace)
    return times


def answers_in_grid(view: ProjectView, count: int) -> list[float]:
    grid = view.library.grid
    view.library.choose_place(0)
    wait(200)
    times = []
    for number in range(count):
        begun = time.perf_counter()
        QTest.keyClick(grid, Qt.Key.Key_Y if number % 2 else Qt.Key.Key_N)
        grid.viewport().repaint()
        times.append(1000 * (time.perf_counter() - begun))
        wait(30)
    return times


def bulk_in_grid(view: ProjectView, count: int, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each key, until what it did is stored and painted."""
    grid, model = view.library.grid, view.library.model
    part = QItemSelection(model.index(0), model.index(min(count, model.rowCount()) - 1))
    decisions = view.session.project.decisions
    times: dict[str, list[float]] = {}

    def press(name: str, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        begun = time.perf_counter()
        QTest.keyClick(grid, key, keys)
        while decisions.waiting:  # the database was busy with the record of the step before
            QApplication.processEvents()
        grid.viewport().repaint()
        times.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        wait(30)

    for _ in range(rounds):
        grid.selectionModel().select(part, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        press("selected: yes", Qt.Key.Key_Y)
        press("selected: no instead", Qt.Key.Key_N)
        press("selected: take the no back", Qt.Key.Key_Backspace)
        press("selected: take the yes back", Qt.Key.Key_Backspace)
        press("select all", Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        press("all: yes", Qt.Key.Key_Y)
        press("all: take back", Qt.Key.Key_Backspace)
    return times


def report(name: str, times: list[float]) -> float:
    median = statistics.median(times)
    print(f"{name:<44}{median:>9.1f}{max(times):>9.1f}", flush=True)
    return median


def open_view(window: MainWindow, folder: Path) -> ProjectView:
    window.open_folder(folder)
    while window.view is None:  # a large one is read on a thread
        wait(10)
    window.view.library.filter_bar.show_class(0, LabelWanted.ANY)
    window.activateWindow()
    wait(500)
    return window.view


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=24)
    parser.add_argument("--library", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cdul-review-") as home:
        os.environ["CDUL_DATA"], os.environ["CDUL_CACHE"] = f"{home}/data", f"{home}/cache"
        QCoreApplication.setOrganizationName("cdul_app_benchmark")
        _ = QApplication.instance() or QApplication(sys.argv[:1])
        theme_manager().choose(ThemeChoice.LIGHT)
        photos, library = Path(home) / "photos", Path(home) / "library"
        make_photos(photos, chosen.photos)
        give_scores(photos)
        fill_project(library, chosen.library, 80)
        window = MainWindow()
        window.resize(1280, 800)
        window.show()
        print(f"{'milliseconds':<44}{'median':>9}{'worst':>9}")
        view = open_view(window, photos)
        count = chosen.photos - 2
        hurried = report("photo page, no pause (baseline)", answers_on_photos(view, count, 0))
        window.close_project()
        view = open_view(window, photos)
        paced = report("photo page, a person's pace", answers_on_photos(view, count, PACE_MS))
        window.close_project()
        view = open_view(window, library)
        grid = report(f"grid of {chosen.library:,} photos", answers_in_grid(view, 50))
        bulk = {
            name: report(name, found)
            for name, found in bulk_in_grid(view, BULK, chosen.rounds).items()
        }
        window.close_project()
        window.close()
        print(f"paced to baseline: {paced / hurried:.2f}")
    selected = max(taken for name, taken in bulk.items() if name.startswith("selected"))
    held = max(paced, grid) <= LIMIT_MS
    at_once = selected <= BULK_LIMIT_MS
    print(f"next photo within {LIMIT_MS:.0f} ms:", "yes" if held else "NO")
    print(f"{BULK:,} photos within {BULK_LIMIT_MS:.0f} ms:", "yes" if at_once else "NO")
    return 0 if held and at_once else 1


if __name__ == "__main__":
    raise SystemExit(main())
