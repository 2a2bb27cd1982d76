from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel

from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.panel import Panel


def _panel(qtbot, height: int) -> tuple[Panel, Disclosure]:
    panel = Panel("A panel")
    above, content = QLabel("above"), QLabel("what is unfolded")
    above.setFixedHeight(250)
    content.setFixedHeight(height)
    section = Disclosure("More")
    section.content.addWidget(content)
    panel.show_body(above, section)
    qtbot.addWidget(panel)
    panel.resize(330, 400)
    panel.show()
    return panel, section


def _top(panel: Panel, section: Disclosure) -> int:
    return section.mapTo(panel.scroll_area.viewport(), QPoint()).y()


def test_what_is_unfolded_is_scrolled_into_view(qtbot):
    panel, section = _panel(qtbot, 200)
    section.button.click()
    viewport = panel.scroll_area.viewport()
    qtbot.waitUntil(lambda: panel.scroll_area.verticalScrollBar().value() > 0)
    assert 0 < _top(panel, section) == viewport.height() - section.height()


def test_its_heading_stays_in_sight_where_it_is_longer_than_there_is_room(qtbot):
    panel, section = _panel(qtbot, 900)
    section.button.click()
    qtbot.waitUntil(lambda: _top(panel, section) == 0)


def test_nothing_moves_where_there_is_room_or_on_folding_up(qtbot):
    panel, section = _panel(qtbot, 20)
    bar = panel.scroll_area.verticalScrollBar()
    section.button.click()
    qtbot.wait(20)
    assert bar.value() == 0
    section.button.click()
    qtbot.wait(20)
    assert bar.value() == 0
