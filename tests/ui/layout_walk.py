"""Every page of the window, in both themes and at three sizes: what a designer would call broken.

`python -m tests.ui.layout_walk FOLDER [--pictures DIR] [--language de]` prints one fault a line.  A
process of its own, since `QT_SCALE_FACTOR` and the language are read once.  Pages are asked for,
not listed: a panel that is new is walked, too.
"""

import argparse
import json
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QPoint, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QWidget,
)

from cdul_app.language import ENGLISH, use_language
from cdul_app.paths import resources_dir

SIZES = ((1024, 700), (1280, 800), (1920, 1080))
SENTENCE = "A sentence of some length that tells what has happened and what to do next. " * 2
_LATE_MS = 3_000
_STAYS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit)  # where hands and eyes are
Place = tuple[str, Callable[[], object]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--language", default=ENGLISH)
    arguments = parser.parse_args()
    use_language(arguments.language, resources_dir() / "languages")
    with own_app():
        faults = LayoutWalk(arguments.folder, arguments.pictures).faults()
    print("\n".join(faults))
    return 0


@contextmanager
def own_app() -> Iterator[QApplication]:
    """One that knows nothing of the user's, on a large screen."""
    with TemporaryDirectory(prefix="cdul-walk-") as home:
        os.environ["CDUL_DATA"], os.environ["CDUL_CACHE"] = f"{home}/data", f"{home}/cache"
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_large_screen(Path(home))}"
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, f"{home}/settings")
        app = QApplication(sys.argv[:1])
        app.setApplicationName("cdul_app")
        app.setOrganizationName("cdul_app")
        yield app


def _large_screen(home: Path) -> Path:
    """The offscreen platform's own is smaller than the window."""
    scale = float(os.environ.get("QT_SCALE_FACTOR", "1"))
    file = home / "screen.json"
    screen = {
        "name": "large", "x": 0, "y": 0, "width": round(1920 * scale),
        "height": round(1120 * scale), "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1.0,
    }  # fmt: skip
    file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    return file


class Walk(ABC):
    """Goes to every page, panel and dialog of a project's window and looks at it."""

    def __init__(self, folder: Path) -> None:
        from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
        from cdul_app.desktop.main_window import MainWindow

        self._themes = (ThemeChoice.DARK, ThemeChoice.LIGHT)
        self._choose_theme = theme_manager().choose
        self._choose_theme(ThemeChoice.LIGHT)
        self.window = MainWindow()
        self.window.show()
        self.window.open_folder(folder)
        assert self.window.view is not None
        self.view = self.window.view
        truth = folder / "truth.csv"
        if truth.is_file():
            self.view.session.project.truth.load(truth)
        self._found: list[str] = []

    def faults(self) -> list[str]:
        """Each once, with the first page, theme and size it was met at."""
        for name, go in self._pages():
            go()
            self._look_at(self.window, name)
        for name, dialog in self._dialogs():
            dialog.show()
            self._look_at(dialog, name)
            dialog.close()
            dialog.deleteLater()
        self.window.close_project()
        self._look_at(self.window, "start page")
        self.window.close()
        return self._found

    def _note(self, where: str, faults: list[str]) -> None:
        for fault in faults:
            if not any(noted.endswith(f": {fault}") for noted in self._found):
                self._found.append(f"{where}: {fault}")

    @abstractmethod
    def _look_at(self, shown: QWidget, name: str) -> None:
        """Notes what is wrong with it."""

    # ---- where one can be ----

    def _pages(self) -> Iterator[Place]:
        from cdul_app.desktop.widgets.disclosure import Disclosure
        from cdul_app.project.checking.question_round import QuestionPurpose

        view, library = self.view, self.view.library
        choose = view.session.current_class.choose
        side = library.side_panel
        yield "photos", view.show_library
        for panel_name, panel in side.panels.items():
            yield f"panel {panel_name}", lambda shown=panel_name: side.show_panel(shown)
            folded = [each for each in panel.findChildren(Disclosure) if each.isVisible()]
            for each in folded:
                each.set_open(True)
            if folded:
                yield f"panel {panel_name}, unfolded", lambda: None
        yield "class", lambda: choose(0)
        yield "class review", library.toggle_class_review
        library.toggle_class_review()
        choose(None)
        yield "photo", lambda: view.open_photo(0)
        yield "comparison", view.photo.stage.toggle_comparison
        view.photo.stage.toggle_comparison()
        for purpose in QuestionPurpose:
            yield f"questions, {purpose}", lambda asked=purpose: view.ask(asked, 0)
        yield "collection", view.show_collection
        yield "best parts", view.show_wall
        view.show_library()

    def _dialogs(self) -> Iterator[tuple[str, QDialog]]:
        from cdul_app.desktop.backups_dialog import BackupsDialog
        from cdul_app.desktop.help_dialog import HelpDialog
        from cdul_app.desktop.keys.key_reference import KeyReference
        from cdul_app.desktop.settings_dialog import SettingsDialog

        yield "keys", KeyReference(self.window)
        yield "settings", SettingsDialog(self.window)
        yield "help", HelpDialog("Getting started", self.window)
        location = self.view.session.project.location
        yield "backups", BackupsDialog(location, lambda: None, parent=self.window)


class LayoutWalk(Walk):
    def __init__(self, folder: Path, pictures: Path | None) -> None:
        super().__init__(folder)
        self._pictures = pictures

    def _look_at(self, shown: QWidget, name: str) -> None:
        from tests.desktop.layout_faults import layout_faults

        sizes = SIZES if shown is self.window else ((shown.width(), shown.height()),)
        for theme in self._themes:
            self._choose_theme(theme)
            for size in sizes:
                shown.resize(*size)
                _settle()
                where = f"{name}, {theme.value}, {size[0]}x{size[1]}"
                self._note(where, _lasting(lambda: layout_faults(shown)))
                if (shown.width(), shown.height()) != size:
                    self._note(where, [f"the window is {shown.width()}x{shown.height()}"])
                if self._pictures is not None:
                    self._pictures.mkdir(parents=True, exist_ok=True)
                    shown.grab().save(str(self._pictures / f"{where}.png".replace("/", " ")))
            # What does not depend on colours is looked at once.
            if theme is self._themes[-1]:
                self._note(f"{name}, lists", self._cut_popups(shown))
                self._note(f"{name}, messages", _lasting(lambda: self._moved(shown)))

    def _cut_popups(self, shown: QWidget) -> list[str]:
        faults = []
        for box in shown.findChildren(QComboBox):
            if not box.isVisible() or not box.isEnabled() or not box.count():
                continue
            box.showPopup()
            _settle()
            view = box.view()
            room = box.screen().availableGeometry()
            wanted = view.sizeHintForColumn(0)
            if not room.contains(view.window().geometry()):
                faults.append(f"the list of {box.accessibleName()!r} is off the screen")
            if view.viewport().width() < min(wanted, room.width() - 100):
                faults.append(
                    f"the list of {box.accessibleName()!r} is {view.viewport().width()} wide and "
                    f"needs {wanted}"
                )
            box.hidePopup()
        return faults

    def _moved(self, shown: QWidget) -> list[str]:
        """What does not stay where it is when something is told."""
        from cdul_app.desktop.widgets.message import Message, Notice, Tone

        tellers: list[tuple[str, Message]] = [("the window's notice", self.window.messages)]
        tellers += [
            (f"a message in {each.parentWidget().accessibleName() or 'a panel'}", each)
            for each in shown.findChildren(Message)
            if each is not self.window.messages
            and each.property("role") != "message-bar"  # stands while the project is open
            and each.isHidden()
            and each.parentWidget() is not None
            and each.parentWidget().isVisible()
        ]
        faults = []
        for name, message in tellers:
            message.clear()
            _settle()
            before = _places(shown)
            message.show_notice(Notice(SENTENCE, Tone.ERROR))
            _settle()
            after = _places(shown)
            moved = [
                type(widget).__name__
                for widget, place in before.items()
                if widget in after and after[widget] != place and not message.isAncestorOf(widget)
            ]
            if moved:
                faults.append(f"{name} moves {len(moved)} widgets ({', '.join(moved[:3])} …)")
            message.clear()
        return faults + self._moved_by_errors(shown)

    def _moved_by_errors(self, shown: QWidget) -> list[str]:
        """A field that is wrong says so where its help stood."""
        from cdul_app.desktop.widgets.fields.form_row import FormRow

        faults = []
        for row in shown.findChildren(FormRow):
            if not row.isVisible() or row.error:
                continue
            before = _places(shown)
            row.set_error("A number of at least 1 is wanted here.")
            _settle()
            after = _places(shown)
            if any(after.get(widget, place) != place for widget, place in before.items()):
                faults.append(f"an error of {row.title.text()!r} moves what is below it")
            row.set_error("")
            _settle()
        return faults


def _places(shown: QWidget) -> dict[QWidget, QPoint]:
    """Where each thing that one works with stands on the screen."""
    return {
        widget: widget.mapTo(shown, QPoint(0, 0))
        for kind in _STAYS
        for widget in shown.findChildren(kind)
        if widget.isVisible() and QRect(QPoint(0, 0), shown.size()).intersects(
            QRect(widget.mapTo(shown, QPoint(0, 0)), widget.size())
        )
    }  # fmt: skip


def _lasting(look: Callable[[], list[str]]) -> list[str]:
    """What is still so when figures that are computed meanwhile have come."""
    clock = QElapsedTimer()
    clock.start()
    while (faults := look()) and clock.elapsed() < _LATE_MS:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)
        _settle()
    return faults


def _settle() -> None:
    for _ in range(4):
        QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert QGuiApplication.instance() is not None


if __name__ == "__main__":
    raise SystemExit(main())
