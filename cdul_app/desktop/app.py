"""Starting the window."""

import logging
import signal
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.garbage import GarbageCollector
from cdul_app.desktop.language_choice import translate_qt
from cdul_app.desktop.look.icons import application_icon
from cdul_app.desktop.look.theme import theme_manager
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.message import Notice, Tone
from cdul_app.errors import UserError, exhausted_machine, technical
from cdul_app.language import tr
from cdul_app.paths import APP_NAME, log_file

DESKTOP_FILE = "app.cdul_app.cdul_app"  # by it Wayland finds the window's icon, resources/linux
SWITCH_SECONDS = 0.001  # the window waits this long for a job's thread, not Python's 5 ms

_log = logging.getLogger(APP_NAME)


def run_app(
    folder: Path | None = None,
    *,
    database: Path | None = None,
    demo: bool = False,
    demo_into: Path | None = None,
) -> int:
    """Show the window until it is closed.  Returns the exit status."""
    _start_log()
    QGuiApplication.setDesktopFileName(DESKTOP_FILE)
    app = QApplication(sys.argv[:1])
    translate_qt(app)
    app.setWindowIcon(application_icon())
    garbage = prepare_interpreter(app)
    theme_manager().choose(WindowSettings().theme)
    window = MainWindow()
    window.project_gone.connect(garbage.collect_closed_project)
    _show_bugs_in(window)
    # Ctrl-C in the terminal and a system that shuts down close it as its button does. Python runs
    # the handler when it next gets a turn, within one interval of the garbage collector.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, window.close))
    window.show()
    # Once the window is painted, so that it is there before anything is read.
    if demo:
        QTimer.singleShot(0, lambda: window.open_demo(demo_into))
    elif folder is not None:
        QTimer.singleShot(0, lambda: window.open_folder(folder, database))
    return app.exec()


def prepare_interpreter(app: QCoreApplication) -> GarbageCollector:
    """Let the window answer while jobs compute."""
    sys.setswitchinterval(SWITCH_SECONDS)
    return GarbageCollector(app)


def _start_log() -> None:
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log_file(), maxBytes=1_000_000, backupCount=2)
    except OSError:  # a home that cannot be written is no reason not to start
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def _show_bugs_in(window: MainWindow) -> None:
    """An exception that nothing expected: its traceback to the log, a sentence to the person.

    What a person can mend, and no part of the window has told, is told alone.
    """

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, UserError):
            window.messages.show_notice(Notice(str(error), Tone.ERROR, details=error.details))
            return
        _log.error("uncaught", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        sentence = exhausted_machine(error) or (
            tr("Something went wrong inside the app. What it was is in {file}.", file=log_file())
        )
        window.messages.show_notice(Notice(sentence, Tone.ERROR, details=technical(error)))

    sys.excepthook = show
