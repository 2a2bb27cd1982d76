import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cdul_app.desktop.look.message_bar import MessageBar, MessageTone
from cdul_app.desktop.look.theme import ThemeChoice, theme_manager


@pytest.fixture
def bar(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    bar = MessageBar(holder)
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
    bar.show_message("First.", MessageTone.ERROR, action="Again")
    assert bar.button.isVisible()
    bar.show_message("Second.")
    assert bar.label.text() == "Second."
    assert not bar.button.isVisible()


def test_an_action_can_be_offered(qtbot, bar):
    bar.show_message("It failed.", MessageTone.ERROR, action="Try again")
    with qtbot.waitSignal(bar.action_requested):
        qtbot.mouseClick(bar.button, Qt.MouseButton.LeftButton)


def test_a_long_message_is_wrapped_and_whole(bar):
    bar.show_message("A rather long sentence that says what happened. " * 10)
    assert bar.label.height() >= bar.label.heightForWidth(bar.label.width())


def test_a_path_is_no_markup(bar):
    bar.show_message("Cannot read /home/<b>bold</b>/photos.")
    assert bar.label.textFormat() is Qt.TextFormat.PlainText
    assert bar.label.accessibleName() == "Cannot read /home/<b>bold</b>/photos."


def test_each_tone_looks_its_own(bar):
    pictures = []
    for tone in MessageTone:
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
    for tone in MessageTone:
        bar.show_message(
            "Scored 60 photos. Next: look at some photos and correct what matters, or train the "
            "classifier.",
            tone,
            action="Show them" if tone is MessageTone.SUCCESS else "",
        )
        screenshot(bar.parentWidget(), f"message-{tone.value}", size=(900, 90))
