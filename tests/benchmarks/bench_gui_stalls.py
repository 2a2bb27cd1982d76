"""How long the window does not answer: idle as the baseline, while scoring, while training.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_gui_stalls [--limit 50]`.
A timer ticks on the window's thread; a gap between two ticks is time in which no key or click
would be answered.  "first" jobs import torch, the later ones do not.
A switch of the theme, with 80 classes and every page made, is told beside what it takes where the
new style sheet replaces the old one: Qt then styles a widget once for each one around it.
Exits with 1 where a job's largest gap is above the limit and above twice that of the idle window,
or a switch takes longer than 300 ms and half of what replacing takes.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.app import prepare_interpreter
from cdul_app.desktop.look.style_sheet import style_sheet
from cdul_app.desktop.look.theme import DARK, LIGHT, Theme, ThemeChoice, theme_manager
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.session.project_session import ProjectSession

TICK_MS = 5
THEME_MS = 300


class StallWatch(QObject):
    """Notes the time between two ticks of a timer on its own thread."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []  # milliseconds
        self.busy: list[float] = []  # of each, milliseconds that this thread computed
        self._clock, self._used = QElapsedTimer(), 0.0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.gaps.clear()
        self.busy.clear()
        self._used = time.thread_time()
        self._clock.start()
        self._timer.start()

    def stop(self) -> None:
        self._tick()
        self._timer.stop()

    @property
    def largest(self) -> float:
        """Milliseconds."""
        return max(self.gaps)

    @property
    def busiest(self) -> float:
        """As `largest`, of the processor: other programs make no difference."""
        return max(self.busy)

    def _tick(self) -> None:
        self.gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.start()
        used = time.thread_time()
        self.busy.append((used - self._used) * 1e3)
        self._used = used


def watch_job(watch: StallWatch, session: ProjectSession, start: Callable[[], object]) -> float:
    """Run a job to its end, and a little longer for what it changed.  Returns its seconds."""
    loop = QEventLoop()
    begun = time.monotonic()
    session.jobs.finished.connect(lambda _: QTimer.singleShot(300, loop.quit))
    watch.start()
    start()
    loop.exec()
    watch.stop()
    return time.monotonic() - begun


def watch_idle(watch: StallWatch, seconds: float) -> float:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    watch.start()
    loop.exec()
    watch.stop()
    return seconds


def report(name: str, watch: StallWatch, seconds: float) -> None:
    gaps = np.array(watch.gaps)
    print(
        f"{name:<26}{watch.largest:>9.0f}{np.percentile(gaps, 99):>9.0f}"
        f"{int((gaps > 50).sum()):>9}{seconds:>9.1f}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=50, help="milliseconds")
    parser.add_argument("--epochs", type=int, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cdul-stalls-") as home:
        os.environ["CDUL_DATA"], os.environ["CDUL_CACHE"] = f"{home}/data", f"{home}/cache"
        QCoreApplication.setOrganizationName("cdul_app_benchmark")
        app = QApplication.instance() or QApplication(sys.argv[:1])
        collector = prepare_interpreter(app)
        theme_manager().choose(ThemeChoice.LIGHT)
        held = measure(Path(home), arguments.limit)
        collector.stop()
    return 0 if held else 1


def measure(home: Path, limit: float) -> bool:
    window = MainWindow()
    window.show()
    watch = StallWatch()
    print(f"{'milliseconds':<26}{'largest':>9}{'99 %':>9}{'> 50':>9}{'seconds':>9}")
    report("idle, start page", watch, watch_idle(watch, 2))
    idle = watch.largest
    worst = 0.0
    from cdul_app.desktop.session.project_session import ProjectSession  # as the window opens it

    demo = ProjectSession.open_demo(home / "demo")
    demo.close()
    window.open_folder(home / "demo")
    assert window.view is not None
    session, panel = window.view.session, window.view.library.side_panel
    report("idle, project", watch, watch_idle(watch, 2))
    idle = max(idle, watch.largest)
    panel.show_panel("Label")
    report("scoring, first", watch, watch_job(watch, session, session.jobs.start_scoring))
    worst = max(worst, watch.largest)
    panel.show_panel("Train")
    report("training, first", watch, watch_job(watch, session, session.jobs.start_training))
    worst = max(worst, watch.largest)
    report("training, again", watch, watch_job(watch, session, session.jobs.start_training))
    worst = max(worst, watch.largest)
    report("scoring, embeddings kept", watch, watch_job(watch, session, session.jobs.start_scoring))
    worst = max(worst, watch.largest)
    held = switch_themes(window)
    window.close()
    return held and worst <= max(limit, 2 * idle)


def switch_themes(window: MainWindow) -> bool:
    """Whether it is quick; with a project open."""
    view = window.view
    assert view is not None
    names = [f"a class of things with quite a long name, number {place}" for place in range(80)]
    view.session.project.decisions.set_classes([ClassDefinition(name) for name in names])
    for name in view.library.side_panel.panels:
        view.library.side_panel.show_panel(name)
    for go in (view.show_collection, view.show_wall, lambda: view.open_photo(0), view.show_library):
        go()
        QApplication.processEvents()
    replaced = min(_milliseconds(lambda each=each: _replace_sheet(each)) for each in (DARK, LIGHT))
    choices = (ThemeChoice.DARK, ThemeChoice.LIGHT) * 3
    switched = sorted(
        _milliseconds(lambda each=each: theme_manager().choose(each)) for each in choices
    )[len(choices) // 2]
    print(
        f"{'theme switch':<26}{switched:>9.0f} ms, {switched / replaced:.2f} of replacing the "
        f"style sheet ({replaced:.0f} ms), {len(QApplication.allWidgets())} widgets"
    )
    return switched <= max(THEME_MS, replaced / 2)


def _replace_sheet(theme: Theme) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyleSheet(style_sheet(theme))


def _milliseconds(act: Callable[[], object]) -> float:
    """With what is painted after it."""
    begun = time.perf_counter()
    act()
    QApplication.processEvents()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    raise SystemExit(main())
