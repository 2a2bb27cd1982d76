"""The entry points, and what each decides to start."""

import os
import signal
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import cdul_app.desktop.app
import cdul_app.desktop.language_choice
from cdul_app.__main__ import main, main_gui
from tests.conftest import REPOSITORY

SCRIPT = Path(sys.executable).parent / "cdul-app"


@pytest.mark.parametrize(
    "start",
    [
        [sys.executable, str(REPOSITORY / "main.py")],
        [sys.executable, "-m", "cdul_app"],
        [str(SCRIPT)],
    ],
    ids=["main.py", "module", "script"],
)
def test_every_way_to_start_is_the_same_program(start: list[str], tmp_path: Path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*start, *arguments],
            cwd=REPOSITORY,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    version = run("--version")
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout == f"cdul-app {metadata.version('cdul-app')}\n"
    absent = run("info", str(tmp_path / "absent"))
    assert (absent.returncode, absent.stdout) == (1, "")
    assert absent.stderr.count("\n") == 1
    assert run("encoders", "fetch").returncode == 2


def test_the_installed_entry_points_are_there():
    scripts = {
        (script.group, script.name): script.load()
        for script in metadata.distribution("cdul-app").entry_points
    }
    assert scripts == {
        ("console_scripts", "cdul-app"): main,
        ("gui_scripts", "cdul-app-gui"): main_gui,
    }


class Window:
    """Stands in for the window; remembers what it was asked to show."""

    def __init__(self) -> None:
        self.shown: list[tuple[Any, ...]] = []

    def __call__(self, folder: Path | None = None, **settings: Any) -> int:
        self.shown.append((folder, settings))
        return 0


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    stand_in = Window()
    monkeypatch.setattr(cdul_app.desktop.language_choice, "name_the_app", lambda: None)
    monkeypatch.setattr(cdul_app.desktop.app, "run_app", stand_in)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return stand_in


def test_the_window_is_what_starts_without_a_command(window: Window, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    assert main([]) == 0
    assert main(["photos", "--project", "a.sqlite"]) == 0
    assert main(["demo"]) == 0
    assert main(["demo", "--into", "mine"]) == 0
    assert window.shown == [
        (None, {"database": None}),
        (tmp_path / "photos", {"database": tmp_path / "a.sqlite"}),
        (None, {"demo": True, "demo_into": None}),
        (None, {"demo": True, "demo_into": tmp_path / "mine"}),
    ]


def test_the_entry_point_without_a_terminal(window: Window, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["cdul-app-gui"])
    assert main_gui() == 0
    assert len(window.shown) == 1


@pytest.fixture
def no_screen(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_screen_the_window_is_refused_in_words(no_screen, window: Window, capsys):
    assert main([]) == 1  # where Qt would abort the process
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("There is no screen for the window")
    assert window.shown == []


def test_without_a_screen_the_demo_prints_its_result(no_screen, window, tmp_path: Path, capsys):
    assert main(["demo", "--into", str(tmp_path / "demo")]) == 0
    assert "Initial pseudo label" in capsys.readouterr().out
    assert window.shown == []


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_any_kind_of_screen_will_do(no_screen, window: Window, monkeypatch, name: str):
    monkeypatch.setenv(name, "wayland-0")
    assert main([]) == 0
    assert len(window.shown) == 1


def test_a_qt_that_lacks_its_libraries_is_told(window: Window, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)  # its import then fails
    assert main([]) == 1
    told = capsys.readouterr().err
    assert told.startswith("The window cannot start (")
    assert "the commands of cdul-app --help work without it" in told


@pytest.mark.skipif(sys.platform == "win32", reason="signals of a terminal are another thing there")
@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_as_its_button_does(name, tmp_path: Path):
    program = (
        "from PySide6.QtCore import QTimer\n"
        "from cdul_app.desktop import main_window\n"
        "shown = main_window.MainWindow.showEvent\n"
        "def show(window, event):\n"
        "    shown(window, event)\n"
        "    QTimer.singleShot(0, lambda: print('shown', flush=True))\n"
        "main_window.MainWindow.showEvent = show\n"
        "from cdul_app.__main__ import main\n"
        "raise SystemExit(main([]))\n"
    )
    home = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=REPOSITORY, env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "shown\n"
        process.send_signal(name)
        assert process.wait(timeout=60) == 0
