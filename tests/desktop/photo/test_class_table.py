import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QToolTip

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.look.theme import sized_font
from cdul_app.desktop.photo.class_table import ClassTable
from cdul_app.desktop.photo.class_table_delegate import answer_button
from cdul_app.desktop.photo.class_table_model import SCORE_KINDS, ClassTableModel, TableColumn
from cdul_app.desktop.photo.photo_explanation import percent
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES

ROW = 4
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture
def table(qtbot, trained_session):
    table = ClassTable(trained_session)
    qtbot.addWidget(table)
    table.resize(720, 600)
    table.show()
    table.show_photo(ROW, None)
    table.show_numbers(True)
    return table


@pytest.fixture
def model(table) -> ClassTableModel:
    return table.table_model


def texts(model, table_column):
    return [model.index(place, table_column).data() for place in range(model.rowCount())]


def click_answer(table, place, value):
    cell = table.visualRect(table.table_model.index(place, TableColumn.ANSWER))
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=answer_button(cell, value).center()
    )


# ---- what it shows ----


def test_the_model_is_sound(model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(TableColumn.NAME, ASCENDING)
    model.refresh()
    model.show_photo(2)
    model.show_photo(None)
    assert tester.model() is model


def test_every_score_is_that_of_the_session(model, trained_session):
    for table_column, kind in SCORE_KINDS.items():
        matrix = trained_session.project.scores(kind)
        for place in range(model.rowCount()):
            score = float(matrix[ROW, model.rows[place]])
            assert model.index(place, table_column).data() == percent(score)
            tip = model.index(place, table_column).data(Qt.ItemDataRole.ToolTipRole)
            assert tip.startswith(kind.heading)


def test_the_highest_label_stands_first(model, trained_session):
    """A label below another class's score, which is none, too."""
    project = trained_session.project
    scores, labels = project.scores(LabelKind.PSEUDO)[ROW], project.facts.labels.values()[ROW]
    assert model.rows == np.lexsort((-scores, ~labels)).tolist()
    last = model.rows[-1]
    project.decisions.answer([ROW], last, YES)
    model.show_photo(ROW)
    assert model.rows[0] == last
    assert model.index(0, TableColumn.LABEL).data() == "confirmed"


def test_numbers_are_a_drawer_and_names_are_shortened_last(table, trained_session):
    def hidden():
        return [each for each in TableColumn if table.isColumnHidden(each)]

    assert hidden() == []
    table.show_numbers(False)
    assert hidden() == list(SCORE_KINDS)
    table.show_numbers(True)
    table.resize(400, 600)
    metrics = QFontMetrics(sized_font(table.font(), 13, bold=True))
    widest = max(map(metrics.horizontalAdvance, trained_session.project.classes.names))
    assert table.columnWidth(TableColumn.NAME) > widest
    assert not table.isColumnHidden(TableColumn.PSEUDO)


def test_it_opens_at_the_labels_of_the_photo(table, model):
    table.resize(720, 150)
    table.show_photo(ROW, model.rows[-1])
    assert table.verticalScrollBar().value() == 0


def test_keys_belong_to_the_first_twenty_classes(model, trained_session):
    model.sort(TableColumn.KEY, ASCENDING)
    assert texts(model, TableColumn.KEY)[:12] == [*"1234567890", "⇧1", "⇧2"]
    assert texts(model, TableColumn.NAME) == [
        record.name for record in trained_session.project.classes
    ]


def test_a_new_photo_reads_everything_again(model, trained_session):
    model.show_photo(ROW + 1)
    scores = trained_session.project.scores(LabelKind.GLOBAL)[ROW + 1]
    assert model.score(LabelKind.GLOBAL, model.rows[0]) == pytest.approx(scores[model.rows[0]])


def test_every_column_says_what_it_is(model):
    for section in TableColumn:
        tip = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert tip
    assert not model.headerData(0, Qt.Orientation.Vertical)


def test_the_threshold_is_told(model, trained_session):
    trained_session.project.decisions.set_threshold(model.rows[0], 0.33)
    model.refresh()
    tip = model.index(0, TableColumn.PSEUDO).data(Qt.ItemDataRole.ToolTipRole)
    assert "threshold 33" in tip
    assert model.threshold(model.rows[0]) == pytest.approx(0.33)


# ---- sorting ----


@pytest.mark.parametrize("table_column", list(SCORE_KINDS))
def test_a_click_on_a_header_sorts_from_the_top_and_another_turns_it(table, model, table_column):
    header = table.horizontalHeader()
    middle = QPoint(
        header.sectionViewportPosition(table_column) + header.sectionSize(table_column) // 2, 10
    )
    model.sort(TableColumn.KEY, ASCENDING)

    def shown() -> list[float]:
        return [model.score(SCORE_KINDS[table_column], column) for column in model.rows]

    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert shown() == sorted(shown(), reverse=True)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert shown() == sorted(shown())


def test_names_sort_in_any_case(model):
    model.sort(TableColumn.NAME, ASCENDING)
    names = [name.casefold() for name in texts(model, TableColumn.NAME)]
    assert names == sorted(names)


def test_answers_sort(table, model, trained_session):
    trained_session.project.decisions.answer([ROW], 5, YES)
    trained_session.project.decisions.answer([ROW], 6, NO)
    model.refresh()
    model.sort(TableColumn.ANSWER, DESCENDING)
    assert texts(model, TableColumn.ANSWER)[:3] == ["yes", "no", ""]


def test_the_chosen_class_stays_chosen_while_it_is_sorted(table, model):
    table.choose_class(7)
    model.sort(TableColumn.NAME, ASCENDING)
    assert table.chosen_class == 7


def test_absent_scores_come_last_either_way(model, trained_session):
    trained_session.project.scores(LabelKind.GLOBAL)[ROW, 3] = np.nan
    model.refresh()
    for order in (ASCENDING, DESCENDING):
        model.sort(TableColumn.GLOBAL, order)
        assert model.rows[-1] == 3
    assert "not scored yet" in model.index(model.rowCount() - 1, TableColumn.GLOBAL).data(
        Qt.ItemDataRole.ToolTipRole
    )


# ---- choosing and answering ----


def test_a_click_chooses_a_class(qtbot, table, model):
    cell = table.visualRect(model.index(3, TableColumn.NAME))
    with qtbot.waitSignal(table.class_chosen) as chosen:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    assert chosen.args == [model.rows[3], True]
    assert table.chosen_class == model.rows[3]


def test_a_class_chosen_by_the_program_is_told_so(qtbot, table):
    with qtbot.waitSignal(table.class_chosen) as chosen:
        table.choose_class(5)
    assert chosen.args == [5, False]


def test_steps_stay_in_the_table(table, model):
    table.choose_class(None)
    table.step(1)
    assert table.chosen_class == model.rows[0]
    table.step(1)
    assert table.chosen_class == model.rows[1]
    table.step(-5)
    assert table.chosen_class == model.rows[0]
    table.step(1000)
    assert table.chosen_class == model.rows[-1]
    assert table.top_class() == model.rows[0]


def test_the_buttons_answer_and_take_back(table, model, trained_session):
    heard = []
    table.answered.connect(lambda column, value: heard.append((column, value)))
    table.answered.connect(
        lambda column, value: trained_session.project.decisions.answer([ROW], column, value)
    )
    trained_session.answers_changed.connect(lambda _: model.refresh())
    column = model.rows[2]
    for value, expected in ((YES, YES), (NO, NO), (NO, UNOBSERVED)):
        click_answer(table, 2, value)
        assert heard[-1] == (column, expected)
        assert model.answer(model.rows[2]) == expected
    assert table.chosen_class == column  # the click chose its row, too


def test_the_gap_between_the_buttons_is_no_answer(table, model):
    heard = []
    table.answered.connect(lambda *answer: heard.append(answer))
    cell = table.visualRect(model.index(2, TableColumn.ANSWER))
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(cell.left() + 1, cell.center().y())
    )
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.RightButton, pos=answer_button(cell, YES).center()
    )
    assert heard == []


def test_the_buttons_tell_their_key(qtbot, table, model):
    cell = table.visualRect(model.index(0, TableColumn.ANSWER))
    for value, text in ((YES, "Yes (Y or A)"), (NO, "No (N or X)")):
        point = answer_button(cell, value).center()
        event = QHelpEvent(QHelpEvent.Type.ToolTip, point, table.viewport().mapToGlobal(point))
        QApplication.sendEvent(table.viewport(), event)
        assert QToolTip.text() == text
    QToolTip.hideText()


# ---- other states ----


def test_before_scoring_there_are_names_and_answers_only(qtbot, new_session):
    new_session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    table = ClassTable(new_session)
    qtbot.addWidget(table)
    table.resize(540, 300)
    table.show()
    table.show_photo(0, None)
    assert all(table.isColumnHidden(column) for column in SCORE_KINDS)
    assert not table.isColumnHidden(TableColumn.ANSWER)
    assert texts(table.table_model, TableColumn.NAME) == ["cat", "dog"]
    assert not table.grab().isNull()


def test_without_classes_it_is_empty(qtbot, new_session):
    table = ClassTable(new_session)
    qtbot.addWidget(table)
    table.show_photo(0, None)
    assert table.table_model.rowCount() == 0
    assert table.chosen_class is None
    assert table.top_class() is None
    table.step(1)


def test_it_is_painted_in_every_state(table, trained_session):
    pictures = [table.grab().toImage()]
    table.choose_class(table.table_model.rows[1])
    pictures.append(table.grab().toImage())
    trained_session.project.decisions.answer([ROW], table.table_model.rows[1], YES)
    table.table_model.refresh()
    pictures.append(table.grab().toImage())
    table.horizontalHeader().sectionClicked.emit(TableColumn.NAME)
    pictures.append(table.grab().toImage())
    assert all(first != second for first, second in itertools.pairwise(pictures))


def test_no_header_is_cut(table):
    header = table.horizontalHeader()
    for section in TableColumn:
        text = table.table_model.headerData(section, Qt.Orientation.Horizontal)
        font = header.font()
        font.setPixelSize(11)
        font.setBold(True)
        assert QFontMetrics(font).horizontalAdvance(text) <= header.sectionSize(section)
