import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.library.finding.query_field import QueryField, query_words
from cdul_app.query.photo_query import parse_query

NAMES = ["dog", "door", "traffic light", '24" monitor']


@pytest.fixture
def field(qtbot):
    field = QueryField()
    field.set_class_names(NAMES)
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    return field


def offered(field):
    if not field.popup.isVisible():
        return []
    model = field.completion.completionModel()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_words_are_offered_from_the_second_letter(qtbot, field):
    qtbot.keyClicks(field, "l")
    assert offered(field) == []
    qtbot.keyClicks(field, "abel:d")
    assert offered(field) == ["label:dog", "label:door"]
    qtbot.keyClicks(field, "og")
    assert offered(field) == []  # it is all there


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("label:tra", 'label:"traffic light" '),
        ('label:"tra', 'label:"traffic light" '),
        ("-label:tra", '-label:"traffic light" '),
        ("score(tra", "score(traffic light)"),
        ("revie", "reviewed "),
        ("(label:dog OR unre", "(label:dog OR unreviewed "),
        ("label:24", r'label:"24\" monitor" '),
        (r'label:"24\" mon', r'label:"24\" monitor" '),
        ("score(24", r'score("24\" monitor")'),
        (r'label:"24\" monitor" flag', r'label:"24\" monitor" flagged '),
        ("NOT(label:tra", 'NOT(label:"traffic light" '),
        ('label:"traffic light" flag', 'label:"traffic light" flagged '),
    ],
)
def test_a_chosen_word_takes_the_place_of_its_beginning(qtbot, field, typed, written):
    qtbot.keyClicks(field, typed)
    assert offered(field)
    qtbot.keyClick(field.popup, Qt.Key.Key_Down)
    qtbot.keyClick(field.popup, Qt.Key.Key_Return)
    assert field.text() == written
    assert field.cursorPosition() == len(written)


def test_what_follows_the_cursor_stays(qtbot, field):
    field.setText("re label:dog")
    field.setCursorPosition(2)
    qtbot.keyClicks(field, "vie")
    field._insert("reviewed")
    assert field.text() == "reviewed label:dog"


def test_enter_without_a_choice_changes_nothing(qtbot, field):
    qtbot.keyClicks(field, "label:d")
    qtbot.keyClick(field.popup, Qt.Key.Key_Return)
    assert field.text() == "label:d"
    assert not field.popup.isVisible()


def test_letters_go_on_into_the_field_while_words_are_offered(qtbot, field):
    qtbot.keyClicks(field, "label:d")
    qtbot.keyClicks(field.popup, "oo")
    assert field.text() == "label:doo"
    assert offered(field) == ["label:door"]


def test_every_offered_word_can_be_read():
    for word in query_words(NAMES).values():
        if word.endswith(")"):
            word += ">0.5"
        elif word.endswith("="):
            word += "1"
        elif word.endswith(":"):
            word += "dog"
        elif word in ("AND", "OR", "NOT"):
            continue
        parse_query(word, NAMES)
