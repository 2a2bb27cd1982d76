"""The label report in the results."""

from PySide6.QtCore import Qt

from cdul_app.desktop.panels.results_panel import ResultsPanel
from cdul_app.measures.reviews import YES


def cells(section, row):
    model = section.table.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_answers_of_the_sample_fill_the_table(qtbot, keep, trained_session):
    panel = keep(ResultsPanel(trained_session))
    panel.show()
    section = panel.report
    assert cells(section, 0) == ["0", "–", "–", "–", "–"]
    design = trained_session.project.samples.design(0)
    rows = [
        int(row)
        for band in range(design.band_count)
        for row in range(len(design.bands))
        if design.bands[row] == band and design.ranks[row] < 2
    ]
    trained_session.project.decisions.answer(rows, 0, YES)
    qtbot.waitUntil(lambda: cells(section, 0)[0] != "0", timeout=5000)
    assert section.table.model().headerData(0, Qt.Orientation.Vertical) == "Together"
    assert cells(section, 1)[0] == str(len(rows))
    assert "±" in cells(section, 1)[1]


def test_questions_are_of_the_chosen_class_or_the_least_known(qtbot, keep, trained_session):
    panel = keep(ResultsPanel(trained_session))
    panel.show()
    with qtbot.waitSignal(panel.questions_requested):
        qtbot.mouseClick(panel.report.ask_button, Qt.MouseButton.LeftButton)
    panel.report.table.setCurrentIndex(panel.report.table.model().index(3, 0))
    with qtbot.waitSignal(panel.questions_requested) as asked:
        qtbot.mouseClick(panel.report.ask_button, Qt.MouseButton.LeftButton)
    assert asked.args == [3]
