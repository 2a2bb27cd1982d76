"""Keys in the real window: what they do on the grid and on the photo, and where they do nothing."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.widgets.message import Tone
from cdul_app.events import Outcome
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.desktop.conftest import choose_class

Key = Qt.Key
COLUMN = 3


@pytest.fixture
def view(qtbot, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    demo_window.view.library.grid.setFocus()
    return demo_window.view


def press(qtbot, *keys):
    """As a person does: to whatever has the focus."""
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def select(view, *places):
    view.library.grid.selectionModel().clear()
    flags = QItemSelectionModel.SelectionFlag
    for place in places:
        index = view.library.model.index(place)
        view.library.grid.selectionModel().setCurrentIndex(index, flags.Select)


@pytest.mark.parametrize(
    ("key", "value"), [(Key.Key_Y, YES), (Key.Key_A, YES), (Key.Key_N, NO), (Key.Key_X, NO)]
)
def test_a_key_answers_the_selected_photos(qtbot, view, key, value):
    choose_class(view.library.filter_bar, COLUMN)
    select(view, 1, 2)
    press(qtbot, key)
    assert view.session.project.answers[[1, 2], COLUMN].tolist() == [value, value]
    press(qtbot, Key.Key_C)
    assert (view.session.project.answers == UNOBSERVED).all()


def test_photo_after_photo_is_answered_with_one_key_each(qtbot, view):
    choose_class(view.library.filter_bar, COLUMN)
    select(view, 0)
    press(qtbot, Key.Key_Y, Key.Key_N, Key.Key_Y)
    assert view.session.project.answers[:3, COLUMN].tolist() == [YES, NO, YES]
    assert view.library.selected_rows().tolist() == [3]


def test_space_goes_on_without_an_answer_and_backspace_takes_one_back(qtbot, view):
    choose_class(view.library.filter_bar, COLUMN)
    select(view, 0)
    press(qtbot, Key.Key_Space, Key.Key_Y)
    assert view.session.project.answers[:2, COLUMN].tolist() == [UNOBSERVED, YES]
    press(qtbot, Key.Key_Backspace)
    assert (view.session.project.answers == UNOBSERVED).all()
    press(qtbot, Key.Key_Backspace)  # nothing left: a sentence, no error


def test_without_a_class_a_key_tells_what_is_missing(qtbot, view):
    select(view, 0)
    with qtbot.waitSignal(view.notice) as told:
        press(qtbot, Key.Key_Y)
    assert "Choose a class" in told.args[0].text


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_enter_opens_a_photo_and_escape_comes_back_to_it(qtbot, view, key):
    select(view, 2)
    press(qtbot, key)
    assert view.stack.currentWidget() is view.photo
    assert view.photo.row == 2
    press(qtbot, Key.Key_Right, Key.Key_Right)
    press(qtbot, Key.Key_Escape)
    assert view.stack.currentWidget() is view.library
    assert view.library.grid.hasFocus()
    assert view.library.selected_rows().tolist() == [4]


def test_the_photo_page_walks_in_the_order_of_the_grid(qtbot, view):
    view.library.filter_bar.direction.click()  # names from the end
    select(view, 0)
    press(qtbot, Key.Key_Return)
    last = len(view.session.project.photos) - 1
    assert view.photo.row == last
    press(qtbot, Key.Key_Space)
    assert view.photo.row == last - 1


def test_the_class_of_the_grid_is_the_class_of_the_photo(qtbot, view):
    choose_class(view.library.filter_bar, COLUMN)
    select(view, 0)
    press(qtbot, Key.Key_Return)
    assert view.photo.current_column == COLUMN
    press(qtbot, Key.Key_N)
    assert view.session.project.answers[0, COLUMN] == NO
    press(qtbot, Key.Key_Backspace)
    assert view.session.project.answers[0, COLUMN] == UNOBSERVED


def test_g_shows_and_hides_the_snippets(qtbot, view):
    select(view, 0)
    press(qtbot, Key.Key_Return, Key.Key_G)
    assert not view.photo.header.snippets.isChecked()
    press(qtbot, Key.Key_G)
    assert view.photo.header.snippets.isChecked()


def test_undo_and_redo_by_key_from_everywhere(qtbot, view):
    choose_class(view.library.filter_bar, COLUMN)
    select(view, 0)
    press(qtbot, Key.Key_Y)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.library.grid, Key.Key_Z, control)
    assert view.session.project.answers[0, COLUMN] == UNOBSERVED
    qtbot.keyClick(view.library.grid, Key.Key_Z, control | shift)
    assert view.session.project.answers[0, COLUMN] == YES
    view.open_photo(0)
    qtbot.keyClick(view.photo.table, Key.Key_Z, control)
    assert view.session.project.answers[0, COLUMN] == UNOBSERVED
    qtbot.keyClick(view.photo.table, Key.Key_Y, control)
    assert view.session.project.answers[0, COLUMN] == YES


def test_text_fields_keep_their_letters(qtbot, view):
    """Every letter and sign that is a key of the grid or of the window can be typed."""
    typed = "yanxcg ?1yY"
    select(view, 0)
    choose_class(view.library.filter_bar, COLUMN)
    name = view.library.filter_bar.text
    name.setFocus()
    qtbot.keyClicks(QApplication.focusWidget(), typed)
    press(qtbot, Key.Key_Backspace)
    assert name.text() == typed[:-1]
    side = view.library.side_panel
    side.show_panel("Label")
    form = side.panels["Label"].form
    form.advanced.set_open(True)
    form.fields["templates"].show("single")
    prompt = form.fields["prompt"].widget
    prompt.clear()
    prompt.setFocus()
    qtbot.keyClicks(QApplication.focusWidget(), typed)
    assert prompt.text() == typed
    side.show_panel("Classes")
    editor = side.panels["Classes"].editor.text
    editor.clear()
    editor.setFocus()
    qtbot.keyClicks(QApplication.focusWidget(), typed)
    press(qtbot, Key.Key_Return)
    assert editor.toPlainText() == typed + "\n"
    assert (view.session.project.answers == UNOBSERVED).all()
    assert view.stack.currentWidget() is view.library


def test_how_a_job_ended_is_told(qtbot, view):
    told = []
    view.notice.connect(lambda notice: told.append((notice.text, notice.tone)))
    finish = view.session.jobs.finished.emit
    finish(JobResult(JobKind.SCORE, Outcome.DONE, "Scored 3 photos."))
    assert told[-1][0] == "Scored 3 photos."
    assert told[-1][1] is Tone.SUCCESS
    finish(JobResult(JobKind.TRAIN, Outcome.DONE, "Trained."))
    assert told[-1][0] == "Trained."
    finish(JobResult(JobKind.EXPORT, Outcome.FAILED, "The disk is full."))
    assert told[-1] == ("The disk is full.", Tone.ERROR)
    finish(JobResult(JobKind.TRAIN, Outcome.CANCELLED, "Training was cancelled."))
    assert told[-1] == ("Training was cancelled.", Tone.INFO)


def test_what_a_run_changed_is_told_with_a_button_that_shows_it(qtbot, view):
    told = []
    view.notice.connect(told.append)
    scoring = replace(view.session.project.settings.scoring, zeta=1.0)
    with qtbot.waitSignal(view.session.jobs.finished, timeout=60_000) as finished:
        view.session.jobs.start_scoring(scoring)
    changed = finished.args[0].value.changed
    assert changed > 1
    assert told[-1].text.endswith(f" Labels of {changed} photos changed.")
    view.library.filter_bar.text.setText("flagged")
    told[-1].act()
    assert view.stack.currentWidget() is view.library
    qtbot.waitUntil(lambda: view.library.model.rowCount() == changed)


def test_a_photo_that_is_open_while_photos_are_scored_stays_open(qtbot, view):
    view.open_photo(5)
    with qtbot.waitSignal(view.session.jobs.finished, timeout=60_000):
        view.session.jobs.start_scoring()
    assert view.stack.currentWidget() is view.photo
    assert view.photo.row == 5
