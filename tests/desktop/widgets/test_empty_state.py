import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.widgets.empty_state import EmptyState


@pytest.fixture
def state(qtbot):
    state = EmptyState()
    qtbot.addWidget(state)
    state.resize(600, 400)
    state.show()
    return state


def test_it_says_what_is_missing_and_offers_what_to_do(qtbot, state):
    state.show_state("search", "Nothing", "Because.", "Do this")
    assert (state.title.text(), state.text.text()) == ("Nothing", "Because.")
    with qtbot.waitSignal(state.action_requested):
        qtbot.mouseClick(state.button, Qt.MouseButton.LeftButton)


def test_without_an_action_there_is_no_button(state):
    state.show_state("search", "Nothing", "Because.", "Do this")
    state.show_state("folder", "Wait", "A moment.")
    assert not state.button.isVisible()


def test_a_long_path_is_wrapped_and_is_no_markup(state):
    state.show_state("photo", "No photos", "Put photos into /home/<b>me</b>/" + "very long " * 30)
    state.layout().activate()
    assert "<b>" in state.text.text()
    assert state.text.textFormat() is Qt.TextFormat.PlainText
    assert 300 <= state.text.width() <= 420
    assert state.text.height() >= state.text.heightForWidth(state.text.width())


def test_its_icon_follows_the_theme(state):
    state.show_state("search", "Nothing", "Because.")
    before = state.grab().toImage()
    theme_manager().choose(ThemeChoice.DARK)
    assert state.grab().toImage() != before
