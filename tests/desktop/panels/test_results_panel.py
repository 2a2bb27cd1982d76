import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.panels.evaluation_tables import FigureTable, classes_table, kinds_table
from cdul_app.desktop.panels.results_panel import ResultsPanel
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from tests.tasks.project_helpers import evaluated

EVALUATION = {
    "images": 3,
    "classes": ["cat", "dog"],
    "labels": {
        "global": {"mAP": 50.0, "AP": {"cat": 50.0, "dog": None}, "macro_F1": 40.0},
        "pseudo": {"mAP": 75.5, "AP": {"cat": 75.5, "dog": None}, "macro_F1": 30.0},
    },
}


def is_best(table, row, column):
    return table.index(row, column).data(Qt.ItemDataRole.FontRole) is not None


@pytest.fixture
def panel(keep, trained_session):
    panel = keep(ResultsPanel(trained_session))
    panel.resize(360, 900)
    panel.show()
    return panel


def test_tables_hold_the_figures_and_mark_the_best():
    kinds = kinds_table(EVALUATION)
    assert [kinds.index(row, 0).data() for row in range(2)] == ["50.0", "75.5"]
    assert is_best(kinds, 1, 0)
    assert is_best(kinds, 0, 1)
    assert not is_best(kinds, 0, 0)
    classes = classes_table(EVALUATION)
    assert classes.headerData(0, Qt.Orientation.Vertical) == "cat"
    assert is_best(classes, 0, 1)
    assert classes.index(1, 0).data() == "–"
    assert not is_best(classes, 1, 0)


def test_columns_keep_their_width_when_figures_come_anew(qtbot):
    view = FigureTable("Measures")
    qtbot.addWidget(view)
    widths = []
    for _ in range(3):
        view.show_table(kinds_table(EVALUATION))
        header = view.horizontalHeader()
        widths.append(tuple(map(header.sectionSize, range(header.count()))))
    assert len(set(widths)) == 1


def test_truth_gives_a_table_of_each_kind(qtbot, panel, trained_session):
    qtbot.waitUntil(lambda: panel.kinds.model() is not None)
    model = panel.kinds.model()
    evaluation = evaluated(trained_session.project)
    expected = [kind for kind in EVALUATED_KINDS if kind.value in evaluation["labels"]]
    assert model.rowCount() == len(expected)
    assert model.index(0, 0).data() == f"{evaluation['labels'][expected[0].value]['mAP']:.1f}"
    assert panel.classes.model().rowCount() == len(evaluation["classes"])
    assert not panel.without_truth.isVisible()


def test_without_truth_it_explains_and_loads_one(qtbot, panel, trained_session):
    file = trained_session.project.truth.file
    trained_session.project.truth.clear()
    qtbot.waitUntil(panel.without_truth.isVisible)
    panel.load_truth(file)
    qtbot.waitUntil(panel.tables.isVisible)


def test_a_truth_file_that_does_not_fit_is_a_sentence(qtbot, panel, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("image,cat\nsomewhere.jpg,1\n")
    panel.load_truth(wrong)
    qtbot.waitUntil(panel.problem.isVisible)
    assert panel.problem.text


def test_truth_that_fits_in_part_says_what_does_not(qtbot, panel, trained_session, tmp_path):
    photo, name = trained_session.project.photos.paths[0], trained_session.project.classes.names[0]
    file = tmp_path / "part.csv"
    file.write_text(f"image,{name},zebra crossing\n{photo},1,0\nelsewhere.jpg,0,1\n")
    with qtbot.waitSignal(trained_session.truth_changed):
        panel.load_truth(file)
    qtbot.waitUntil(lambda: "elsewhere.jpg" in panel.truth_note.text)
    assert "1 of 2 photos of the label file are in this folder" in panel.truth_note.text
    assert "not among your classes: “zebra crossing”" in panel.truth_note.text
    trained_session.project.truth.clear()
    assert trained_session.project.truth.note == ""


def test_thresholds_are_measured_anew(qtbot, panel, trained_session):
    qtbot.waitUntil(panel.tables.isVisible)
    first = panel.kinds.model()
    trained_session.project.decisions.set_threshold(0, 0.9)
    qtbot.waitUntil(lambda: panel.kinds.model() is not first)


def test_a_class_is_chosen_in_the_table_and_drawn(qtbot, panel, trained_session):
    qtbot.waitUntil(lambda: panel.plot is not None and panel.plot.isVisible())
    evaluation = evaluated(trained_session.project)
    name = evaluation["classes"][2]
    model = panel.classes.model()
    panel.classes.clicked.emit(model.index(2, 0))
    assert panel.plot_heading.text().endswith(name)
    qtbot.waitUntil(lambda: name in panel.plot.accessibleDescription())
    points = panel.plot.operating_points()
    measured = evaluation["labels"]["pseudo"]
    recall, precision = points[LabelKind.PSEUDO]
    assert precision == pytest.approx(measured["precision"][name], abs=0.01)
    assert recall == pytest.approx(measured["recall"][name], abs=0.01)
    assert name in panel.plot.accessibleDescription()
    # A threshold that moves moves the dot, and the class stays.
    trained_session.project.decisions.set_threshold(2, 0.999)
    qtbot.waitUntil(lambda: panel.plot.operating_points() != points)
    assert panel.plot_heading.text().endswith(name)


def test_all_measures_are_columns_and_the_lowest_calibration_error_is_best(trained_session):
    evaluation = evaluated(trained_session.project)
    table = kinds_table(evaluation)
    titles = [
        table.headerData(column, Qt.Orientation.Horizontal) for column in range(table.columnCount())
    ]
    assert titles == ["mAP", "F1", "CF1", "OF1", "Best", "ECE"]
    errors = [measures["ECE"] for measures in evaluation["labels"].values()]
    assert [is_best(table, row, 5) for row in range(len(errors))] == [
        error == min(errors) for error in errors
    ]


def test_pictures(qtbot, panel, trained_session, screenshot):
    qtbot.waitUntil(panel.tables.isVisible)
    panel.resize(360, 1300)
    screenshot(panel, "results-panel")
    trained_session.project.truth.clear()
    qtbot.waitUntil(panel.without_truth.isVisible)
    screenshot(panel, "results-panel-without-truth")
