"""The line above the photos, beside an open panel."""

import pytest
from PySide6.QtCore import QPoint, QRect

from cdul_app.desktop.main_window import MainWindow
from tests.desktop.conftest import settle


def is_whole(widget, within) -> bool:
    return within.rect().contains(QRect(widget.mapTo(within, QPoint(0, 0)), widget.size()))


@pytest.mark.parametrize("width", [1280, 1500])
def test_beside_a_panel_nothing_of_it_is_cut(demo_window: MainWindow, width: int):
    view = demo_window.view
    demo_window.resize(width, 800)
    view.library.side_panel.show_panel("Export")
    view.session.current_class.choose(0)
    view.library.grid.selectAll()
    settle(demo_window)
    line, bar = view.library.grid_line, view.library.filter_bar
    assert is_whole(bar.score, bar.of_class)
    assert is_whole(line.review_link, line)
    assert line.review_link.width() >= line.review_link.sizeHint().width()


def test_with_room_the_slider_and_the_whole_name_come_back(demo_window: MainWindow):
    view = demo_window.view
    line = view.library.grid_line
    view.session.current_class.choose(0)
    view.library.side_panel.show_panel("Export")
    demo_window.resize(1280, 600)
    settle(demo_window)
    assert not line.zoom.isVisible()
    assert line.review_link.text().startswith("By pages")
    demo_window.resize(900, 440)
    settle(demo_window)
    assert view.library.filter_bar.of_class.width() >= 84
    demo_window.resize(1900, 600)
    settle(demo_window)
    assert line.zoom.isVisible()
    assert line.review_link.text().startswith("Review page by page")
