"""The label report in the results."""

import re

from PySide6.QtCore import Qt

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.panels.results_panel import ResultsPanel
from cdul_app.measures.reviews import YES
from cdul_app.measures.sample_design import ENOUGH_ANSWERS
from cdul_app.project.checking.question_round import QuestionPurpose, QuestionRound
from tests.desktop.conftest import settle


def cells(section, row):
    model = section.table.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_answers_of_the_sample_fill_the_table(qtbot, keep, trained_session):
    panel = keep(ResultsPanel(trained_session))
    panel.show()
    section = panel.report
    assert cells(section, 0) == ["–", "–", f"{ENOUGH_ANSWERS} to go"]
    questions = QuestionRound(trained_session.project, QuestionPurpose.REPORT, 0)
    rows = []
    while questions.report().needed:
        rows.append(questions.next_row())
        questions.answer(rows[-1], YES)
        if len(rows) == 3:  # counts, and what would make more of them
            qtbot.waitUntil(
                lambda: cells(section, 0)[2] == f"{ENOUGH_ANSWERS - 3} to go", timeout=5000
            )
            assert cells(section, 0)[:2] == ["–", "–"]
            tip = section.table.model().index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
            assert "you gave 3." in tip
    together = section.table.model()
    qtbot.waitUntil(
        lambda: together.headerData(0, Qt.Orientation.Vertical) == "1 together", timeout=5000
    )
    assert section.table.model().headerData(0, Qt.Orientation.Vertical) == "1 together"
    for figure in cells(section, 1):
        assert re.fullmatch(r"\d+\N{NO-BREAK SPACE}% ±\d+", figure)


def test_questions_are_of_the_chosen_class_or_the_least_known(qtbot, keep, trained_session):
    panel = keep(ResultsPanel(trained_session))
    panel.show()
    with qtbot.waitSignal(panel.questions_requested):
        qtbot.mouseClick(panel.report.ask_button, Qt.MouseButton.LeftButton)
    panel.report.table.setCurrentIndex(panel.report.table.model().index(3, 0))
    with qtbot.waitSignal(panel.questions_requested) as asked:
        qtbot.mouseClick(panel.report.ask_button, Qt.MouseButton.LeftButton)
    assert asked.args == [3]


def test_a_class_that_the_photos_were_not_labelled_for_has_no_figure(keep, trained_session):
    definitions = trained_session.project.classes.definitions
    trained_session.project.decisions.set_classes([*definitions, ClassDefinition("a new one")])
    panel = keep(ResultsPanel(trained_session))
    panel.show()
    assert cells(panel.report, len(definitions)) == ["–", "–", "–"]


def test_known_classes_come_first_and_all_figures_are_in_sight(qtbot, demo_window):
    demo_window.resize(1280, 800)
    side, project = demo_window.view.library.side_panel, demo_window.view.session.project
    last = len(project.classes) - 1
    questions = QuestionRound(project, QuestionPurpose.REPORT, last)
    while questions.report().needed:
        questions.answer(questions.next_row(), YES)
    side.show_panel("Quality")
    table = side.results.report.table
    names = project.classes.names
    qtbot.waitUntil(lambda: table.model().rowCount() == len(names) + 1, timeout=5000)
    shown = [
        table.model().headerData(row, Qt.Orientation.Vertical)
        for row in range(table.model().rowCount())
    ]
    assert shown == ["1 together", names[last], *names[:last]]
    settle(demo_window)
    assert not table.horizontalScrollBar().isVisible()
    for row in range(table.model().rowCount()):
        for column in range(table.model().columnCount()):
            text = table.model().index(row, column).data()
            room = table.columnWidth(column)
            assert table.fontMetrics().horizontalAdvance(text) < room, text
    table.setCurrentIndex(table.model().index(1, 0))
    with qtbot.waitSignal(side.results.questions_requested) as asked:
        side.results.report.ask_button.click()
    assert asked.args == [last]
