"""Whether the window grows while one works in it for long, project after project.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_soak --minutes 30 --projects 100`.
Each project is opened in turn, again and again till the time is over: its thumbnails are scrolled
through, photos are opened, answered and taken back, filtered and searched; some are scored anew.
After every ten projects the window is at its start page, and is measured there.  The last lines
give the start, which is the first measurement after all projects were opened once or a fifth of
the time is over, the end, and the slope between them, for ten projects.  Reads /proc: Linux.
Exits with 1 where threads, handles or objects became more, or memory by more than a tenth.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.app import prepare_interpreter
from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.project_view import ProjectView
from cdul_app.measures.reviews import NO, YES
from cdul_app.memory import keep_freed_memory
from cdul_app.paths import locate_project
from cdul_app.project.finding.photo_filter import LabelWanted
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos, drawn_classes

PHOTOS = 40
BETWEEN_MEASUREMENTS = 10  # projects
SEARCHES_EVERY, SCORES_EVERY, THEME_EVERY = 5, 25, 7  # projects
ENCODER = Path(__file__).resolve().parent.parent.parent / "resources" / "demo" / "encoder"


@dataclass(frozen=True)
class State:
    """What the process holds while no project is open."""

    memory: float  # MB resident
    threads: int  # of the system
    python_threads: int
    handles: int
    objects: int  # of Qt, below the window or windows themselves


def measure(window: MainWindow) -> State:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return State(
        pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        len(list(Path("/proc/self/task").iterdir())),
        threading.active_count(),
        len(list(Path("/proc/self/fd").iterdir())),
        len([*window.findChildren(QObject), *QApplication.topLevelWidgets()]),
    )


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the window waited too long")
        wait(20)


def make_projects(home: Path, count: int) -> list[Path]:
    """Copies of one scored project."""
    first = home / "project 000"
    copy_photos(first, PHOTOS)
    location = locate_project(first)
    config = ScoringConfig(encoder=f"local-dir:{ENCODER}", views="paper", device="cpu")
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in drawn_classes()])
        store.settings.set("scoring_config", config.to_dict())
    for _ in score_project(location, config):
        pass
    others = [home / f"project {number:03}" for number in range(1, count)]
    for other in others:
        shutil.copytree(first, other)
    return [first, *others]


def work(view: ProjectView, number: int) -> None:
    """What a person does in a minute, in some seconds."""
    session, library = view.session, view.library
    wait(150)
    bar = library.grid.verticalScrollBar()
    for place in np.linspace(0, bar.maximum(), 4):
        bar.setValue(int(place))
        wait(60)
    for name in library.side_panel.panels:
        library.side_panel.show_panel(name)
        wait(20)
    for row in range(number % 5, PHOTOS, 8):
        view.open_photo(row)
        wait(60)
    view.show_library()
    library.filter_bar.show_class(number % len(session.project.classes), LabelWanted.ANY)
    session.project.decisions.answer([number % PHOTOS, 3], 0, YES if number % 2 else NO)
    view.undo()
    view.redo()
    view.undo()
    library.filter_bar.text.setText("label:dog OR reviewed")
    wait(200)
    library.filter_bar.clear()
    if number % SEARCHES_EVERY == 0:
        session.search.search_like(number % PHOTOS)
        wait_until(lambda: not session.search.is_running)
        session.search.search_words("a boat on the water")
        wait_until(lambda: not session.search.is_running)
        view.show_wall()
        view.show_collection()
        wait(100)
        view.show_library()
    if number % SCORES_EVERY == 0:
        zeta = 0.1 + 0.01 * (number // SCORES_EVERY % 30)
        session.jobs.start_scoring(replace(session.project.settings.scoring, zeta=zeta))
        wait_until(lambda: not session.jobs.is_busy)
    if number % THEME_EVERY == 0:
        dark = number // THEME_EVERY % 2
        theme_manager().choose(ThemeChoice.DARK if dark else ThemeChoice.LIGHT)
        wait(50)


def soak(window: MainWindow, folders: list[Path], minutes: float) -> bool:
    begun, opened = time.monotonic(), 0
    states: list[tuple[float, int, State]] = []
    print(f"{'minutes':>8}{'opened':>8}{'MB':>9}{'threads':>9}{'Python':>8}{'handles':>9}{'Qt':>7}")
    while (past := (time.monotonic() - begun) / 60) < minutes or opened < len(folders):
        window.open_folder(folders[opened % len(folders)])
        assert window.view is not None
        work(window.view, opened)
        opened += 1
        if opened % BETWEEN_MEASUREMENTS == 0:
            window.close_project()
            wait(1500)  # threads of a pool end after a while
            states.append((past, opened, measure(window)))
            report(*states[-1])
    settled = [
        state for state in states if state[1] >= len(folders) or state[0] >= minutes / 5
    ] or states  # fmt: skip
    return judge(settled)


def report(minutes: float, opened: int, state: State) -> None:
    memory, threads, python, handles, objects = astuple(state)
    print(
        f"{minutes:>8.1f}{opened:>8}{memory:>9.1f}{threads:>9}{python:>8}{handles:>9}{objects:>7}",
        flush=True,
    )


def judge(states: list[tuple[float, int, State]]) -> bool:
    projects = [opened for _, opened, _ in states]
    held = True
    print(f"{'':<16}{'start':>9}{'end':>9}{'most':>9}{'slope':>9}")
    for name in State.__dataclass_fields__:
        values = [float(getattr(state, name)) for _, _, state in states]
        slope = 10 * np.polyfit(projects, values, 1)[0] if len(values) > 1 else 0.0
        room = 0.1 * values[0] if name == "memory" else 0
        held = held and values[-1] <= values[0] + room
        print(f"{name:<16}{values[0]:>9.1f}{values[-1]:>9.1f}{max(values):>9.1f}{slope:>9.3f}")
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--projects", type=int, default=100)
    arguments = parser.parse_args()
    keep_freed_memory()
    with tempfile.TemporaryDirectory(prefix="cdul-soak-") as home:
        os.environ["CDUL_DATA"], os.environ["CDUL_CACHE"] = f"{home}/data", f"{home}/cache"
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, f"{home}/settings")
        QCoreApplication.setOrganizationName("cdul_app_benchmark")
        app = QApplication.instance() or QApplication(sys.argv[:1])
        collector = prepare_interpreter(app)
        theme_manager().choose(ThemeChoice.LIGHT)
        folders = make_projects(Path(home), arguments.projects)
        window = MainWindow()
        window.project_gone.connect(collector.collect_closed_project)
        window.show()
        held = soak(window, folders, arguments.minutes)
        window.close()
        collector.stop()
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
