import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

CODE = """
import sys
from cdul_app.desktop.warm_up import load_torch_libraries
assert load_torch_libraries() == (sys.platform != "win32")
assert "torch" not in sys.modules
import torch
assert torch.ones(2).sum() == 2
assert not load_torch_libraries()
"""


def test_torch_works_when_its_libraries_were_loaded_before():
    """In a process of its own: here torch is imported already."""
    ended = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr


WINDOW = """
import ctypes, os, sys, threading, time
from importlib.util import find_spec
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cdul_app.desktop.main_window import MainWindow

def is_loaded(name):
    try:
        ctypes.CDLL(str(library / name), mode=os.RTLD_LAZY | os.RTLD_NOLOAD)
    except OSError:
        return False
    return True

library = Path(find_spec("torch").origin).parent / "lib"
name = "libtorch.dylib" if sys.platform == "darwin" else "libtorch.so"
application = QApplication([])
window = MainWindow()
assert not is_loaded(name)
window.open_folder(Path(sys.argv[1]))
for thread in threading.enumerate():
    if thread.name == "warm up":
        thread.join()
assert is_loaded(name)
clock = time.monotonic()
while time.monotonic() < clock + 1:
    application.processEvents()
# Plots make Qt's classes, as the window does meanwhile, and would hold it: at first need only.
assert not {"pyqtgraph", "torch"} & set(sys.modules)
window.close_project()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there torch is imported before Qt")
def test_a_project_that_is_opened_warms_up_what_its_jobs_need(photo_folder: Path):
    ended = subprocess.run(
        [sys.executable, "-c", WINDOW, str(photo_folder)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr


SHOWN = """
import sys, time
from PySide6.QtWidgets import QApplication
from cdul_app.desktop.main_window import MainWindow

application = QApplication([])
window = MainWindow()
window.show()
heavy = {"numpy", "sqlite_utils", "PIL", "torch", "pyqtgraph"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
needed = {"cdul_app.desktop.project_view", "cdul_app.desktop.exchange.import_dialog",
          "cdul_app.project.project", "cdul_app.tasks.score_and_train"}
end = time.monotonic() + 60
while needed - set(sys.modules) and time.monotonic() < end:
    application.processEvents()
assert not needed - set(sys.modules)
while any(type(each).__name__ == "_WidgetModules" for each in application.children()):
    assert time.monotonic() < end
    application.processEvents()
assert not {"pyqtgraph", "torch"} & set(sys.modules)
"""


def test_the_window_is_there_before_what_a_project_needs_which_is_loaded_then():
    ended = subprocess.run(
        [sys.executable, "-c", SHOWN],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
