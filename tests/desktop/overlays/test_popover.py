import pytest
from PySide6.QtCore import QPoint, QRect

from cdul_app.desktop.overlays.popover import Popover
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, box, vertical
from tests.desktop.conftest import settle


@pytest.fixture
def page(qtbot):
    anchor, below = push_button("anchor"), push_button("below")
    page = box(vertical(box(vertical(anchor)), below, STRETCH), role="page")
    page.anchor, page.below = anchor, below
    qtbot.addWidget(page)
    page.resize(400, 300)
    page.show()
    yield page
    page.close()


def test_it_lies_below_its_anchor_and_moves_nothing(page):
    before = page.below.geometry()
    text = label("A sentence that tells what is wrong here. " * 3, wrap=True)
    popover = Popover(page.anchor, text)
    popover.show()
    settle(page)
    assert page.below.geometry() == before
    anchor = QRect(page.anchor.mapTo(page, QPoint(0, 0)), page.anchor.size())
    assert popover.parentWidget() is page
    assert popover.y() > anchor.bottom()
    assert page.rect().contains(popover.geometry())
    assert text.height() >= text.heightForWidth(text.width())


def test_above_its_anchor_it_leaves_what_is_below_in_reach(page):
    page.resize(400, 500)
    settle(page)
    popover = Popover(page.below, label("A sentence that explains.", wrap=True), above=True)
    popover.show()
    settle(page)
    assert page.rect().contains(popover.geometry())
    assert popover.geometry().bottom() < page.below.mapTo(page, QPoint(0, 0)).y()


def test_it_follows_its_anchor_and_its_text(page):
    text = label("Short.", wrap=True)
    popover = Popover(page.anchor, text)
    popover.show()
    settle(page)
    height = popover.height()
    text.setText("A sentence that tells what is wrong here. " * 6)
    page.resize(600, 300)
    settle(page)
    assert popover.height() > height
    assert popover.width() == page.anchor.width()
    popover.hide()
    assert not text.isVisible()
