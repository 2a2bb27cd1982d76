"""The window on a folder of very many photos: how soon it is there, how it scrolls, what it takes.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_library [--photos 100000]
[--folder DIR]`.  The folder is generated (hard links to 300 JPEGs), and kept where DIR is given.
Two processes: one chooses the folder for the first time and reads it to the end, one opens the
project again after 80 classes were scored.  torch is not loaded, as in a window that only looks.
Exits with 1 where a figure of up to 100,000 photos is above its limit.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from cdul_app.desktop import main_window
from cdul_app.desktop.app import prepare_interpreter
from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.project_view import ProjectView
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.memory import keep_freed_memory
from cdul_app.paths import PROJECT_FOLDER, locate_project
from tests.benchmarks.bench_gui_stalls import StallWatch, watch_job
from tests.benchmarks.library_folders import make_library, write_scores

SCORED = (LabelKind.PSEUDO, LabelKind.RANKING, LabelKind.GLOBAL)
JUMPS = 60
READING_SECONDS = 30.0  # of the background reading that are watched
PHOTOS_OF_LIMITS = 100_000
LIMITS = {
    "first thumbnails after choosing, s": 1.0,
    "full list, s": 3.0,
    "worst stall while scanning, ms": 50.0,
    "worst stall while reading, ms": 50.0,
    "worst stall while scanning again, ms": 50.0,
    "reopened: list shown, s": 0.5,
    "jump: median repaint, ms": 16.0,
    "jump: worst repaint, ms": 16.0,
    "memory after scrolling, MB": 400.0,
}


class PaintWatch(QObject):
    """Notes when the grid was first painted with photos, and when with all their thumbnails."""

    def __init__(self, view: ProjectView) -> None:
        super().__init__()
        self._view = view
        self.listed_at: float | None = None
        self.filled_at: float | None = None
        view.library.grid.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._view.library.model.rowCount():
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self.listed_at = self.listed_at or time.monotonic()
        if self.filled_at is None and has_thumbnails(self._view):
            self.filled_at = time.monotonic()


def has_thumbnails(view: ProjectView) -> bool:
    """Whether every photo in view is shown by its thumbnail."""
    page, photos = view.library, view.session.project.photos
    side = page.delegate.decoded_side(page.grid.devicePixelRatioF())
    rows = page.model.rows[list(page.grid.places_in_view())]
    pixmaps = [page.thumbnails.pixmap(photos.absolute(int(row)), side) for row in rows]
    return bool(pixmaps) and None not in pixmaps


def wait_until(done: Callable[[], bool], *, seconds: float) -> bool:
    """Run the event loop, looking every 2 ms; whether it came true in time."""
    loop = QEventLoop()
    end = time.monotonic() + seconds

    def look() -> None:
        if done() or time.monotonic() > end:
            loop.quit()

    timer = QTimer(interval=2)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
    return done()


def memory() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def new_folder(folder: Path, photos: int) -> dict[str, float]:
    """The folder is chosen for the first time; returns the figures."""
    window = open_window()
    figures = {"memory of the empty window, MB": memory()}
    watch = StallWatch()
    watch.start()
    begun = time.monotonic()
    window.open_folder(folder)
    assert window.view is not None
    session, page = window.view.session, window.view.library
    painted = PaintWatch(window.view)
    wait_until(lambda: painted.filled_at is not None, seconds=300)
    wait_until(lambda: page.model.rowCount() == photos, seconds=300)
    figures["full list, s"] = time.monotonic() - begun
    wait_until(lambda: not session.jobs.is_busy, seconds=300)
    watch.stop()
    figures["scan finished, s"] = time.monotonic() - begun
    assert painted.listed_at is not None
    assert painted.filled_at is not None
    figures["first names after choosing, s"] = painted.listed_at - begun
    figures["first thumbnails after choosing, s"] = painted.filled_at - begun
    # The first gap is that of opening the project itself, before anything is scanned.
    figures["opening holds the window, ms"] = watch.gaps[0]
    figures["worst stall while scanning, ms"] = max(watch.gaps[1:])
    figures["memory after the scan, MB"] = memory()
    watch.start()
    figures |= scroll(window.view, prefix="while reading: ", watch=watch)
    wait_until(lambda: not session.jobs.reading.is_running, seconds=READING_SECONDS)
    watch.stop()
    figures["worst stall while reading, ms"] = watch.largest
    figures["files read per s"] = session.jobs.reading.done / max(sum(watch.gaps) / 1e3, 1e-9)
    window.close()
    return figures


def reopened(folder: Path, photos: int) -> dict[str, float]:
    """The scored project is opened again; returns the figures."""
    window = open_window()
    begun = time.monotonic()
    window.open_folder(folder)
    wait_until(lambda: window.view is not None, seconds=60)  # a large one is read on a thread
    assert window.view is not None
    page = window.view.library
    painted = PaintWatch(window.view)
    wait_until(lambda: painted.filled_at is not None, seconds=60)
    assert page.model.rowCount() == photos
    assert painted.listed_at is not None
    assert painted.filled_at is not None
    figures = {
        "reopened: list shown, s": painted.listed_at - begun,
        "reopened: first thumbnails, s": painted.filled_at - begun,
        "memory with the list, MB": memory(),
    }
    figures |= scroll(window.view, prefix="")
    figures["memory after scrolling, MB"] = memory()
    session = window.view.session
    watch = StallWatch()
    seconds = watch_job(watch, session, session.jobs.start_scan)
    figures["scanned again, s"] = seconds
    figures["worst stall while scanning again, ms"] = watch.largest
    figures["memory after scanning again, MB"] = memory()
    window.close()
    return figures


def scroll(view: ProjectView, *, prefix: str, watch: StallWatch | None = None) -> dict[str, float]:
    """Jump to random places: how long each first repaint takes, and till thumbnails are there."""
    page = view.library
    bar = page.grid.verticalScrollBar()
    random = np.random.default_rng(0)
    repaints, filled = [], []
    for place in random.integers(0, bar.maximum(), JUMPS):
        begun = time.perf_counter()
        bar.setValue(int(place))
        page.grid.viewport().repaint()
        repaints.append(1000 * (time.perf_counter() - begun))
        wait_until(lambda: has_thumbnails(view), seconds=10)
        filled.append(1000 * (time.perf_counter() - begun))
    return {
        f"{prefix}jump: median repaint, ms": float(np.median(repaints)),
        f"{prefix}jump: worst repaint, ms": max(repaints),
        f"{prefix}jump: median till thumbnails, ms": float(np.median(filled)),
    }


def open_window() -> MainWindow:
    QCoreApplication.setOrganizationName("cdul_app_benchmark")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setProperty("collector", prepare_interpreter(app))
    theme_manager().choose(ThemeChoice.LIGHT)
    main_window.warm_up = lambda: None  # torch's libraries belong to the first job, not to looking
    window = MainWindow()
    window.resize(1280, 800)
    window.show()
    wait_until(lambda: False, seconds=0.5)
    return window


def run_stage(name: str, folder: Path, photos: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_library", "--stage", name]
    command += ["--folder", str(folder), "--photos", str(photos)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=PHOTOS_OF_LIMITS)
    parser.add_argument("--folder", type=Path, default=None, help="kept, and used again")
    parser.add_argument("--classes", type=int, default=80)
    parser.add_argument("--stage", choices=("new", "reopened"), help="used by the benchmark itself")
    arguments = parser.parse_args()
    if arguments.stage:
        keep_freed_memory()  # as the app does
        stage = new_folder if arguments.stage == "new" else reopened
        print(json.dumps(stage(arguments.folder, arguments.photos)))
        return 0
    with tempfile.TemporaryDirectory(prefix="cdul-library-") as home:
        os.environ["CDUL_DATA"], os.environ["CDUL_CACHE"] = f"{home}/data", f"{home}/cache"
        os.environ["XDG_CONFIG_HOME"] = f"{home}/config"
        folder = make_library(
            arguments.folder or Path(home) / "photos", arguments.photos
        ).absolute()
        location = locate_project(folder)
        shutil.rmtree(folder / PROJECT_FOLDER, ignore_errors=True)
        figures = run_stage("new", folder, arguments.photos)
        write_scores(location, arguments.classes, SCORED)
        figures |= run_stage("reopened", folder, arguments.photos)
    missed = 0
    for name, value in figures.items():
        limit = LIMITS.get(name) if arguments.photos <= PHOTOS_OF_LIMITS else None
        held = limit is None or value <= limit
        missed += not held
        aim = "" if limit is None else f"   limit {limit:g}{'' if held else '   MISSED'}"
        print(f"{name:<48}{value:>10.3f}{aim}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
