import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.library.finding.filter_bar import FilterBar
from cdul_app.desktop.widgets.one_line import OneLine
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.project.finding.photo_filter import LabelWanted, PhotoFilter, SortKey, filtered_rows
from tests.desktop.conftest import choose_class


@pytest.fixture
def bar(qtbot, trained_session):
    bar = FilterBar(trained_session)
    qtbot.addWidget(bar)
    bar.resize(900, 90)
    bar.show()
    return bar


def test_at_first_it_hides_nothing(bar):
    assert bar.filter == PhotoFilter()
    assert not bar.filter.hides_anything
    assert not bar.label.isVisible()  # there is no class it could be about


def test_every_control_changes_the_filter(qtbot, bar, trained_session):
    heard = []
    bar.changed.connect(heard.append)
    choose_class(bar, 2)
    assert bar.filter.column == trained_session.current_class.column == 2
    bar.label.setCurrentIndex(bar.label.findData(LabelWanted.LACKS))
    qtbot.mouseClick(bar.states[ReviewState.ANSWERED], Qt.MouseButton.LeftButton)
    bar.sort.setCurrentIndex(bar.sort.findData(SortKey.SCORE))
    qtbot.mouseClick(bar.direction, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(bar.text, "Scene")
    qtbot.waitUntil(lambda: bar.filter.text == "Scene")
    assert bar.filter == PhotoFilter(
        2, LabelWanted.LACKS, ReviewState.ANSWERED, "Scene", SortKey.SCORE, descending=False
    )
    assert heard[-1] == bar.filter
    assert bar.filter.hides_anything


def test_letters_are_gathered_into_one_pass(qtbot, bar):
    heard = []
    bar.changed.connect(heard.append)
    qtbot.keyClicks(bar.text, "abcdef")
    qtbot.waitUntil(lambda: bool(heard))
    assert [item.text for item in heard] == ["abcdef"]


def test_scores_start_at_the_top_and_names_at_a(bar):
    bar.sort.setCurrentIndex(bar.sort.findData(SortKey.UNCERTAINTY))
    assert bar.filter.descending
    bar.sort.setCurrentIndex(bar.sort.findData(SortKey.NAME))
    assert not bar.filter.descending


def test_clear_keeps_the_class_and_the_order(qtbot, bar):
    choose_class(bar, 1)
    bar.sort.setCurrentIndex(bar.sort.findData(SortKey.SCORE))
    bar.label.setCurrentIndex(1)
    bar.states[ReviewState.UNREVIEWED].click()
    bar.text.setText("x")
    bar.clear()
    assert bar.filter == PhotoFilter(column=1, sort=SortKey.SCORE, descending=True)
    assert bar.states[None].isChecked()
    assert bar.text.text() == ""


def test_counts_follow_the_answers(bar, trained_session):
    count = len(trained_session.project.photos)
    assert bar.states[None].text() == f"All {count}"
    column = 0
    predicted = trained_session.project.facts.labels.values()[:, column]
    # One set by hand stays where it is, whatever is answered.
    threshold = float(trained_session.project.classes.thresholds[column])
    trained_session.project.decisions.set_threshold(column, threshold)
    wrong = int(predicted.argmin())  # a photo the machine says no to
    right = int(predicted.argmax())
    trained_session.project.decisions.answer([wrong, right], column, YES)
    bar.refresh()
    assert bar.states[ReviewState.DISAGREEMENT].text() == "You disagree 1"
    assert bar.states[ReviewState.ANSWERED].text() == "Answered 2"
    assert bar.states[ReviewState.UNREVIEWED].text() == f"Not answered {count - 2}"
    trained_session.project.decisions.answer([wrong], column, NO)
    bar.refresh()
    assert bar.states[ReviewState.ANSWERED].text() == "Answered 2"


def test_unreadable_is_offered_only_where_there_are_some(qtbot, bar, trained_session, demo_folder):
    assert not bar.states[ReviewState.ERROR].isVisible()
    (demo_folder / trained_session.project.photos.paths[0]).write_bytes(b"no photo")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000):
        trained_session.jobs.start_scoring()
    bar.refresh()
    assert bar.states[ReviewState.ERROR].isVisible()
    assert bar.states[ReviewState.ERROR].text() == "Unreadable 1"


def test_classes_that_were_replaced(bar, trained_session):
    choose_class(bar, 1)
    name = trained_session.project.classes[1].name
    trained_session.project.decisions.set_classes([ClassDefinition("new"), ClassDefinition(name)])
    bar.reload_classes()
    assert bar.filter.column == 1
    assert trained_session.current_class.name == name
    trained_session.project.decisions.set_classes([ClassDefinition("new")])
    bar.reload_classes()
    assert bar.filter.column is None


def test_everything_has_a_name_for_screen_readers(bar):
    for widget in (bar.label, bar.text, bar.sort, bar.direction):
        assert widget.accessibleName()
    assert all(button.accessibleName() for button in bar.states.values())


def test_nothing_overlaps_where_the_bar_is_narrow(qtbot, bar):
    bar.resize(bar.minimumSizeHint())
    QApplication.processEvents()  # the title of the order gives way
    width = bar.minimumSizeHint().width()
    bar.setMinimumSize(0, 0)  # as a window of its own it would keep its first one
    bar.resize(width, bar.layout().heightForWidth(width))
    assert bar.width() <= 900 - 321  # the smallest window less the smallest side panel
    boxes = [
        QRect(widget.mapTo(bar, QPoint(0, 0)), widget.size())
        for widget in (
            bar.findChild(OneLine),  # the chips in it are scrolled to
            bar.finder.mode, bar.text, bar.finder.help_button, bar.saved, bar.sort,
            bar.direction,
        )
        if widget.isVisible()
    ]  # fmt: skip
    assert all(bar.rect().contains(box) for box in boxes)
    assert not any(
        first.intersects(second)
        for place, first in enumerate(boxes)
        for second in boxes[place + 1 :]
    )


def test_a_wrong_query_is_tinted_and_the_last_right_one_stays(qtbot, bar):
    bar.finder.put_query("labels>=1")
    heard = []
    bar.changed.connect(heard.append)
    bar.text.setText("labels>=1 label:nobody")
    assert not bar.text.property("invalid")  # perhaps it is not finished
    qtbot.waitUntil(lambda: bar.finder.note.isVisible())
    assert bar.text.property("invalid")
    assert bar.finder.note.text().startswith("No class “nobody”")
    assert (bar.filter.text, heard) == ("labels>=1", [])
    bar.text.setText("labels>=2")
    qtbot.waitUntil(lambda: bar.filter.text == "labels>=2")
    assert not bar.finder.note.isVisible()
    assert not bar.text.property("invalid")


def test_a_query_about_a_class_that_goes_is_told(bar, trained_session):
    name = trained_session.project.classes[0].name
    bar.finder.put_query(f'label:"{name}"')
    assert bar.filter.text
    trained_session.project.decisions.set_classes([ClassDefinition("new")])
    bar.reload_classes()
    assert bar.filter.text == ""
    assert bar.finder.note.isVisible()
    trained_session.project.decisions.undo()
    bar.reload_classes()
    assert bar.filter.text == f'label:"{name}"'
    assert not bar.finder.note.isVisible()


def test_each_restriction_has_a_chip_that_takes_it_away(qtbot, bar, trained_session):
    trained_session.project.decisions.flag([0, 1], True)
    bar.refresh()
    assert not bar.active.isVisible()
    choose_class(bar, 1)
    assert not bar.active.isVisible()  # it hides nothing
    bar.label.setCurrentIndex(bar.label.findData(LabelWanted.LACKS))
    bar.states[ReviewState.UNREVIEWED].click()
    bar.flagged.click()
    bar.finder.put_query("scene")
    bar._set(score_range=(0.0, 0.5))
    name = trained_session.project.classes[1].name
    assert [chip.text() for chip in bar.active.chips] == [
        f"{name}: score 0.00–0.50", "Not answered", "Flagged", "scene",
    ]  # fmt: skip
    while bar.active.chips:
        count = len(bar.active.chips)
        bar.active.chips[0].click()
        qtbot.waitUntil(lambda: len(bar.active.chips) < count)  # noqa: B023
    assert bar.filter == PhotoFilter(1, LabelWanted.LACKS)  # its own list says that
    assert bar.text.text() == ""
    assert not bar.active.isVisible()


def test_the_range_of_scores_is_of_the_chosen_class(qtbot, bar, trained_session):
    assert not bar.score.isVisible()
    choose_class(bar, 1)
    qtbot.mouseClick(bar.score, Qt.MouseButton.LeftButton)
    assert bar.score_popup.isVisible()
    bar.score_popup.low.setValue(0.3)
    assert bar.filter.score_range == (0.3, 1.0)
    assert bar.score.text() == "Score 0.30–1.00"
    shown = filtered_rows(trained_session.project, bar.filter)
    assert bar.score_popup.count.text() == f"{len(shown)} photos"
    bar.score_popup.hide()
    choose_class(bar, 2)
    assert bar.filter.score_range is None
    assert bar.score.text() == "Any score"


def test_entries_tell_how_many_have_the_label(bar, trained_session):
    choose_class(bar, 1)
    name = trained_session.project.classes[1].name
    has = int(trained_session.project.facts.labels.values()[:, 1].sum())
    count = len(trained_session.project.photos)
    assert bar.label.itemText(1) == f"{name}: with the label {has}"
    assert bar.label.itemText(3) == f"{name}: without the label {count - has}"
    trained_session.project.decisions.set_threshold(1, 0.3)
    has = int(trained_session.project.facts.labels.values()[:, 1].sum())
    row = int((~trained_session.project.facts.labels.values()[:, 1]).argmax())
    trained_session.project.decisions.answer([row], 1, YES)
    bar.refresh()
    assert bar.label.itemText(1) == f"{name}: with the label {has + 1}"


def test_an_order_without_figures_says_what_is_missing(qtbot, new_session):
    bar = FilterBar(new_session)
    qtbot.addWidget(bar)
    bar.show()
    said = []
    bar.say.connect(said.append)
    bar.sort_by(SortKey.MARGIN)
    assert said == ["Label the photos first: this order is made from their scores."]
    bar.sort_by(SortKey.NOVELTY)
    qtbot.waitUntil(lambda: not new_session.search.is_running)
    assert bar.finder.note.text().startswith("Label the photos first")


def test_novelty_orders_the_photos_when_it_is_known(qtbot, bar, trained_session):
    trained_session.project.decisions.answer([4], 0, YES)
    with qtbot.waitSignal(trained_session.search.found, timeout=60_000):
        bar.sort_by(SortKey.NOVELTY)
    rows = filtered_rows(trained_session.project, bar.filter)
    assert rows[-1] == 4  # nothing is less new than what was answered
    assert (np.diff(trained_session.project.search_results.novelty()[rows]) <= 0).all()
