"""In every state of the window there is one primary button, and it names the next act."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.steps.step_strip import TITLES
from cdul_app.events import Outcome
from cdul_app.measures.question_order import photos_to_ask
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.checking.question_round import QuestionPurpose
from cdul_app.project.classes.class_order import class_to_ask
from cdul_app.project.labeling.choice import prefer_encoder
from cdul_app.project.next_act import Step
from tests.unwritable import unwritable

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def primary(window) -> str:
    """What the one primary button says; more of them, or none, is an error."""
    shown = [
        button.text()
        for button in window.findChildren(QPushButton)
        if button.property("role") == "primary" and button.isVisible()
    ]
    assert len(shown) == 1, shown
    return shown[0]


@pytest.fixture
def say(qtbot, window):
    """Call with what the button is to say."""

    def wait(pattern: str) -> None:
        qtbot.waitUntil(lambda: re.fullmatch(pattern, primary(window)) is not None)

    return wait


@pytest.fixture
def fresh(qtbot, window, photo_folder, encoder):
    """Six photos that were found, and an encoder that is there."""
    prefer_encoder(encoder)
    window.resize(1280, 800)
    window.open_folder(photo_folder)
    qtbot.waitUntil(lambda: not window.view.session.jobs.is_busy)
    return window.view


@pytest.fixture
def labelled(qtbot, window, scored_folder):
    window.resize(1280, 800)
    window.open_folder(scored_folder)
    qtbot.waitUntil(lambda: not window.view.session.jobs.is_busy)
    return window.view


def answer_all(project) -> None:
    """Thresholds follow, and may make other labels that are uncertain."""
    while (columns := np.flatnonzero(project.facts.unsure_counts())).size:
        rows = np.flatnonzero(project.facts.unsure_labels.values()[:, columns[0]])
        project.decisions.answer(rows, int(columns[0]), NO)


# ---- one button, and its words ----


def test_the_start_page_opens_a_folder(window, say):
    say("Open folder…")


def test_a_folder_without_photos_is_looked_at_again(qtbot, window, say, tmp_path):
    (tmp_path / "empty").mkdir()
    window.open_folder(tmp_path / "empty")
    say("Look for photos")
    with qtbot.waitSignal(window.view.session.jobs.finished):
        window.view.strip.act_button.click()


def test_classes_are_named_then_used_and_it_leads_on_to_labeling(qtbot, window, fresh, say):
    say("Name your classes")
    side = fresh.library.side_panel
    assert side.step is Step.CLASSES
    side.put_away()
    fresh.strip.act_button.click()
    assert side.step is Step.CLASSES
    side.classes.editor.text.setPlainText("cat")
    say("Use this class")
    side.classes.editor.text.setPlainText("cat\ndog\nCat")
    say("Name your classes")  # what is written is no list
    side.classes.editor.text.setPlainText("cat\ndog")
    say("Use 2 classes")
    fresh.strip.act_button.click()
    assert fresh.session.project.classes.names == ("cat", "dog")
    assert side.step is Step.LABEL
    say("Label 6 photos.*")


def test_while_a_job_runs_the_button_says_which_and_waits(qtbot, window, fresh, say):
    fresh.session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    say("Label 6 photos.*")
    with qtbot.waitSignal(fresh.session.jobs.finished, timeout=60_000):
        fresh.strip.act_button.click()
        say("Labeling the photos…|Labeling…")
        assert not fresh.strip.act_button.isEnabled()
    assert fresh.library.side_panel.step is None  # the photos are what one looks at now
    say("Check .*|Export labels")


def test_what_was_stopped_goes_on_and_what_is_new_is_labelled(qtbot, window, labelled, say):
    project, folder = labelled.session.project, labelled.session.project.location.folder
    photo = folder / project.photos.paths[0]
    (folder / "another.png").write_bytes(photo.read_bytes() + b"\0")
    with qtbot.waitSignal(labelled.session.jobs.finished):
        labelled.session.jobs.start_scan()
    say("Label 1 new photo")


def test_the_class_whose_answers_are_worth_most_is_checked_till_none_is_uncertain(
    qtbot, window, labelled, say
):
    project, session, library = labelled.session.project, labelled.session, labelled.library
    assert project.facts.unsure_counts().any(), "the photos of this test have uncertain labels"
    column = class_to_ask(project)
    say(f"Check .*photos?: {project.classes[column].name}")
    labelled.strip.act_button.click()
    assert session.current_class.column == column
    threshold = float(project.classes.thresholds[column])
    order = photos_to_ask(project.shown_scores()[:, column], project.answers[:, column], threshold)
    assert library.model.rows.tolist() == order.tolist()
    assert library.grid.hasFocus() or not window.isActiveWindow()
    assert library.selected_rows().tolist() == [order[0]]
    answer_all(project)
    say("Export labels")


def test_where_use_is_open_the_button_exports_and_says_what_is_missing(
    qtbot, window, labelled, say, tmp_path
):
    side, strip = labelled.library.side_panel, labelled.strip
    QTest.mouseClick(strip.steps[Step.USE], LEFT)
    say("Export labels")
    qtbot.waitUntil(strip.act_button.isEnabled)
    side.export.destination.set_path("")
    qtbot.waitUntil(lambda: not strip.act_button.isEnabled())
    assert strip.hint.text() == "Choose where to write the labels."
    side.export.destination.set_path(tmp_path / "labels.csv")
    qtbot.waitUntil(strip.act_button.isEnabled)
    with qtbot.waitSignal(labelled.session.jobs.finished):
        strip.act_button.click()
    assert (tmp_path / "labels.csv").is_file()


def test_a_class_review_has_the_button_while_it_lasts(window, labelled, say):
    labelled.session.current_class.choose(0)
    labelled.library.toggle_class_review()
    say(r"Accept page  \(Enter\)")
    QTest.keyClick(window, Qt.Key.Key_Return, CONTROL)  # as the button
    assert (labelled.session.project.answers[:, 0] != UNOBSERVED).any()
    labelled.library.toggle_class_review()
    say("Check .*|Export labels")


def test_questions_end_by_the_button(window, labelled, say):
    labelled.ask(QuestionPurpose.CALIBRATION, 0)
    assert labelled.stack.currentWidget() is labelled.questions
    say("Back to the photos")
    labelled.strip.act_button.click()
    assert labelled.stack.currentWidget() is labelled.library
    assert labelled.questions.round is None
    say("Check .*|Export labels")


def test_on_the_page_of_a_photo_the_next_act_stays(window, labelled, say):
    labelled.open_photo(0)
    say("Check .*|Export labels")


def test_the_wall_and_the_collection_have_one_button_too(window, labelled, say):
    labelled.session.current_class.choose(0)
    labelled.show_wall()
    say("Check .*|Export labels")
    labelled.show_collection()
    say("Check .*|Export labels")


def test_who_is_at_train_trains_and_what_needs_it_leads_there(qtbot, labelled, say):
    side, strip = labelled.library.side_panel, labelled.strip
    for panel in ("Other folder", "Classifier"):
        side.show_panel(panel)
        say("Train first…")
        strip.act_button.click()
        assert side.current_panel == "Train"
        say("Train on these labels")
    with qtbot.waitSignal(labelled.session.jobs.finished, timeout=120_000) as finished:
        strip.act_button.click()
    assert finished.args[0].kind is JobKind.TRAIN
    assert finished.args[0].outcome is Outcome.DONE
    side.show_panel("Classifier")
    say("Export the classifier")


def test_what_can_be_read_only_is_exported(qtbot, window, scored_folder, say):
    with unwritable(scored_folder):
        window.open_folder(scored_folder)
        say("Export labels")
        window.view.strip.act_button.click()
        assert window.view.library.side_panel.current_panel == "Export"
        say("Export labels")
        window.close_project()
    say("Open folder…")


def test_ctrl_return_does_what_the_button_says(qtbot, window, fresh, say):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    fresh.library.side_panel.put_away()
    QTest.keyClick(window, Qt.Key.Key_Return, CONTROL)
    assert fresh.library.side_panel.step is Step.CLASSES
    assert fresh.library.side_panel.classes.editor.text.hasFocus()


# ---- steps ----


def test_a_step_opens_its_panel_and_closes_it_again(window, labelled):
    side, strip = labelled.library.side_panel, labelled.strip
    for step in Step:
        QTest.mouseClick(strip.steps[step], LEFT)
        assert side.step is step
        assert [each for each, button in strip.steps.items() if button.isChecked()] == [step]
    QTest.mouseClick(strip.steps[Step.USE], LEFT)
    assert side.step is None
    assert not any(button.isChecked() for button in strip.steps.values())


@pytest.mark.parametrize("page", ["photo", "wall", "collection"])
def test_from_any_page_a_step_shows_its_panel(window, labelled, page):
    side = labelled.library.side_panel
    side.show_panel("Check")
    labelled.session.current_class.choose(0)
    {
        "photo": lambda: labelled.open_photo(0),
        "wall": labelled.show_wall,
        "collection": labelled.show_collection,
    }[page]()
    QTest.mouseClick(labelled.strip.steps[Step.CHECK], LEFT)
    assert side.isVisible()
    assert side.step is Step.CHECK


@pytest.mark.parametrize("page", ["photo", "wall", "collection"])
def test_from_any_page_the_button_leads_to_where_its_act_is_seen(window, labelled, page, qtbot):
    answer_all(labelled.session.project)
    labelled.session.current_class.choose(0)
    {
        "photo": lambda: labelled.open_photo(0),
        "wall": labelled.show_wall,
        "collection": labelled.show_collection,
    }[page]()
    qtbot.waitUntil(lambda: labelled.strip.act_button.text() == "Export labels")
    QTest.mouseClick(labelled.strip.act_button, LEFT)
    assert labelled.library.side_panel.export.isVisible()


def marks(view) -> dict[Step, str]:
    """“done” or “current” of each step that is so."""
    found = {}
    for step, button in view.strip.steps.items():
        if button.property("current"):
            found[step] = "current"
        elif "done" in button.accessibleName():
            found[step] = "done"
    return found


def test_the_strip_shows_how_far_one_is(qtbot, window, fresh):
    assert marks(fresh) == {Step.PHOTOS: "done", Step.CLASSES: "current"}
    assert fresh.strip.steps[Step.PHOTOS].text() == "Photos 6"
    fresh.session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    assert marks(fresh) == {Step.PHOTOS: "done", Step.CLASSES: "done", Step.LABEL: "current"}
    assert fresh.strip.steps[Step.CLASSES].text() == "Classes 2"


def test_the_count_of_what_is_to_be_checked_goes_down(qtbot, window, labelled):
    project = labelled.session.project
    count = int(project.facts.unsure_counts().sum())
    assert count > 1
    assert labelled.strip.steps[Step.CHECK].text() == f"Check {count}"
    column = int(project.facts.unsure_counts().argmax())
    row = int(project.facts.unsure_labels.values()[:, column].argmax())
    project.decisions.set_threshold(column, float(project.classes.thresholds[column]))
    project.decisions.answer([row], column, YES)
    qtbot.waitUntil(lambda: labelled.strip.steps[Step.CHECK].text() == f"Check {count - 1}")
    answer_all(project)
    qtbot.waitUntil(lambda: labelled.strip.steps[Step.CHECK].text() == "Check")
    assert marks(labelled)[Step.USE] == "current"


def test_labels_that_left_are_ticked_until_they_are_others(qtbot, window, labelled, tmp_path):
    project, jobs = labelled.session.project, labelled.session.jobs
    assert marks(labelled).get(Step.USE) is None
    with qtbot.waitSignal(jobs.finished):
        jobs.start_export("csv", tmp_path / "labels.csv")
    assert marks(labelled)[Step.USE] == "done"
    assert marks(labelled)[Step.CHECK] == "current"  # there is more to do all the same
    window.open_folder(project.location.folder)
    project = window.view.session.project
    qtbot.waitUntil(lambda: marks(window.view).get(Step.USE) == "done")
    column = int(project.facts.unsure_counts().argmax())
    row = int(project.facts.unsure_labels.values()[:, column].argmax())
    project.decisions.answer([row], column, YES)
    qtbot.waitUntil(lambda: marks(window.view).get(Step.USE) is None)


def test_steps_are_named_for_screen_readers(labelled):
    names = [button.accessibleName() for button in labelled.strip.steps.values()]
    assert all(
        name.startswith(f"Step: {title}")
        for name, title in zip(names, TITLES.values(), strict=True)
    )


def test_tab_goes_from_left_to_right(qtbot, window, labelled):
    """The strip, the list of classes, what is above the photos, the photos, the panel beside."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    side, library = labelled.library.side_panel, labelled.library
    side.show_panel("Export")
    parts = (labelled.strip, library.navigator, library.filter_bar, library.grid, side)
    met = []
    widget = labelled.strip.steps[Step.PHOTOS]
    for _ in range(400):
        part = next((each for each in parts if each is widget or each.isAncestorOf(widget)), None)
        takes_it = widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if part is not None and takes_it and (not met or met[-1] is not part):
            met.append(part)
        widget = widget.nextInFocusChain()
        if widget is labelled.strip.steps[Step.PHOTOS]:
            break
    assert met == list(parts)


def test_a_panel_that_a_key_opens_has_the_focus(qtbot, window, labelled):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    panel = labelled.library.side_panel.export
    assert panel.isAncestorOf(window.focusWidget())
