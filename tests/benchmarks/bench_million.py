"""A project of a million photos: the window's and the terminal's own bounds at that size.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_million [--photos 1000000] [--folder
DIR]`. Rows, scores, answers are generated, no photo is there; the project is kept where DIR is
given. Each part is a process of its own: the window opened with the database out of the system's
cache and in it, what a person does in it, one key for all photos, `cdul-app info` and the export as
CSV. Beside each time by the clock stands that of the processor, of the window's thread alone. torch
is not loaded, as in a window that only looks. Exits with 1 where a figure is above its limit; reads
/proc: Linux.
"""

import argparse
import atexit
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.project_view import ProjectView
from cdul_app.errors import DatabaseBusyError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import YES, ReviewState
from cdul_app.memory import keep_freed_memory
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.classes.class_texts import ClassTexts
from cdul_app.project.finding.photo_filter import LabelWanted, PhotoFilter, SortKey
from cdul_app.project.labels.scored_state import ScoredState, write_scored_state
from cdul_app.project.project import Project
from cdul_app.project.remembered_settings import SCORING_SETTING
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import CellChanges
from cdul_app.storage.records.blobs import CELL_CHANGE
from tests.benchmarks.bench_again import peak_megabytes
from tests.benchmarks.bench_gui_stalls import StallWatch
from tests.benchmarks.bench_library import PaintWatch, open_window, wait_until
from tests.benchmarks.library_folders import path_of
from tests.benchmarks.stall_stacks import StallStacks

KINDS = (LabelKind.PSEUDO, LabelKind.RANKING, LabelKind.GLOBAL)
CONFIG = ScoringConfig(views="paper", device="cpu")
DIMENSION = 8  # of the classes' vectors; photos have none
ANSWERS = 10_000
FILTERS = {
    "filter by class and state": PhotoFilter(3, LabelWanted.HAS, ReviewState.UNREVIEWED),
    "filter by another class": PhotoFilter(5, LabelWanted.LACKS, ReviewState.UNREVIEWED),
    "filter by name": PhotoFilter(text="0123"),
    "filter by name again": PhotoFilter(text="77"),
    "filter by name with *": PhotoFilter(text="name:*77.jpg"),
    "filter by folder": PhotoFilter(text="folder:*2001"),
    "sort by score of a class": PhotoFilter(4, sort=SortKey.SCORE, descending=True),
    "sort by uncertainty": PhotoFilter(sort=SortKey.UNCERTAINTY, descending=True),
    "sort by date": PhotoFilter(sort=SortKey.TAKEN, descending=True),
}
AT_ONCE = 50_000  # photos to a transaction
KEYS = 20
LIMITS = {
    "open, s": 3.0,
    "labels shown, s": 3.0,
    "filter": 0.5,
    "sort": 0.5,
    "jump to the end": 0.5,
    "key": 0.1,
    "panel": 0.5,
    "undo": 0.1,
    "gap": 0.2,
    "memory, MB": 2500.0,
}


# ---- the project ----


def make_project(folder: Path, photos: int, classes: int) -> ProjectLocation:
    """Made once: one that is there is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)  # else its project is kept elsewhere
    location = locate_project(folder)
    ready = folder / ".complete"
    wanted = f"{photos} {classes}"
    if ready.is_file() and ready.read_text() == wanted:
        return location
    with ProjectStore(location.database, create=True, durable=False) as store:
        ids = _add_photos(store, photos)
        store.classes.replace([ClassDefinition(f"class {number:02}") for number in range(classes)])
        class_ids = [record.identifier for record in store.classes.all()]
        random = np.random.default_rng(0)
        for kind in KINDS:
            scores = random.random((photos, classes), dtype=np.float32) ** 24
            store.labels.write_set(kind, class_ids, ids, scores, run_id=None)
        store.classes.set_automatic_thresholds(dict.fromkeys(class_ids, 0.4), description="found")
        _remember_scoring(store, class_ids)
        _answer(store, np.asarray(ids), class_ids)
    ready.write_text(wanted)
    return location


def _add_photos(store: ProjectStore, photos: int) -> range:
    first = last = 0
    for start in range(0, photos, AT_ONCE):
        numbers = range(start, min(photos, start + AT_ONCE))
        ids = store.photos.add_names([path_of(number) for number in numbers])
        store.photos.set_fingerprints([(each, f"{each:032x}") for each in ids])
        store.photos.set_read([(each, 640, 480) for each in ids], [], [])
        store.photos.set_taken([(each, 1_500_000_000 + 60 * each) for each in ids])
        first, last = first or ids[0], ids[-1]
    return range(first, last + 1)


def _remember_scoring(store: ProjectStore, class_ids: list[int]) -> None:
    """As if these scores were those of a scoring, of which no vector is kept."""
    encoding = store.embeddings.ensure_encoding(
        encoder_key="generated", encoder=CONFIG.encoder, plan=CONFIG.plan,
        dimension=DIMENSION, temperature=0.01,
    )  # fmt: skip
    texts = ClassTexts.of([record.definition for record in store.classes.all()], CONFIG).classes
    vectors = np.full((len(texts), DIMENSION), DIMENSION**-0.5, dtype=np.float32)
    store.embeddings.add_prompt_embeddings(
        encoding.encoder_key, dict(zip(texts, vectors, strict=True))
    )
    state = ScoredState(encoding, CONFIG, tuple(class_ids), tuple(texts), 0.01, vectors)
    write_scored_state(store, state)
    store.settings.set(SCORING_SETTING, CONFIG.to_dict())


def _answer(store: ProjectStore, ids: "np.ndarray", class_ids: list[int]) -> None:
    """Yes and no by turns, a step a class."""
    random = np.random.default_rng(1)
    each = ANSWERS // len(class_ids)
    for class_id in class_ids:
        cells: CellChanges = np.zeros(each, dtype=CELL_CHANGE)
        cells["photo"] = np.sort(random.choice(ids, each, replace=False))
        cells["class"], cells["before"], cells["after"] = class_id, -1, np.arange(each) % 2
        cells["score"] = 0.5
        store.answers.apply(cells)


# ---- what is measured ----


class Meter:
    """Seconds by the clock and of the window's thread."""

    def __init__(self) -> None:
        self.figures: dict[str, tuple[float, ...]] = {}

    def time(self, name: str, act: Callable[[], object], *, rounds: int = 1) -> None:
        """The slowest round."""
        slowest = (0.0, 0.0)
        for _ in range(rounds):
            clock, used = time.perf_counter(), time.thread_time()
            act()
            slowest = max(slowest, (time.perf_counter() - clock, time.thread_time() - used))
        self.figures[name] = slowest

    def keep(self, name: str, value: float) -> None:
        self.figures[name] = (value,)


def opened(location: ProjectLocation, meter: Meter, watch: StallWatch) -> MainWindow:
    """The window with the project, once labels are painted; they may follow the photos."""
    window = open_window()
    before, read = peak_megabytes(), megabytes_read()
    watch.start()
    wait_until(lambda: False, seconds=0.1)
    clock, used, all_threads = time.perf_counter(), time.thread_time(), time.process_time()
    window.open_folder(location.folder)
    view = shown_view(window)
    painted = PaintWatch(view)
    wait_until(lambda: painted.listed_at is not None, seconds=120)
    meter.figures["open, s"] = time.perf_counter() - clock, time.thread_time() - used
    labels = labels_are_painted(view)
    wait_until(labels, seconds=120)
    meter.keep("processor of all threads till then, s", time.process_time() - all_threads)
    meter.figures["labels shown, s"] = time.perf_counter() - clock, time.thread_time() - used
    wait_until(lambda: False, seconds=3)  # what comes after it, as a look at other programs
    watch.stop()
    meter.figures["gap while opening, s"] = watch.largest / 1000, watch.busiest / 1000
    meter.keep("read from the disk till then, MB", megabytes_read() - read)
    meter.keep("memory of the window before, MB", before)
    meter.keep("memory beside start-up after opening, MB", peak_megabytes() - before)
    return window


def megabytes_read() -> float:
    """What this process has brought in from the disk."""
    told = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in told if line.startswith("read_bytes")).split()[1]) / 1e6


def shown_view(window: MainWindow) -> ProjectView:
    wait_until(lambda: window.view is not None, seconds=120)
    assert window.view is not None
    return window.view


def labels_are_painted(view: ProjectView) -> Callable[[], bool]:
    return lambda: (
        bool(view.library.model.rowCount()) and (view.session.project.display_kind is not None)
    )


def open_only(location: ProjectLocation) -> dict[str, tuple[float, ...]]:
    meter = Meter()
    window = opened(location, meter, StallWatch())
    meter.time("close, s", window.close)
    return meter.figures


def work(location: ProjectLocation) -> dict[str, tuple[float, ...]]:
    """What a person does, one after the other, each until it is painted."""
    meter, watch = Meter(), StallWatch()
    window = opened(location, meter, StallWatch())
    meter.figures.clear()
    view = shown_view(window)
    page, decisions = view.library, view.session.project.decisions
    window.activateWindow()
    watch.start()

    def rest() -> None:
        """Counts and the grid's places follow: a list of a million is laid out in batches."""
        wait_until(lambda: False, seconds=0.3)

    def do(name: str, act: Callable[[], object]) -> None:
        def until_painted() -> None:
            act()
            while decisions.waiting:  # the database was busy with the record of the step before
                wait_until(lambda: not decisions.waiting, seconds=10)
            page.grid.viewport().repaint()

        meter.time(name, until_painted)
        rest()

    for name, wanted in FILTERS.items():
        do(f"{name}, s", lambda: page.filter_bar.show_filter(wanted))  # noqa: B023
        shown = page.model.rowCount()
        assert shown, f"{name} shows no photo"
    do("sort by name, s", lambda: page.filter_bar.show_filter(PhotoFilter()))
    bar, line = page.grid.verticalScrollBar(), page.grid.gridSize().height()
    lines = len(view.session.project.photos) // page.grid.columns
    clock = time.perf_counter()
    wait_until(lambda: bar.maximum() > (lines - 10) * line, seconds=60)
    meter.keep("the whole list can be scrolled after, s", time.perf_counter() - clock)
    do("jump to the end, s", lambda: bar.setValue(bar.maximum()))
    view.session.current_class.choose(2)
    page.filter_bar.show_class(2, LabelWanted.ANY)
    page.choose_place(0)
    rest()
    pairs: list[tuple[float, ...]] = []
    for turn in range(KEYS):
        key = Qt.Key.Key_Y if turn % 2 else Qt.Key.Key_N
        do("key", lambda: QTest.keyClick(page.grid, key))  # noqa: B023
        pairs.append(meter.figures.pop("key"))
    meter.figures["key until stored, median, s"] = tuple(np.median(pairs, axis=0))
    meter.figures["key until stored, worst, s"] = max(pairs)
    do("undo, s", lambda: QTest.keyClick(page.grid, Qt.Key.Key_Backspace))
    do("counts of the list of classes, s", page.navigator.model.recount)
    for panel in ("Photos", "Export", "Check"):
        do(f"panel {panel}, s", lambda: page.side_panel.show_panel(panel))  # noqa: B023
    wait_until(lambda: False, seconds=2)
    watch.stop()
    meter.figures["gap, largest, s"] = watch.largest / 1000, watch.busiest / 1000
    meter.time("close, s", window.close)
    meter.keep("memory in all, MB", peak_megabytes())
    return meter.figures


def until_stored(project: Project, act: Callable[[], object]) -> None:
    """Tried again where the record of the step before is just being written."""
    steps = project.store.decisions.last()
    while project.store.decisions.last() == steps:
        with contextlib.suppress(DatabaseBusyError):
            act()
        wait_until(lambda: not project.decisions.waiting, seconds=10)


def answer_all(location: ProjectLocation) -> dict[str, tuple[float, ...]]:
    """One key for all photos, taken back and done again, in a copy that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="cdul-million-", dir=location.folder.parent) as copy:
        shutil.copytree(location.folder, copy, dirs_exist_ok=True)
        meter = Meter()
        window = opened(locate_project(Path(copy)), meter, StallWatch())
        meter.figures.clear()
        view = shown_view(window)
        project, grid = view.session.project, view.library.grid
        window.activateWindow()
        view.session.current_class.choose(2)
        view.library.filter_bar.show_class(2, LabelWanted.ANY)
        wait_until(lambda: False, seconds=1)
        before = project.answers.copy()
        for name, act in (
            ("yes for all photos", lambda: QTest.keyClick(grid, Qt.Key.Key_Y)),
            ("it taken back", project.decisions.undo),
            ("it done again", project.decisions.redo),
        ):
            grid.selectAll()
            meter.time(f"{name}, s", partial(until_stored, project, act))
            watch = StallWatch()
            watch.start()
            wait_until(lambda: not view.session.record.is_running, seconds=120)
            watch.stop()
            gap = watch.largest / 1000, watch.busiest / 1000
            meter.figures[f"longest wait till {name} is recorded, s"] = gap
            expected = before.copy()
            if name != "it taken back":
                expected[:, 2] = YES
            assert np.array_equal(project.answers, expected), name
        meter.time("collection page, s", view.show_collection)
        meter.time("close, s", window.close)
    return meter.figures


STAGES: dict[str, Callable[[ProjectLocation], dict[str, tuple[float, ...]]]] = {
    "cold": open_only, "warm": open_only, "work": work, "all": answer_all,
}  # fmt: skip


def run_command(*arguments: str) -> tuple[float, float, float]:
    """Seconds by the clock, of the processor, peak MB of a command of the terminal."""
    code = (
        "import sys, time, json; from cdul_app.__main__ import main\n"
        "from tests.benchmarks.bench_again import peak_megabytes\n"
        "status = main(sys.argv[1:])\n"
        "print(json.dumps([status, time.process_time(), peak_megabytes()]), file=sys.stderr)"
    )
    clock = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - clock
    status, used, peak = json.loads(ended.stderr.splitlines()[-1])
    assert not status, ended.stderr
    return seconds, used, peak


def run_stage(name: str, folder: Path, *, stacks: float | None) -> dict[str, tuple[float, ...]]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_million", "--stage", name]
    if stacks:
        command += ["--stacks", str(stacks)]
    ended = subprocess.run(
        [*command, "--folder", str(folder)], stdout=subprocess.PIPE, check=True, text=True
    )
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def drop_from_cache(database: Path) -> None:
    """What the system keeps of the database's pages."""
    for part in database.parent.glob(f"{database.name}*"):
        with part.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def limit_of(name: str) -> float | None:
    return next((limit for key, limit in LIMITS.items() if name.startswith(key)), None)


def tell(stage: str, name: str, values: tuple[float, ...]) -> bool:
    """Whether it is within its limit."""
    limit = limit_of(name)
    held = limit is None or values[0] <= limit
    used = f"{values[1]:>10.3f}" if len(values) > 1 else " " * 10
    aim = "" if limit is None else f"   <= {limit:g}{'' if held else '   MISSED'}"
    print(f"{stage:<6}{name:<44}{values[0]:>10.3f}{used}{aim}", flush=True)
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--classes", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=None, help="kept, and used again")
    parser.add_argument("--only", nargs="*", default=[*STAGES, "terminal"], metavar="STAGE")
    parser.add_argument(
        "--stacks", type=float, metavar="MS", help="tell what the window does in longer gaps"
    )
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.stage:
        keep_freed_memory()  # as the app does
        if chosen.stacks:
            QApplication.instance() or QApplication(sys.argv[:1])
            stacks = StallStacks(chosen.stacks)
            atexit.register(stacks.stop)
        with contextlib.redirect_stdout(io.StringIO()):
            figures = STAGES[chosen.stage](locate_project(chosen.folder))
        print(json.dumps(figures))
        return 0
    with tempfile.TemporaryDirectory(prefix="cdul-million-") as home:
        os.environ.update(
            CDUL_DATA=f"{home}/data", CDUL_CACHE=f"{home}/cache", XDG_CONFIG_HOME=f"{home}/config"
        )
        folder = (chosen.folder or Path(home) / "photos").absolute()
        location = make_project(folder, chosen.photos, chosen.classes)
        print(f"{'':<50}{'seconds':>10}{'processor':>10}")
        missed = 0
        for stage in chosen.only:
            if stage == "cold":
                drop_from_cache(location.database)
            if stage in STAGES:
                for name, values in run_stage(stage, folder, stacks=chosen.stacks).items():
                    missed += not tell(stage, name, tuple(values))
                continue
            for words in (("info", "--json"), ("export", "--format", "csv", "--output")):
                output = [f"{home}/labels.csv"] if words[-1] == "--output" else []
                seconds, used, peak = run_command(words[0], str(folder), *words[1:], *output)
                missed += not tell("cli", f"{words[0]}, s", (seconds, used))
                missed += not tell("cli", f"memory, MB: {words[0]}", (peak,))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
