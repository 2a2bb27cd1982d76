"""The list of classes with 2,000 of them: nothing is counted or painted that need not be."""

import pytest
from PySide6.QtTest import QTest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.navigator import navigator_model
from cdul_app.desktop.navigator.navigator import Navigator
from cdul_app.desktop.navigator.navigator_delegate import NavigatorDelegate

CLASSES = 2_000


@pytest.fixture
def navigator(qtbot, new_session):
    names = [ClassDefinition(f"a class number {number}") for number in range(CLASSES)]
    new_session.project.decisions.set_classes(names)
    navigator = Navigator(new_session, new_session.project.decisions.undo)
    qtbot.addWidget(navigator)
    navigator.resize(232, 600)
    navigator.show()
    qtbot.waitExposed(navigator)
    return navigator


@pytest.fixture
def counts(monkeypatch):
    """How often rows were made anew, and how many were painted."""
    made = {"lists": 0, "painted": 0}
    make, paint = navigator_model.class_rows, NavigatorDelegate.paint

    def counted(project):
        made["lists"] += 1
        return make(project)

    def painted(delegate, *arguments):
        made["painted"] += 1
        paint(delegate, *arguments)

    monkeypatch.setattr(navigator_model, "class_rows", counted)
    monkeypatch.setattr(NavigatorDelegate, "paint", painted)
    return made


def test_choosing_a_class_counts_nothing_anew(qtbot, navigator, new_session, counts):
    for column in (5, 1_999, 700):
        new_session.current_class.choose(column)
    assert counts["lists"] == 0


def test_typing_counts_nothing_anew(qtbot, navigator, counts):
    QTest.keyClicks(navigator.field, "number 19")
    assert len(navigator.model.rows) == 111
    assert counts["lists"] == 0


def test_only_what_is_in_sight_is_painted(qtbot, navigator, counts):
    navigator.grab()
    assert 0 < counts["painted"] < 100


def test_many_answers_are_counted_once(qtbot, navigator, new_session, counts):
    for column in range(20):
        new_session.project.decisions.answer([0, 1], column, 1)
    qtbot.waitUntil(lambda: counts["lists"] > 0)
    assert counts["lists"] == 1


def test_keys_are_printed_for_the_first_twenty(navigator):
    keys = [row.key for row in navigator.model.rows[1:]]
    assert keys[0] == "1"
    assert keys[19] == "⇧0"
    assert set(keys[20:]) == {""}
