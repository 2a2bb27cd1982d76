import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.errors import UserError


@pytest.fixture
def bar(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    bar = Message(dismissible=True, parent=holder)
    layout.addWidget(bar)
    layout.addStretch()
    holder.resize(700, 200)
    holder.show()
    yield bar
    holder.close()


def test_it_is_there_only_while_there_is_something_to_say(qtbot, bar):
    assert not bar.isVisible()
    bar.show_message("Scored 3 photos.")
    assert bar.isVisible()
    assert bar.label.text() == "Scored 3 photos."
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_the_last_message_counts(bar):
    bar.show_message("First.", Tone.ERROR)
    bar.show_message("Second.")
    assert bar.text == "Second."


def test_nothing_to_say_hides_it(bar):
    bar.show_message("First.")
    bar.show_message("")
    assert not bar.isVisible()


def test_an_action_can_be_offered(qtbot, bar):
    acted = []
    bar.set_action("Try again", lambda: acted.append(True))
    bar.show_message("It failed.", Tone.ERROR)
    qtbot.mouseClick(bar.action_button, Qt.MouseButton.LeftButton)
    assert acted == [True]
    bar.show_action(False)
    assert not bar.action_button.isVisible()


def test_what_a_person_can_mend_is_told_and_bugs_are_not(bar):
    with bar.telling_errors():
        raise UserError("The disk is full: make room.")
    assert bar.text == "The disk is full: make room."
    with pytest.raises(KeyError), bar.telling_errors():
        raise KeyError("a bug")


def test_a_long_message_is_wrapped_and_whole(bar):
    bar.show_message("A rather long sentence that says what happened. " * 10)
    assert bar.label.height() >= bar.label.heightForWidth(bar.label.width())


def test_a_path_is_no_markup(bar):
    bar.show_message("Cannot read /home/<b>bold</b>/photos.")
    assert bar.label.textFormat() is Qt.TextFormat.PlainText
    assert bar.label.accessibleName() == "Cannot read /home/<b>bold</b>/photos."


def test_each_tone_looks_its_own(bar):
    pictures = []
    for tone in Tone:
        bar.show_message("The same words.", tone)
        pictures.append(bar.grab().toImage())
    for place, first in enumerate(pictures):
        assert all(first != second for second in pictures[place + 1 :])


def test_the_theme_changes_under_a_message(bar):
    bar.show_message("Here.")
    before = bar.grab().toImage()
    theme_manager().choose(ThemeChoice.DARK)
    assert bar.grab().toImage() != before


def test_pictures(bar, screenshot):
    bar.set_action("Show them", lambda: None)
    for tone in Tone:
        bar.show_message(
            "Scored 60 photos. Next: look at some photos and correct what matters, or train the "
            "classifier.",
            tone,
        )
        bar.show_action(tone is Tone.SUCCESS)
        screenshot(bar.parentWidget(), f"message-{tone.value}", size=(900, 90))
