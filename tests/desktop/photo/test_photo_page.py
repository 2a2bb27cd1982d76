import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.photo.class_table_delegate import answer_button
from cdul_app.desktop.photo.class_table_model import TableColumn
from cdul_app.desktop.photo.photo_page import PhotoPage
from cdul_app.desktop.photo.snippet_view import Overlay
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.paths import beside_database
from cdul_app.photos.cut_jpeg import NOTE
from cdul_app.storage.records import embedding_records

Key = Qt.Key


def make_page(qtbot, session):
    page = PhotoPage(session)
    qtbot.addWidget(page, before_close_func=PhotoPage.close_page)
    page.resize(1200, 700)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()
    return page


@pytest.fixture
def page(qtbot, trained_session):
    page = make_page(qtbot, trained_session)
    page.show_photo(2, list(range(10)))
    return page


def wait_for_photo(qtbot, page):
    qtbot.waitUntil(lambda: not page.view.is_loading)


def press(qtbot, *keys):
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def hover(widget, point):
    place = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def strongest(session):
    """Row and class of the photo where one snippet says most above the whole photo."""
    gain = session.project.scores(LabelKind.LOCAL_MAX) - session.project.scores(LabelKind.GLOBAL)
    row, column = np.unravel_index(np.nanargmax(gain), gain.shape)
    return int(row), int(column)


# ---- what it shows ----


def test_photo_evidence_table_and_reasons(qtbot, page, trained_session):
    wait_for_photo(qtbot, page)
    assert page.header.name.whole_text == trained_session.project.photos.paths[2]
    assert page.header.position.text() == "3 / 10"
    assert page.table.table_model.rowCount() == len(trained_session.project.classes)
    top = int(trained_session.project.scores(LabelKind.PSEUDO)[2].argmax())
    assert page.current_column == top
    assert page.view.snippet_scores == pytest.approx(
        trained_session.project.scoring.evidence(2).local_similarities[:, top]
    )
    assert page.reasons.sentence.text().startswith(trained_session.project.classes[top].name)
    assert page.reasons.decision.text().startswith("Label: ")
    assert not page.reasons.hint.isVisible()


def test_the_sentence_follows_the_chosen_class(page, trained_session):
    for column in (0, 5):
        page.table.choose_class(column, by_person=True)
        assert page.reasons.sentence.text().startswith(trained_session.project.classes[column].name)


def test_a_hovered_snippet_shows_its_classes(qtbot, page):
    wait_for_photo(qtbot, page)
    hover(page.view, page.view.snippet_rects()[4].center())
    assert page.view.hovered == 4
    assert page.view.card_lines(4)


def test_the_grid_is_hidden_by_its_button(qtbot, page):
    qtbot.mouseClick(page.header.snippets, Qt.MouseButton.LeftButton)
    assert page.view.overlay is Overlay.NONE
    qtbot.mouseClick(page.header.snippets, Qt.MouseButton.LeftButton)
    assert page.view.overlay is Overlay.SNIPPETS


# ---- going from photo to photo ----


def test_keys_and_buttons_walk_in_the_given_order(qtbot, page):
    rows = []
    for key in (Key.Key_Right, Key.Key_Space, Key.Key_Left):
        press(qtbot, key)
        rows.append(page.row)
    for button in (page.header.previous, page.header.next):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        rows.append(page.row)
    assert rows == [3, 4, 3, 2, 3]


def test_the_ends_of_the_order(page):
    page.show_photo(0, [0, 5])
    assert not page.header.previous.isEnabled()
    page.step(-1)
    assert page.row == 0
    page.step(1)
    page.step(1)
    assert page.row == 5
    assert not page.header.next.isEnabled()


def test_a_photo_that_is_not_in_the_order_comes_first(page):
    page.show_photo(7, [1, 2])
    assert page.row == 7
    assert page.header.position.text() == "1 / 3"
    page.step(1)
    assert page.row == 1


def test_a_chosen_class_stays_from_photo_to_photo(qtbot, page, trained_session):
    press(qtbot, Key.Key_4)
    assert page.current_column == 3
    page.step(1)
    assert page.current_column == 3
    # Without a choice each photo shows its highest label.
    page.show_photo(2, list(range(10)))
    page.step(1)
    assert page.current_column == int(trained_session.project.scores(LabelKind.PSEUDO)[3].argmax())


def test_keys_choose_classes(qtbot, page):
    press(qtbot, Key.Key_1)
    assert page.current_column == 0
    press(qtbot, Key.Key_0)
    assert page.current_column == 9
    order = page.table.table_model.rows[:16]
    place = order.index(9)
    press(qtbot, Key.Key_Down)
    assert page.current_column == order[min(place + 1, 15)]
    press(qtbot, Key.Key_Up)
    assert page.current_column == order[min(place + 1, 15) - 1]


def test_escape_and_the_button_go_back(qtbot, page):
    with qtbot.waitSignal(page.back_requested):
        press(qtbot, Key.Key_Escape)
    with qtbot.waitSignal(page.back_requested):
        qtbot.mouseClick(page.header.back, Qt.MouseButton.LeftButton)


def test_space_presses_the_button_that_has_the_focus(qtbot, page):
    page.header.snippets.setFocus(Qt.FocusReason.TabFocusReason)
    if not page.header.snippets.hasFocus():
        pytest.skip("buttons take no focus here")
    press(qtbot, Key.Key_Space)
    assert not page.header.snippets.isChecked()
    assert page.row == 2


# ---- answering ----


@pytest.mark.parametrize(
    ("key", "value"),
    [(Key.Key_Y, YES), (Key.Key_A, YES), (Key.Key_N, NO), (Key.Key_X, NO)],
)
def test_a_key_answers_the_chosen_class(qtbot, page, trained_session, key, value):
    press(qtbot, Key.Key_3, key)
    assert trained_session.project.answers[2, 2] == value
    assert page.reasons.decision.text().startswith("Your answer: ")
    assert page.row == 2  # there are other classes to answer on this photo
    press(qtbot, Key.Key_C)
    assert trained_session.project.answers[2, 2] == UNOBSERVED
    assert page.reasons.decision.text().startswith("Label: ")


def test_the_mouse_answers_in_the_table(page, trained_session):
    model = page.table.table_model
    cell = page.table.visualRect(model.index(1, TableColumn.ANSWER))
    QTest.mouseClick(
        page.table.viewport(), Qt.MouseButton.LeftButton, pos=answer_button(cell, NO).center()
    )
    assert trained_session.project.answers[2, model.rows[1]] == NO
    assert page.current_column == model.rows[1]


def test_undo_from_elsewhere_is_shown(page, trained_session):
    page.table.choose_class(3, by_person=True)
    page.answer_current(YES)
    trained_session.project.decisions.undo()
    assert page.table.table_model.answer(page.table.chosen_class) == UNOBSERVED
    assert not page.reasons.decision.text().startswith("Your answer")


def test_a_threshold_that_moves_changes_the_label(page, trained_session):
    column = page.current_column
    trained_session.project.decisions.set_threshold(column, 0.0)
    assert page.reasons.decision.text().startswith("Label: yes")
    trained_session.project.decisions.set_threshold(column, 1.0)
    assert page.reasons.decision.text().startswith("Label: no")


# ---- what is missing, broken or changed ----


def test_before_classes_and_before_scores(qtbot, new_session):
    page = make_page(qtbot, new_session)
    page.show_photo(0, [0, 1])
    assert "no classes yet" in page.reasons.hint.text()
    assert page.current_column is None
    page.answer_current(YES)
    new_session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    assert "No scores yet" in page.reasons.hint.text()
    press(qtbot, Key.Key_2, Key.Key_Y)
    assert new_session.project.answers[0, 1] == YES
    assert page.reasons.decision.text() == "Your answer: yes"
    assert page.view.snippet_scores is None
    press(qtbot, Key.Key_V)  # their colours are known, though the page is older than they are
    assert page.stage.compared == (1, 0)


def test_a_class_that_was_added_since_has_no_evidence(qtbot, page, trained_session):
    definitions = trained_session.project.classes.definitions
    trained_session.project.decisions.set_classes([ClassDefinition("new"), *definitions])
    page.table.choose_class(0, by_person=True)
    assert page.view.snippet_scores is None
    assert page.reasons.sentence.text() == ""
    page.table.choose_class(1, by_person=True)
    assert page.view.snippet_scores is not None


def test_a_photo_whose_parts_cannot_be_read_is_shown_without_them(
    qtbot, page, trained_session, monkeypatch
):
    """Their file is gone from beside the database of a very large project."""
    monkeypatch.setattr(embedding_records, "MOST_BYTES", 1)
    project = trained_session.project
    embeddings, encoding = project.store.embeddings, project.scoring.state.encoding
    photo = int(project.photos.ids[3])
    views = embeddings.views_of_photo(encoding, photo)
    embeddings.add(encoding, [(dict(embeddings.encoded_photos(encoding))[photo], views)])
    (file,) = beside_database(project.location.database, "views").iterdir()
    file.unlink()
    with qtbot.waitSignal(trained_session.evidence_failed) as told:
        page.show_photo(3, list(range(10)))
    assert "0001.npy, with what the encoder saw in some of the photos, cannot be" in told.args[0]
    assert page.header.name.toolTip().endswith(project.photos.paths[3])
    assert page.view.snippet_scores is None
    press(qtbot, Key.Key_Y)
    assert YES in project.answers[3]


def test_a_photo_that_cannot_be_read(qtbot, trained_session, demo_folder):
    (demo_folder / trained_session.project.photos.paths[1]).write_bytes(b"no photo")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000):
        trained_session.jobs.start_scoring()
    page = make_page(qtbot, trained_session)
    page.show_photo(1, [0, 1, 2])
    assert page.view.error == trained_session.project.photos.errors[1]
    assert "skipped" in page.reasons.hint.text()
    page.step(1)
    wait_for_photo(qtbot, page)
    assert page.view.error == ""


def test_a_file_that_vanished(qtbot, page, trained_session, demo_folder):
    (demo_folder / trained_session.project.photos.paths[9]).unlink()
    page.show_photo(9, list(range(10)))
    wait_for_photo(qtbot, page)
    assert "is gone" in page.view.error


def test_a_file_that_lacks_its_end_is_shown_with_a_note(qtbot, page, trained_session, demo_folder):
    assert page.header.note.isHidden()
    file = demo_folder / trained_session.project.photos.paths[9]
    file.write_bytes(file.read_bytes()[:-30])
    page.show_photo(9, list(range(10)))
    wait_for_photo(qtbot, page)
    assert page.view.error == ""
    assert page.header.note.isVisibleTo(page)
    assert page.header.note.toolTip() == NOTE
    page.step(-1)
    wait_for_photo(qtbot, page)
    assert page.header.note.isHidden()


def test_the_photo_stays_while_others_come_and_go(qtbot, page, trained_session, demo_folder):
    name = trained_session.project.photos.paths[2]
    Image.new("RGB", (60, 40)).save(demo_folder / "a new one.png")
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    assert trained_session.project.photos.paths[page.row] == name
    assert page.header.name.whole_text == name
    following = trained_session.project.photos.paths[page.row + 1]
    (demo_folder / name).unlink()
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    assert trained_session.project.photos.paths[page.row] == following


def test_when_no_photo_is_left_it_goes_back(qtbot, page, trained_session, demo_folder):
    page.show_photo(2, [2])
    (demo_folder / trained_session.project.photos.paths[2]).unlink()
    with qtbot.waitSignal(page.back_requested):
        trained_session.jobs.start_scan()
    assert page.row is None


def test_everything_has_a_name_for_screen_readers(page):
    header = page.header
    for widget in (
        header.back, header.previous, header.next, header.snippets, header.position,
        page.view, page.table, page.reasons.sentence, page.reasons.decision,
    ):  # fmt: skip
        assert widget.accessibleName()


# ---- pictures ----


def test_pictures(qtbot, demo_window, screenshot, demo_folder):
    session, page = demo_window.view.session, demo_window.view.photo
    row, column = strongest(session)
    session.current_class.choose(column)
    session.project.decisions.answer([row], column, YES)
    demo_window.view.open_photo(row)
    wait_for_photo(qtbot, page)
    best = int(page.view.snippet_scores.argmax())
    hover(page.view, page.view.snippet_rects()[best].center())
    screenshot(demo_window, "window-photo")
    page.numbers.click()
    screenshot(demo_window, "window-photo-numbers")
    page.numbers.click()
    page.toggle_overlay(Overlay.SNIPPETS)
    screenshot(demo_window, "window-photo-without-grid")
    page.toggle_overlay(Overlay.SNIPPETS)
    (demo_folder / session.project.photos.paths[1]).write_bytes(b"no photo")
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        session.jobs.start_scoring()
    demo_window.messages.hide()
    page.show_photo(1, list(range(10)))
    screenshot(demo_window, "window-photo-error")
    demo_window.view.show_library()
    screenshot(demo_window, "window-grid-error")
