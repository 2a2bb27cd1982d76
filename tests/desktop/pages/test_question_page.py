"""Questions by keys, with the photo's evidence and the figures beside it."""

import re

import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.pages.question_page import QuestionPage
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.sample_design import ENOUGH_ANSWERS
from cdul_app.project.checking.question_round import QuestionPurpose


@pytest.fixture
def page(qtbot, trained_session):
    page = QuestionPage(trained_session)
    qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    yield page
    page.close_page()


def test_keys_answer_and_the_next_photo_comes(qtbot, page, trained_session):
    page.start(QuestionPurpose.CALIBRATION, 2)
    first = page.row
    assert trained_session.project.classes[2].name in page.question.text()
    qtbot.keyClick(page, Qt.Key.Key_Y)
    assert trained_session.project.answers[first, 2] == YES
    second = page.row
    assert second != first
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert trained_session.project.answers[second, 2] == NO
    left = len(trained_session.project.photos) - 2
    assert page.count.text() == f"2 answered, {left} left"
    qtbot.keyClick(page, Qt.Key.Key_Backspace)
    assert trained_session.project.answers[second, 2] == UNOBSERVED
    assert page.row == second


def test_skip_asks_about_another_photo_but_not_in_a_report(qtbot, page):
    page.start(QuestionPurpose.CALIBRATION, 0)
    first = page.row
    qtbot.mouseClick(page.skip, Qt.MouseButton.LeftButton)
    assert page.row != first
    page.start(QuestionPurpose.REPORT, 0)
    assert not page.skip.isVisible()
    first = page.row
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert page.row == first


def test_the_threshold_follows_a_calibration(qtbot, page, trained_session):
    page.start(QuestionPurpose.CALIBRATION, 5)
    before = trained_session.project.classes.thresholds[5]
    qtbot.mouseClick(page.no, Qt.MouseButton.LeftButton)
    assert trained_session.project.classes.thresholds[5] > before
    threshold = trained_session.project.classes.thresholds[5]
    assert f"a score of {threshold:.2f}" in page.threshold.text()


def test_a_calibration_tells_counts_and_leads_to_the_report(qtbot, page, trained_session):
    page.start(QuestionPurpose.CALIBRATION, 5)
    assert not page.figure_box.isVisible()
    name = trained_session.project.classes[5].name
    assert "have checked none" in page.checked.text()
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert f"{name}" in page.checked.text()
    assert "you checked 1" in page.checked.text()
    assert not re.search(r"\d\s%", page.checked.text())
    qtbot.mouseClick(page.report_button, Qt.MouseButton.LeftButton)
    assert page.round.purpose is QuestionPurpose.REPORT
    assert page.round.column == 5
    assert page.figure_box.isVisible()
    assert not page.report_button.isVisible()


def test_a_calibration_has_an_end_and_tells_what_was_skipped(qtbot, page, trained_session):
    photos = len(trained_session.project.photos)
    page.start(QuestionPurpose.CALIBRATION, 5)
    qtbot.keyClick(page, Qt.Key.Key_Space)
    for left in range(photos - 1, 0, -1):
        assert page.needed.text() == f"{left + 1} photos left to answer."
        qtbot.keyClick(page, Qt.Key.Key_N)
    assert page.row is None
    assert page.done.text.text() == "You skipped 1 photo."
    page.start(QuestionPurpose.CALIBRATION, 5)
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert page.needed.text() == page.done.title.text() == f"All {photos} photos are answered."


def test_a_calibration_draws_no_sample_for_a_report(qtbot, page, trained_session):
    """It would be drawn at a threshold that the next answers move."""
    page.start(QuestionPurpose.CALIBRATION, 5)
    qtbot.keyClick(page, Qt.Key.Key_Y)
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert trained_session.project.samples.designs()[5] is None


def test_a_report_counts_down_to_its_figures_and_to_its_end(qtbot, page, trained_session):
    photos = len(trained_session.project.photos)
    page.start(QuestionPurpose.REPORT, 1)
    needed = ENOUGH_ANSWERS
    for answered in range(photos):
        assert page.count.text() == f"{answered} answered, {photos - answered} left"
        assert (page.figures["f1"][0].text() == "–") == (needed > 0)
        if needed:
            assert page.needed.text().startswith(f"{needed} more answer")
        else:
            assert f"{photos - answered} photo" in page.needed.text()
        qtbot.keyClick(page, Qt.Key.Key_N)
        needed -= needed > 0
    assert page.row is None
    assert page.needed.text() == f"All {photos} photos are answered."
    assert page.stack.currentWidget() is page.done
    assert page.done.title.text() == f"All {photos} photos are answered."
    assert not page.yes.isEnabled()


def test_escape_and_a_removed_class_leave(qtbot, page, trained_session):
    page.start(QuestionPurpose.REPORT, 1)
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    page.start(QuestionPurpose.REPORT, 1)
    with qtbot.waitSignal(page.left):
        trained_session.project.decisions.set_classes(
            [ClassDefinition("cat"), ClassDefinition("dog")]
        )


def test_a_photo_whose_file_has_changed_is_read_again(qtbot, page, trained_session):
    page.start(QuestionPurpose.CALIBRATION, 2)
    qtbot.waitUntil(lambda: not page.view.is_loading, timeout=10_000)
    file = trained_session.project.photos.absolute(page.row)
    Image.new("RGB", (50, 70)).save(file)
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=30_000):
        trained_session.jobs.start_scan()
    qtbot.waitUntil(lambda: page.images.photo(file).full_size == QSize(50, 70), timeout=10_000)


def test_pictures(qtbot, page, screenshot):
    for purpose in QuestionPurpose:
        page.start(purpose, 7)
        for key in (Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_Y, Qt.Key.Key_N):
            qtbot.keyClick(page, key)
        while purpose is QuestionPurpose.REPORT and page.round.report().needed:
            qtbot.keyClick(page, Qt.Key.Key_Y if page.round.answered % 3 else Qt.Key.Key_N)
        qtbot.waitUntil(lambda: not page.view.is_loading, timeout=10_000)
        screenshot(page, f"questions-{purpose.value}", size=(1280, 800))
        screenshot(page, f"questions-{purpose.value}-1920x1080", size=(1920, 1080))
        screenshot(page, f"questions-{purpose.value}-911x486", size=(911, 486))
