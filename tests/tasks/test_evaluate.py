"""Figures against truth, from arrays that are in memory."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import LabelFileError, ProjectError
from cdul_app.events import Progressed
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.project.checking.truth_comparison import EvaluatedLabels
from cdul_app.project.project import Project
from cdul_app.tasks.evaluate import class_curves, evaluate, read_project_truth
from tests.events import run_task
from tests.tasks.project_helpers import of_type


def test_each_kind_of_label_is_measured(trained_project: Project):
    events, result = run_task(
        evaluate(EvaluatedLabels.of(trained_project), trained_project.truth.labels())
    )
    figures = result.figures
    assert figures["images"] == len(trained_project.photos)
    kinds = [kind.value for kind in EVALUATED_KINDS if kind in trained_project.label_kinds]
    assert list(figures["labels"]) == kinds
    assert of_type(events, Progressed)[-1] == Progressed(len(kinds), len(kinds))


def test_what_is_in_memory_is_not_read_again(trained_project: Project):
    for kind in trained_project.label_kinds:
        trained_project.scores(kind)
    labels = EvaluatedLabels.of(trained_project)
    found = labels.scores()
    for kind, scores in found.items():
        assert scores is trained_project.scores(kind)


def test_precision_and_recall_of_a_class(trained_project: Project):
    truth = trained_project.truth.labels()
    _, result = run_task(evaluate(EvaluatedLabels.of(trained_project), truth))
    average = result.figures["labels"]["pseudo"]["AP"]
    for name in trained_project.classes.names:
        _, found = run_task(class_curves(result.compared, name))
        if average[name] is None:
            assert found.curves == {}
            continue
        curve = found.curves[LabelKind.PSEUDO]
        area = (curve.precision * np.diff(curve.recall, prepend=0)).sum()
        assert 100 * area == pytest.approx(average[name], abs=1e-3)
    assert run_task(class_curves(result.compared, "no such class"))[1].curves == {}


def test_a_class_that_truth_sees_nowhere_has_no_curve(trained_project: Project):
    truth, name = trained_project.truth.labels().copy(), trained_project.classes.names[0]
    truth[:, 0] = 0
    _, result = run_task(evaluate(EvaluatedLabels.of(trained_project), truth))
    assert run_task(class_curves(result.compared, name))[1].curves == {}


def test_truth_on_the_projects_axes(trained_project: Project, tmp_path: Path):
    paths, names = trained_project.photos.paths, trained_project.classes.names
    file = tmp_path / "some.csv"
    file.write_text(
        f"image,{names[2].upper()},unknown\n{paths[5]},1,0\n{paths[6]},0,0\nother.jpg,0,0\n"
    )
    _, result = run_task(read_project_truth(file, paths, names))
    assert result.file == file
    assert result.truth.labels[5:7, 2].tolist() == [1, 0]
    assert np.count_nonzero(result.truth.labels >= 0) == 2
    assert result.summary == "Truth of 2 photos was read."
    with pytest.raises(LabelFileError):
        run_task(read_project_truth(tmp_path / "absent.csv", paths, names))


def test_before_scoring_there_is_nothing_to_evaluate(photo_folder: Path):
    from cdul_app.classes.class_list import ClassDefinition
    from cdul_app.tasks.scan.scan import scan_project

    with Project.open_folder(photo_folder) as project:
        run_task(scan_project(project.location))
        project.reload()
        project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
        truth = np.zeros((6, 2), dtype=np.int8)
        with pytest.raises(ProjectError, match="nothing to evaluate"):
            run_task(evaluate(EvaluatedLabels.of(project), truth))
