"""The label report in the results."""

import re

from PySide6.QtCore import Qt

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.panels.results_panel import ResultsPanel
from cdul_app.measures.reviews import YES
from cdul_app.measures.sample_design import ENOUGH_ANSWERS
from cdul_app.project.checking.question_round import QuestionPurpose, QuestionRound


def cells(section, row):
    model = section.table.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_answers_of_the_sample_fill_the_table(qtbot, keep, trained_session):
    panel = keep(ResultsPanel(trained_session))
    panel.show()
    section = panel.report
    assert cells(section, 0) == [str(ENOUGH_ANSWERS), "–", "–", "–", "0"]
    questions = QuestionRound(trained_session.project, QuestionPurpose.REPORT, 0)
    rows = []
    while questions.report().needed:
        rows.append(questions.next_row())
        questions.answer(rows[-1], YES)
        if len(rows) == 3:  # counts, and what would make more of them
            qtbot.waitUntil(lambda: cells(section, 0)[4] == "3", timeout=5000)
            assert cells(section, 0) == [str(ENOUGH_ANSWERS - 3), "–", "–", "–", "3"]
    together = section.table.model()
    qtbot.waitUntil(
        lambda: together.headerData(0, Qt.Orientation.Vertical) == "1 together", timeout=5000
    )
    assert section.table.model().headerData(0, Qt.Orientation.Vertical) == "1 together"
    assert cells(section, 1)[4] == str(len(rows))
    assert re.fullmatch(r"\d+\N{NO-BREAK SPACE}% ±\d+", cells(section, 1)[1])
    assert cells(section, 1)[0] == "✓"


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
    assert cells(panel.report, len(definitions)) == ["–", "–", "–", "–", "0"]
