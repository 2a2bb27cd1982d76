import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.first_steps import first_steps
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.tour import Tour, card_place


@pytest.fixture
def touring_window(window, demo_folder):
    """A project opened for the first time."""
    WindowSettings().tour_seen = False
    window.resize(1280, 800)
    window.open_folder(demo_folder)
    assert window.tour is not None
    return window


def test_the_first_project_shows_the_tour_and_later_ones_do_not(touring_window, demo_folder, qtbot):
    window = touring_window
    for place in range(len(window.tour.steps)):
        assert window.tour.counter.text() == f"{place + 1} of 4"
        qtbot.keyClick(window.tour.next_button, Qt.Key.Key_Return)
    assert window.tour is None
    assert WindowSettings().tour_seen
    window.close_project()
    window.open_folder(demo_folder)
    assert window.tour is None


def test_the_tour_has_at_most_four_steps_and_leaves_the_window_as_it_was(touring_window, qtbot):
    window = touring_window
    panel = window.view.library.side_panel
    before = "Scoring"
    assert len(window.tour.steps) <= 4
    qtbot.keyClick(window.tour, Qt.Key.Key_Right)
    qtbot.keyClick(window.tour, Qt.Key.Key_Right)
    qtbot.keyClick(window.tour, Qt.Key.Key_Left)
    assert window.tour.place == 1
    qtbot.keyClick(window.tour, Qt.Key.Key_Escape)
    assert window.tour is None
    assert panel.current_panel == before


def test_each_card_stands_inside_the_window_beside_what_it_tells(touring_window, screenshot):
    window = touring_window
    for size in ((960, 640), (1280, 800), (1920, 1080)):
        window.resize(*size)
        for place in range(len(window.tour.steps)):
            window.tour.show_step(place)
            card = window.tour.card.geometry()
            assert window.tour.rect().contains(card), (size, place)
            assert window.tour.text.height() >= window.tour.text.heightForWidth(
                window.tour.text.width()
            )
    window.tour.show_step(0)
    screenshot(window, "tour-classes")
    window.tour.show_step(2)
    screenshot(window, "tour-review")


def test_the_tour_can_be_asked_for_again(demo_window):
    assert demo_window.tour is None
    demo_window.menu_actions["tour"].trigger()
    assert demo_window.tour is not None
    demo_window.close_project()
    assert demo_window.tour is None
    assert not demo_window.menu_actions["tour"].isEnabled()


def test_keys_of_the_window_wait_while_the_tour_is_shown(touring_window, qtbot):
    window = touring_window
    window.view.library.filter_bar.choose_class(0)
    qtbot.keyClick(window.tour, Qt.Key.Key_Y)
    assert not window.view.session.project.decisions.can_undo


def test_a_tour_without_steps_is_refused(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    with pytest.raises(ValueError, match="step"):
        Tour((), window)


def test_every_step_names_a_part_that_is_shown(demo_window):
    for step in first_steps(demo_window.view.library):
        step.prepare()
        assert step.target().isVisible(), step.title


@given(
    left=st.integers(0, 900),
    top=st.integers(0, 600),
    width=st.integers(1, 1280),
    height=st.integers(1, 800),
)
def test_a_card_stays_in_the_window(left, top, width, height):
    room = QRect(0, 0, 1280, 800)
    target = QRect(left, top, width, height).intersected(room)
    card = QSize(340, 220)
    place = card_place(target, card, room)
    if not target.contains(QRect(place, card)):
        assert room.contains(QRect(place, card)) or target.intersects(QRect(place, card))


def test_after_the_tour_keys_belong_to_the_photos(qtbot, touring_window):
    window = touring_window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _ in range(4):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.tour is None
    assert window.focusWidget() is window.view.library.grid
    row = 0
    before = bool(window.view.session.project.facts.predicted_row(row)[2])
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_3)
    assert (window.view.session.project.answers[row, 2] == 1) is not before
