"""Loading beforehand what a project, and its first job, would hold the window for."""

import ctypes
import os
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from cdul_app import desktop

_TURN_MS = 10
# What others are made of comes first, so that no turn is long.
_ROOMS = (
    "look", "widgets", "fields", "overlays", "keys", "session", "encoders", "panels", "navigator",
    "images", "photo", "pages", "finding", "library", "collection", "exchange", "steps", "desktop",
)  # fmt: skip
_PLOTS = ("plots", "_plot", "_curves")  # their library holds the window for 0.2 s
_PROJECT_MODULES = (
    "cdul_app.photos.pixels.small_pictures",
    "cdul_app.project.project",
    "cdul_app.tasks.score_and_train",
    "cdul_app.tasks.search",
    "cdul_app.tasks.export",
    "cdul_app.tasks.backups",
)


@cache
def warm_up() -> None:
    """Once a process, when a project is opened: returns at once.

    The library of plots is not loaded so: it makes Qt's classes, which crashes beside a window that
    makes its own, and on the window's thread it would hold that for a drawing few ask for.
    """
    Thread(target=load_torch_libraries, name="warm up").start()


@cache
def load_ahead() -> None:
    """Once a process, when the window is painted: returns at once.

    What makes Qt's classes is loaded on the window's thread, a little at a time.
    """
    projects = Thread(target=_load_projects, name="load ahead")
    projects.start()
    _WidgetModules(projects, QCoreApplication.instance())


def _load_projects() -> None:
    """What opening a project needs beside widgets, and the panels of the first one ask for."""
    for name in _PROJECT_MODULES:
        import_module(name)
    from cdul_app.project.labeling.encoder_states import look_for_encoders

    look_for_encoders()


class _WidgetModules(QObject):
    """Imports a module at each turn, once `after` has ended, then goes."""

    def __init__(self, after: Thread, parent: QObject | None) -> None:
        super().__init__(parent)
        self._after = after  # what both import, the window would have to wait for
        found = walk_packages(desktop.__path__, f"{desktop.__name__}.")
        modules = (each.name for each in found if not each.ispkg)
        self._left = sorted(
            (name for name in modules if not name.endswith(_PLOTS)),
            key=lambda name: _ROOMS.index(name.split(".")[-2]),
        )
        self._timer = QTimer(self, interval=_TURN_MS)
        self._timer.timeout.connect(self._load_next)
        self._timer.start()

    def _load_next(self) -> None:
        if self._after.is_alive():
            return
        if self._left:
            import_module(self._left.pop(0))
        else:
            self._timer.stop()
            self.deleteLater()


def load_torch_libraries() -> bool:
    """Load the shared libraries of torch, not torch itself; whether there was anything to load.

    Python's import would load them all the same, but with its lock held: the window would not
    answer for half a second.  A function that ctypes calls runs without the lock.
    """
    if sys.platform == "win32" or "torch" in sys.modules:
        return False  # on Windows torch is imported before Qt
    found = find_spec("torch")
    if found is None or found.origin is None:
        return False
    suffix = "dylib" if sys.platform == "darwin" else "so"
    names = (f"libtorch_global_deps.{suffix}", f"libtorch.{suffix}")
    libraries = [Path(found.origin).parent / "lib" / name for name in names]
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]
    mode = os.RTLD_LAZY | os.RTLD_LOCAL
    # What cannot be loaded here is for the import to complain about.
    loaded = [load(os.fsencode(file), mode) for file in libraries if file.is_file()]
    return any(loaded)
