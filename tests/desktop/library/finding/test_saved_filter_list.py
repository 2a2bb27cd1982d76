import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.library.finding.filter_bar import FilterBar
from cdul_app.measures.reviews import ReviewState
from cdul_app.project.finding.photo_filter import LabelWanted, PhotoFilter, SortKey
from tests.desktop.conftest import choose_class


@pytest.fixture
def bar(qtbot, trained_session):
    bar = FilterBar(trained_session)
    qtbot.addWidget(bar)
    bar.resize(900, 120)
    bar.show()
    return bar


@pytest.fixture
def restricted(bar):
    """The bar with a restriction of each kind."""
    choose_class(bar, 2)
    bar.label.setCurrentIndex(bar.label.findData(LabelWanted.HAS))
    bar.states[ReviewState.UNREVIEWED].click()
    bar.finder.put_query("labels>=1")
    bar._set(score_range=(0.25, 1.0))
    bar._set(sort=SortKey.MARGIN, descending=True)
    return bar.filter


def save(qtbot, bar, name):
    qtbot.mouseClick(bar.saved, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(bar.saved_popup.name, name)
    qtbot.keyClick(bar.saved_popup.name, Qt.Key.Key_Return)
    assert not bar.saved_popup.isVisible()


def row(bar, name):
    """Apply button, rename button, delete button and name field of a saved filter."""
    for each in bar.saved_popup._rows_shown:
        button = each.findChild(QPushButton)
        if button.text() == name:
            return button, *each.findChildren(QToolButton), each.findChild(QLineEdit)
    raise AssertionError(name)


def test_a_saved_filter_brings_everything_back(qtbot, bar, restricted):
    save(qtbot, bar, "tricky")
    bar.clear()
    choose_class(bar, None)
    bar.sort_by(SortKey.NAME)
    assert bar.filter == PhotoFilter()
    qtbot.mouseClick(bar.saved, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(row(bar, "tricky")[0], Qt.MouseButton.LeftButton)
    assert bar.filter == restricted
    assert bar.text.text() == "labels>=1"
    assert bar.states[ReviewState.UNREVIEWED].isChecked()
    assert len(bar.active.chips) == 3


def test_a_name_that_is_there_is_saved_over(qtbot, bar, restricted, trained_session):
    save(qtbot, bar, "one")
    bar.clear()
    save(qtbot, bar, "one")
    (saved,) = trained_session.project.settings.saved_filters
    assert (saved.query, saved.class_name) == ("", trained_session.project.classes[2].name)


def test_rename_and_delete(qtbot, bar, trained_session):
    for name in ("one", "two"):
        save(qtbot, bar, name)
    qtbot.mouseClick(bar.saved, Qt.MouseButton.LeftButton)
    _, rename, _, field = row(bar, "one")
    qtbot.mouseClick(rename, Qt.MouseButton.LeftButton)
    field.setText("two")  # is another one's
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [each.name for each in trained_session.project.settings.saved_filters] == ["one", "two"]
    _, rename, _, field = row(bar, "one")
    qtbot.mouseClick(rename, Qt.MouseButton.LeftButton)
    field.setText("first")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [each.name for each in trained_session.project.settings.saved_filters] == [
        "first",
        "two",
    ]
    qtbot.mouseClick(row(bar, "first")[2], Qt.MouseButton.LeftButton)
    assert [each.name for each in trained_session.project.settings.saved_filters] == ["two"]
    assert bar.saved_popup.isVisible()


def test_a_class_that_is_gone_is_told(qtbot, bar, restricted, trained_session):
    save(qtbot, bar, "tricky")
    (saved,) = trained_session.project.settings.saved_filters
    trained_session.project.decisions.set_classes([ClassDefinition("new")])
    bar.reload_classes()
    said = []
    bar.say.connect(said.append)
    bar.apply_saved(saved)
    assert said == [f"The project has no class “{saved.class_name}” any more."]
    assert bar.filter.column is None
    assert bar.filter.score_range is None
    assert bar.filter.text == "labels>=1"


def test_nothing_saved_yet(qtbot, bar):
    qtbot.mouseClick(bar.saved, Qt.MouseButton.LeftButton)
    assert bar.saved_popup.empty.isVisible()
    assert not bar.saved_popup.save_button.isEnabled()
    bar.saved_popup.hide()
