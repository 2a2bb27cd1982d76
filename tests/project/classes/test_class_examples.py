"""Classes that photos describe, from the list to the labels."""

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition, class_lines, parse_class_lines
from cdul_app.errors import ClassListError
from cdul_app.events import Noted
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.project.classes.class_edits import add_class_like, describe_by_photos
from cdul_app.project.project import Project
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


def score(project: Project) -> list[str]:
    config = project.settings.scoring
    notes = [
        each.message for each in score_project(project.location, config) if isinstance(each, Noted)
    ]
    project.reload()
    project.scoring.forget()
    return notes


def scores_of(project: Project, column: int) -> np.ndarray:
    return project.scores(LabelKind.INITIAL)[:, column]


@pytest.mark.parametrize("alone", [True, False])
def test_a_class_like_some_photos_is_scored_by_them(project, alone):
    rows = [1, 3, 4]
    column = add_class_like(project, "my thing", rows, alone=alone)
    definition = project.classes[column].definition
    assert definition.prompts[-3:] == tuple(f"@{project.photos.paths[row]}" for row in rows)
    assert project.scoring.is_stale
    assert score(project) is not None
    assert not project.scoring.is_stale
    found = scores_of(project, column)
    assert np.isfinite(found).all()
    others = np.setdiff1d(np.arange(len(found)), rows)
    if alone:
        assert found[rows].mean() > found[others].mean()
    project.decisions.undo()
    assert "my thing" not in project.classes.names


def test_photos_describe_a_class_that_is_there_and_leave_it(project):
    before = project.classes[0].definition
    scores = scores_of(project, 0).copy()
    describe_by_photos(project, 0, [2, 5])
    describe_by_photos(project, 0, [5])
    assert len(project.classes[0].definition.prompts) == len(before.prompts) + 2
    score(project)
    assert not np.allclose(scores_of(project, 0), scores)
    project.decisions.undo()
    project.decisions.undo()
    assert project.classes[0].definition == before
    score(project)
    np.testing.assert_allclose(scores_of(project, 0), scores, atol=1e-5)


def test_a_list_of_classes_tells_its_photos_and_is_read_back(project):
    add_class_like(project, "my thing", [0, 1], alone=True)
    lines = class_lines(project.classes.definitions)
    assert f"my thing: - | @{project.photos.paths[0]} | @{project.photos.paths[1]}" in lines
    assert parse_class_lines(lines) == project.classes.definitions


def test_a_photo_that_is_not_there_is_told_and_passed_over(project):
    column = project.classes.column_of(project.classes[0].name)
    scores = scores_of(project, column).copy()
    first, *rest = project.classes.definitions
    lost = ClassDefinition(first.name, (*first.prompts, "@gone/away.jpg"))
    project.decisions.set_classes([lost, *rest])
    notes = score(project)
    assert any("1 cannot be found or read" in note and "gone/away.jpg" in note for note in notes)
    np.testing.assert_allclose(scores_of(project, column), scores, atol=1e-5)


def test_a_name_that_is_taken_is_refused(project):
    with pytest.raises(ClassListError, match="already"):
        add_class_like(project, project.classes[0].name.upper(), [0], alone=False)


def test_training_takes_it_as_any_class(project):
    from cdul_app.settings.configs import TrainingConfig
    from cdul_app.tasks.train.train import train_project

    add_class_like(project, "my thing", [1, 3], alone=True)
    score(project)
    run_task(train_project(project.location, TrainingConfig(epochs=2, warm_up_epochs=1)))
