"""Names of classes, photos, folders and projects are shown as they are, wherever they are shown."""

import ast
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QTableView,
    QWidget,
)

import cdul_app.desktop
from cdul_app.desktop.look.plain_text import plain_tip, plain_title, without_mnemonic
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.widgets.message import Tone
from cdul_app.events import Skipped, Started
from cdul_app.paths import locate_project
from cdul_app.project.checking.question_round import QuestionPurpose
from cdul_app.storage.project_store import ProjectStore
from tests.desktop.conftest import choose_class, settle

NAME = "<img src=x.png> R&D"
_MOST_ROWS = 30  # of a view: the names come first
_TIP = Qt.ItemDataRole.ToolTipRole


@pytest.fixture
def odd_folder(scored_photos_folder: Path, tmp_path: Path) -> Path:
    """A scored project whose folder, first photo and first class have the name."""
    folder = tmp_path / NAME
    shutil.copytree(scored_photos_folder, folder)
    with ProjectStore(locate_project(folder).database) as store:
        photo = store.photos.all()[0]
        (folder / photo.path).rename(folder / f"{NAME}.jpg")
        execute = store._database.execute
        execute("UPDATE photos SET path = ? WHERE id = ?", [f"{NAME}.jpg", photo.identifier])
        execute("UPDATE classes SET name = ? WHERE position = 0", [NAME])
    return folder


class Seen:
    """Where the name was met; it fails where it is not shown as it is."""

    def __init__(self) -> None:
        self.places: set[str] = set()

    def look(self) -> None:
        for widget in QApplication.allWidgets():
            where = f"{type(widget).__name__} {widget.objectName()}"
            self.tip(f"tooltip of {where}", widget.toolTip())
            if isinstance(widget, QLabel) and self.has_name("label", widget.text()):
                assert widget.textFormat() is Qt.TextFormat.PlainText, widget.text()
                assert widget.buddy() is None, widget.text()
            if isinstance(widget, QAbstractButton):
                self.plain_letters("button", widget.text())
            if isinstance(widget, QAbstractItemView) and widget.model() is not None:
                self.view(widget)
            for action in widget.actions():
                self.action(action)

    def action(self, action: QAction) -> None:
        self.plain_letters("action", action.text())
        self.tip("tooltip of an action", action.toolTip())

    def view(self, view: QAbstractItemView) -> None:
        model = view.model()
        for row in range(min(_MOST_ROWS, model.rowCount())):
            for column in range(model.columnCount() if isinstance(view, QTableView) else 1):
                index = model.index(row, column)
                self.tip(f"cell of {type(view).__name__}", index.data(_TIP))
        if isinstance(view, QTableView):
            for way, count in (
                (Qt.Orientation.Horizontal, model.columnCount()),
                (Qt.Orientation.Vertical, min(_MOST_ROWS, model.rowCount())),
            ):
                for section in range(count):
                    self.tip("header", model.headerData(section, way, _TIP))

    def tip(self, where: str, text: object) -> None:
        """As Qt would show it, where it may take it for markup."""
        if not isinstance(text, str) or ("<" not in text and "&lt;" not in text):
            return
        document = QTextDocument()
        document.setHtml(text)
        shown = document.toPlainText()
        assert "\N{OBJECT REPLACEMENT CHARACTER}" not in shown, f"{where}: {text}"
        assert self.has_name(where, shown), f"{where}: {text}"

    def plain_letters(self, where: str, text: str) -> None:
        if self.has_name(where, text.replace("&&", "&")):
            assert "&" not in text.replace("&&", ""), f"{where}: {text}"

    def has_name(self, where: str, text: str) -> bool:
        found = "<img" in text
        if found:
            self.places.add(where.split()[0])
        return found


def test_names_are_plain_wherever_the_window_shows_them(qtbot, window: MainWindow, odd_folder):
    seen = Seen()
    window.resize(1280, 800)
    window.open_folder(odd_folder)
    view = window.view
    assert view is not None
    session, library = view.session, view.library
    assert session.project.classes[0].name == NAME
    choose_class(library.filter_bar, 0)
    for name in library.side_panel.panels:
        library.side_panel.show_panel(name)
        settle(window)
        seen.look()
    library.side_panel.other_folder.folder.set_path(odd_folder)
    library.filter_bar.text.setText(f'label:"{NAME}"')
    library.filter_bar.finder.put_query(library.filter_bar.text.text())
    library.filter_bar.open_score_range()
    seen.look()
    library.filter_bar.score_popup.hide()
    library.filter_bar.saved_popup.name.setText(NAME)
    library.filter_bar.saved_popup._save()
    library.filter_bar.saved_popup.open_below(library.filter_bar.saved)
    seen.look()
    library.filter_bar.saved_popup.hide()
    library.filter_bar.finder.put_query(f"score({NAME})>")
    seen.look()
    library.filter_bar.clear()
    library.toggle_class_review()
    seen.look()
    library.toggle_class_review()
    view.open_photo(0)
    view.photo.header.compare.setChecked(True)
    settle(window)
    seen.look()
    view.ask(QuestionPurpose.CALIBRATION, 0)
    settle(window)
    seen.look()
    view.show_collection()
    settle(window)
    seen.look()
    view.show_wall()
    qtbot.waitUntil(lambda: not view.wall.search.is_running, timeout=20_000)
    seen.look()
    for event in (Started(NAME, unit=""), Skipped(NAME, NAME)):
        session.jobs.event_sent.emit(event)
    seen.look()
    view.say.emit(NAME, Tone.ERROR)
    seen.look()
    assert seen.places == {"tooltip", "label", "button", "cell", "header"}


def test_where_no_project_is_open_names_are_plain_too(window: MainWindow, odd_folder, tmp_path):
    seen = Seen()
    window.open_folder(odd_folder)
    window.close_project()
    window.recent_menu.aboutToShow.emit()
    window.open_folder(tmp_path / f"{NAME} that is gone")
    seen.look()
    assert {"button", "action", "label", "tooltip"} <= seen.places


# ---- the helpers ----


def test_only_what_qt_might_read_as_markup_is_escaped():
    assert plain_tip("a < b\nc & d").startswith("<p ")
    assert plain_tip("R&D") == "R&D"
    document = QTextDocument()
    for text in ("<b>bold</b>", "&lt;b&gt;", "a\n  <i>b</i>", "<?xml?>"):
        document.setHtml(plain_tip(text))
        assert document.toPlainText() == text


def test_a_letter_after_an_ampersand_is_not_underlined(qtbot):
    assert without_mnemonic("R&D && more") == "R&&D &&&& more"


def test_a_title_keeps_its_stars(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setWindowTitle(plain_title("holiday [*]"))
    widget.show()
    assert widget.windowHandle().title() == "holiday [*]"


# ---- nothing goes past them ----


def modules() -> list[Path]:
    return sorted(Path(cdul_app.desktop.__file__).parent.rglob("*.py"))


def calls(file: Path) -> list[tuple[str, ast.Call]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(ast.unparse(call.func).rpartition(".")[2], call) for call in found]


def is_plain(text: ast.expr) -> bool:
    """Fixed, or escaped, or the one or the other."""
    if isinstance(text, ast.IfExp):
        return is_plain(text.body) and is_plain(text.orelse)
    called = ast.unparse(text.func) if isinstance(text, ast.Call) else ""
    fixed = called == "tr" and isinstance(text, ast.Call) and not text.keywords
    return isinstance(text, ast.Constant) or fixed or called == "plain_tip"


@pytest.mark.parametrize("file", modules(), ids=lambda file: file.stem)
def test_labels_and_tooltips_are_made_where_they_are_plain(file: Path):
    for name, call in calls(file):
        line = f"{file.name}:{call.lineno}"
        if name == "QLabel":
            assert file.name == "labels.py", f"{line}: use widgets.labels.label"
        if name in ("setToolTip", "setStatusTip", "setWhatsThis"):
            assert is_plain(call.args[0]), f"{line}: use plain_tip"
        if name == "showText":
            assert is_plain(call.args[1]), f"{line}: use plain_tip"
        if name == "setItemData" and "ToolTipRole" in ast.unparse(call):
            assert is_plain(call.args[1]), f"{line}: use plain_tip"
        if name in ("setTextFormat", "setHtml", "appendHtml", "insertHtml", "setMarkdown"):
            assert file.name in ("labels.py", "elided_label.py", "help_dialog.py"), line
        boxes = ("about", "information", "warning", "critical", "question", "QMessageBox")
        if name in boxes and not ast.unparse(call.func).startswith("_log."):
            assert file.name == "help_dialog.py", f"{line}: QMessageBox reads markup"
