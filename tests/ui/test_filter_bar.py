import pytest
from PySide6.QtCore import QPoint, QRect, Qt

from cdul_app.core.class_list import ClassDefinition
from cdul_app.core.reviews import NO, YES, ReviewState
from cdul_app.ui.filter_bar import FilterBar
from cdul_app.ui.photo_filter import LabelWanted, PhotoFilter, SortKey


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
    assert not bar.label.isEnabled()  # there is no class it could be about


def test_every_control_changes_the_filter(qtbot, bar, trained_session):
    heard = []
    bar.changed.connect(heard.append)
    bar.choose_class(2)
    assert bar.classes.currentText() == trained_session.classes[2].name
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
    bar.choose_class(1)
    bar.sort.setCurrentIndex(bar.sort.findData(SortKey.SCORE))
    bar.label.setCurrentIndex(1)
    bar.states[ReviewState.UNREVIEWED].click()
    bar.text.setText("x")
    bar.clear()
    assert bar.filter == PhotoFilter(column=1, sort=SortKey.SCORE, descending=True)
    assert bar.states[None].isChecked()
    assert bar.text.text() == ""


def test_a_class_is_found_by_typing_a_part_of_its_name(qtbot, bar, trained_session):
    column = 4
    field = bar.classes.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, trained_session.classes[column].name.upper())
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bar.filter.column == column


def test_a_text_that_is_no_class_does_not_stay(qtbot, bar, trained_session):
    bar.choose_class(1)
    name = trained_session.classes[1].name
    field = bar.classes.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, "qqq")
    assert field.text() == "qqq"
    # Classes and scores may be read again while a person types.
    bar.reload_classes()
    assert bar.filter.column == 1
    field.selectAll()
    qtbot.keyClicks(field, "qqq")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert bar.filter.column == 1
    assert field.text() == name


def test_counts_follow_the_answers(bar, trained_session):
    count = len(trained_session.photos)
    assert bar.states[None].text() == f"All {count}"
    column = 0
    predicted = trained_session.predicted()[:, column]
    wrong = int(predicted.argmin())  # a photo the machine says no to
    right = int(predicted.argmax())
    trained_session.answer([wrong, right], column, YES)
    bar.update_counts()
    assert bar.states[ReviewState.DISAGREEMENT].text() == "Disagreement 1"
    assert bar.states[ReviewState.ANSWERED].text() == "Answered 1"
    assert bar.states[ReviewState.UNREVIEWED].text() == f"Unreviewed {count - 2}"
    trained_session.answer([wrong], column, NO)
    bar.update_counts()
    assert bar.states[ReviewState.ANSWERED].text() == "Answered 2"


def test_unreadable_is_offered_only_where_there_are_some(qtbot, bar, trained_session, demo_folder):
    assert not bar.states[ReviewState.ERROR].isVisible()
    (demo_folder / trained_session.photos.paths[0]).write_bytes(b"no photo")
    with qtbot.waitSignal(trained_session.job_finished, timeout=120_000):
        trained_session.start_scoring()
    bar.update_counts()
    assert bar.states[ReviewState.ERROR].isVisible()
    assert bar.states[ReviewState.ERROR].text() == "Unreadable 1"


def test_classes_that_were_replaced(bar, trained_session):
    bar.choose_class(1)
    name = trained_session.classes[1].name
    trained_session.set_classes([ClassDefinition("new"), ClassDefinition(name)])
    bar.reload_classes()
    assert bar.classes.count() == 3
    assert (bar.filter.column, bar.classes.currentText()) == (1, name)
    trained_session.set_classes([ClassDefinition("new")])
    bar.reload_classes()
    assert bar.filter.column is None
    assert bar.classes.currentText() == "Any class"


def test_everything_has_a_name_for_screen_readers(bar):
    for widget in (bar.classes, bar.label, bar.text, bar.sort, bar.direction, bar.zoom):
        assert widget.accessibleName()
    assert all(button.accessibleName() for button in bar.states.values())


def test_nothing_overlaps_where_the_bar_is_narrow(qtbot, bar):
    width = bar.minimumSizeHint().width()
    bar.resize(width, bar.layout().heightForWidth(width))
    assert bar.width() <= 960 - 340  # the smallest window less the smallest side panel
    boxes = [
        QRect(widget.mapTo(bar, QPoint(0, 0)), widget.size())
        for widget in (
            *bar.chips.buttons, bar.classes, bar.label, bar.score, bar.finder.mode, bar.text,
            bar.finder.help_button, bar.saved, bar.sort, bar.direction, bar.zoom,
        )
        if widget.isVisible()
    ]  # fmt: skip
    assert all(bar.rect().contains(box) for box in boxes)
    assert not any(
        first.intersects(second)
        for place, first in enumerate(boxes)
        for second in boxes[place + 1 :]
    )
