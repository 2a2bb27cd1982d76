"""Each page on laptops' screens at 150 and 200 per cent, and at the least size of the window."""

import pytest
from PySide6.QtCore import QSize

from cdul_app.desktop.main_window import FIRST_SIZE, MINIMUM_SIZE, MainWindow
from cdul_app.project.checking.question_round import QuestionPurpose
from tests.desktop.conftest import choose_class, settle
from tests.desktop.layout_faults import layout_faults

SIZES = (QSize(911, 512), QSize(960, 540), QSize(*MINIMUM_SIZE))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def test_nothing_is_cut_off_or_out_of_reach(qtbot, demo_window, size: QSize):
    view = demo_window.view
    library = view.library
    demo_window.resize(size)

    def look(page: str) -> None:
        settle(demo_window)
        assert demo_window.size() == size, page
        assert layout_faults(demo_window) == [], page

    for name in library.side_panel.panels:
        library.side_panel.show_panel(name)
        look(name)
    library.side_panel.put_away()
    look("photos alone")
    choose_class(library.filter_bar, 0)
    library.toggle_class_review()
    look("class review")
    library.toggle_class_review()
    view.open_photo(0)
    look("photo")
    view.photo.stage.toggle_comparison()
    look("comparison")
    for purpose in QuestionPurpose:
        view.ask(purpose, 0)
        look(f"questions, {purpose}")
    view.show_collection()
    look("collection")
    view.show_wall()
    qtbot.waitUntil(lambda: view.wall.model.rowCount() > 0)  # what it says then is longer
    look("snippets")
    demo_window.close_project()
    look("start")


def test_the_first_window_is_not_larger_than_its_screen(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    room = window.screen().availableSize() - QSize(0, 30)  # with its title bar
    assert window.size().height() <= room.height()
    assert window.width() == max(MINIMUM_SIZE[0], min(FIRST_SIZE.width(), window.width()))
