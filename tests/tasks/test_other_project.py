"""A project of another folder that a classifier has labelled."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import YES
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.paths import ProjectLocation
from cdul_app.project.project import Project
from cdul_app.project.unfinished import unfinished_training
from cdul_app.settings.configs import TrainingConfig
from cdul_app.tasks.other_project import make_other_project
from cdul_app.tasks.predict import PredictionResult, predict_folder
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task


@pytest.fixture
def labelled(scored: ProjectLocation, tmp_path: Path) -> PredictionResult:
    """Another folder of six photos, labelled by the classifier of `scored`."""
    run_task(train_project(scored, TrainingConfig(epochs=4, warm_up_epochs=2, device="cpu")))
    with Project(scored) as project:
        project.decisions.set_threshold(2, 0.9)
    folder = tmp_path / "holiday"
    copy_photos(folder, 6)
    return run_task(predict_folder(scored, on=folder, device="cpu"))[1]


def make(scored: ProjectLocation, labelled: PredictionResult) -> str:
    return run_task(make_other_project(scored, labelled.folder, labelled.labels))[1].summary


def test_it_has_classes_thresholds_and_labels_and_can_be_scored_on(
    scored: ProjectLocation, labelled: PredictionResult
):
    assert make(scored, labelled) == "Made a project of holiday with 6 labelled photos."
    with Project(scored) as source, Project.open_folder(labelled.folder) as made:
        assert made.classes.definitions == source.classes.definitions
        assert [each.threshold for each in made.classes] == [
            each.threshold for each in source.classes
        ]
        origins = [each.threshold_origin for each in made.classes]
        assert origins.count(ThresholdOrigin.PERSON) == 1
        assert origins[2] is ThresholdOrigin.PERSON
        np.testing.assert_array_equal(made.facts.labels.values(), labelled.labels.labels)
        assert not made.store.answers.count()
        assert unfinished_training(made) is None
        made.decisions.answer([0], 0, YES)
        run_task(score_project(made.location, made.settings.scoring))
        made.reload()
        assert made.scoring.encoder == source.scoring.encoder
        assert made.answers[0, 0] == YES


def test_a_project_that_is_there_stays_as_it_was(
    scored: ProjectLocation, labelled: PredictionResult
):
    with Project.open_folder(labelled.folder) as theirs:
        theirs.decisions.set_classes([ClassDefinition("whale")])
    assert "opens as it was" in make(scored, labelled)
    with Project.open_folder(labelled.folder) as theirs:
        assert theirs.classes.names == ("whale",)
