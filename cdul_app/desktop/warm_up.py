"""Loading beforehand what the first job would hold the window for."""

import ctypes
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from cdul_app.project.labeling import encoder_states


@cache
def warm_up() -> None:
    """Once a process, when a project is opened: returns at once.

    The library of plots is not loaded so: it makes Qt's classes, which crashes beside a window that
    makes its own, and on the window's thread it would hold that for a drawing few ask for.
    """
    Thread(target=load_torch_libraries, name="warm up").start()


@cache
def look_for_encoders() -> None:
    """Once a process, when the window is made: the panels of the first project ask for this."""
    Thread(target=encoder_states.look_for_encoders, name="look for encoders").start()


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
