"""Real windows, settings of their own, and pictures of them in both themes."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QEventLoop,
    QSettings,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from cdul_app.desktop.images.image_loader import ImageLoader
from cdul_app.desktop.library.finding.filter_bar import FilterBar
from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.settings import WindowSettings
from cdul_app.events import EpochFinished
from cdul_app.project.finding.photo_filter import LabelWanted, SortKey
from tests.desktop.layout_faults import layout_faults

WINDOW_SIZES = ((1280, 800), (911, 512), (1920, 1080))  # 911: a laptop's screen at 150 %

Screenshot = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to tell a window's minimum size to."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, qapp: QApplication) -> Iterator[None]:
    """No test reads or writes what the user's own window remembers."""
    names = QCoreApplication.organizationName(), QCoreApplication.applicationName()
    QCoreApplication.setOrganizationName("cdul_app")
    QCoreApplication.setApplicationName("cdul_app")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings")
    )
    for name in ("class", "photo"):  # else they would be told in every test
        WindowSettings().add_hint_seen(name)
    theme_manager().choose(ThemeChoice.LIGHT)
    yield
    # What was closed goes now: left alive, each theme change would restyle it too.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.setOrganizationName(names[0])
    QCoreApplication.setApplicationName(names[1])


@pytest.fixture(autouse=True)
def garbage_on_this_thread() -> Iterator[None]:
    """As in the app: a worker that collects would destroy widgets of closed windows."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture
def new_session(qtbot, photo_folder: Path) -> Iterator[ProjectSession]:
    """Six photos that were found and nothing else: no class, no score."""
    session = ProjectSession.open_folder(photo_folder)
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    yield session
    session.close()


@pytest.fixture
def window(qtbot) -> MainWindow:
    """The real window, shown; in the end a job that runs is stopped, and it is closed."""
    window = MainWindow()
    qtbot.addWidget(window, before_close_func=MainWindow.close_project)
    window.show()
    return window


@pytest.fixture
def demo_window(qtbot, window: MainWindow, demo_folder: Path) -> MainWindow:
    """The window on a copy of the scored and trained demo, at 1280x800."""
    window.resize(1280, 800)
    window.open_folder(demo_folder)
    assert window.view is not None
    window.view.session.project.truth.load(demo_folder / "truth.csv")
    return window


@pytest.fixture
def answering() -> Iterator[Callable[[Callable[[QWidget], None]], None]]:
    """Call with what to do to the next dialog; it is an error if none was opened."""
    met: list[str] = []
    wanted: list[Callable[[QWidget], None]] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            timer.start()
            return
        met.append(dialog.windowTitle())
        try:
            wanted[-1](dialog)
        finally:
            dialog.close()

    timer = QTimer(singleShot=True, interval=10)
    timer.timeout.connect(look)

    def answer(act: Callable[[QWidget], None]) -> None:
        wanted.append(act)
        timer.start()

    yield answer
    timer.stop()
    assert len(met) == len(wanted), "a dialog was expected and did not come"


def session_of(window: MainWindow) -> ProjectSession:
    assert window.view is not None
    return window.view.session


def start_long_training(qtbot, window: MainWindow, slow_training) -> ProjectSession:
    """Minutes, unless it is cancelled."""
    session = session_of(window)
    with qtbot.waitSignal(
        session.jobs.event_sent,
        timeout=60_000,
        check_params_cb=lambda event: isinstance(event, EpochFinished),
    ):
        session.jobs.start_training(slow_training(5000))
    return session


def choose_class(bar: FilterBar, column: int | None) -> None:
    """Make a class current, and show all photos by their names all the same."""
    bar.show_class(column, LabelWanted.ANY)
    bar.sort_by(SortKey.NAME)


def settle(widget: QWidget) -> None:
    """Let layouts ask for another one, plots be made one by one, and photos be decoded."""
    for _ in range(10):
        QApplication.processEvents()
    loaders = widget.findChildren(ImageLoader)
    clock = QElapsedTimer()
    clock.start()
    while any(not loader.is_idle for loader in loaders) and clock.elapsed() < 10_000:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    QApplication.processEvents()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Iterator[Screenshot]:
    """Call with a widget and a name: paints it in both themes, and saves that with --screenshots.

    A whole window is painted small and large, another widget at its own size or at `size` (width,
    height).  Nothing in it may be cut off or lie over something else.
    """
    folder = request.config.getoption("--screenshots")

    def take(widget: QWidget, name: str, *, size: tuple[int, int] | None = None) -> None:
        sizes = WINDOW_SIZES if isinstance(widget, QMainWindow) and size is None else (size,)
        for wanted in sizes:
            if wanted is not None:
                widget.resize(*wanted)
            widget.show()
            suffix = "" if wanted == sizes[0] else f"-{wanted[0]}x{wanted[1]}"
            for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
                theme_manager().choose(choice)
                settle(widget)
                picture = widget.grab()
                assert not picture.isNull()
                assert layout_faults(widget) == []
                if folder is not None:
                    folder.mkdir(parents=True, exist_ok=True)
                    assert picture.save(str(folder / f"{name}{suffix}-{choice.value}.png"))
        if len(sizes) > 1:
            widget.resize(*WINDOW_SIZES[0])
        theme_manager().choose(ThemeChoice.LIGHT)

    yield take
    theme_manager().choose(ThemeChoice.LIGHT)


@pytest.fixture
def keep(qtbot, trained_session):
    """Call with a panel over `trained_session`; returns the panel.  It is released before its
    session closes, as the window does it."""
    kept = []

    def keep_panel(panel):
        qtbot.addWidget(panel)
        kept.append(panel)
        return panel

    yield keep_panel
    for panel in kept:
        panel.release()
