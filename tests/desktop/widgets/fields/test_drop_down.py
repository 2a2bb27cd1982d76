import ast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

from cdul_app.desktop.widgets.fields.drop_down import DropDown
from tests.desktop.conftest import settle
from tests.desktop.test_plain_text import calls, modules

NAMES = [f"a class of things with quite a long name, number {place}" for place in range(80)]


@pytest.fixture
def box(qtbot) -> DropDown:
    box = DropDown()
    qtbot.addWidget(box)
    box.resize(120, 30)
    yield box
    box.hidePopup()


@pytest.mark.parametrize("entries", [["a", "b"], NAMES, ["x" * 400]], ids=["few", "many", "wide"])
@pytest.mark.parametrize("corner", ["left", "right"])
def test_the_list_is_whole_and_inside_the_screen(box, entries, corner):
    box.addItems(entries)
    screen = box.screen().availableGeometry()
    right = screen.bottomRight() - QPoint(120, 30)
    box.move(screen.topLeft() if corner == "left" else right)
    box.show()
    box.showPopup()
    settle(box)
    view = box.view()
    assert screen.contains(view.window().frameGeometry())
    bar = view.verticalScrollBar()
    assert view.verticalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOn
    room = view.viewport().width()
    if len(entries[0]) < 100:
        assert room >= view.sizeHintForColumn(0)
    assert bar.maximum() == 0 or len(entries) > box.maxVisibleItems()
    assert view.window().height() < screen.height()


def test_every_box_of_the_window_is_one():
    for file in modules():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        bases = [
            ast.unparse(base)
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        ]
        made = [name for name, _ in calls(file)]
        if file.name != "drop_down.py":
            assert "QComboBox" not in (*made, *bases), f"{file}: use widgets.drop_down"


def test_the_style_gives_it_a_list_that_scrolls(box):
    assert not box.style().styleHint(QStyle.StyleHint.SH_ComboBox_Popup, None, box)


@pytest.mark.parametrize("text", ["As the system", "Up to 2 GB", "Quick", "W" * 30])
def test_what_it_says_is_whole_where_there_is_room(qtbot, text: str):
    box = DropDown()
    qtbot.addWidget(box)
    box.addItem(text)
    box.resize(box.sizeHint())
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    assert option.currentText == text
