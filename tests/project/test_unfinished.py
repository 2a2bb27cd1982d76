"""What a project says is to be gone on with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cdul_app.events import EpochFinished, Started
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labeling.cost import LabelingAct, labeling_cost
from cdul_app.project.project import Project
from cdul_app.project.unfinished import UnfinishedTraining, unfinished_training
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.embed import PHOTOS_BETWEEN_SAVES
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import StopAfter, close_at, make_project, scoring_config

SlowTraining = Callable[..., TrainingConfig]


def training_of(location: ProjectLocation) -> UnfinishedTraining | None:
    """By a project that is opened for it, as after a restart."""
    with Project(location) as project:
        return unfinished_training(project)


def labeling_of(location: ProjectLocation) -> tuple[LabelingAct, int]:
    with Project(location) as project:
        cost = labeling_cost(project)
        return cost.act, cost.photos_left


@pytest.fixture
def many(tmp_path: Path, encoder: str) -> ProjectLocation:
    """More drawn photos than are stored at once, not yet scored."""
    folder = tmp_path / "photos"
    copy_photos(folder, PHOTOS_BETWEEN_SAVES + 16)
    make_project(folder, encoder, "cat", "dog", grid=SnippetGrid(1, 1))
    return locate_project(folder)


def test_a_finished_project_has_nothing_to_go_on_with(scored: ProjectLocation):
    assert labeling_of(scored) == (LabelingAct.NOTHING, 0)
    assert training_of(scored) is None


def test_a_cancelled_scoring_tells_what_is_left_till_it_is_done(many: ProjectLocation):
    close_at(score_project(many, scoring_config(many)), StopAfter(PHOTOS_BETWEEN_SAVES + 3))
    act, left = labeling_of(many)
    assert act is LabelingAct.CONTINUE
    assert 0 < left <= 16
    with Project(many) as project:
        project.reload()
        labelled = len(project.photos) - left
        assert (project.facts.best.values() >= 0).sum() == labelled
    run_task(score_project(many, scoring_config(many)))
    assert labeling_of(many) == (LabelingAct.NOTHING, 0)


def test_a_killed_scoring_has_no_end_and_counts_what_was_encoded(many: ProjectLocation):
    """As the kill leaves it: embeddings without labels, a run without an outcome."""
    close_at(score_project(many, scoring_config(many)), StopAfter(PHOTOS_BETWEEN_SAVES + 3))
    with ProjectStore(many.database) as store:
        database = store._database.conn
        database.execute("UPDATE runs SET ended = NULL, outcome = NULL")
        database.execute("DELETE FROM label_sets")
        database.commit()
    act, left = labeling_of(many)
    assert act is LabelingAct.CONTINUE
    assert 0 < left <= 16


def test_a_scoring_that_kept_nothing_is_not_gone_on_with(many: ProjectLocation):
    close_at(score_project(many, scoring_config(many)), lambda event: isinstance(event, Started))
    assert labeling_of(many)[0] is LabelingAct.FIRST


def test_other_settings_are_another_scoring(many: ProjectLocation):
    close_at(score_project(many, scoring_config(many)), StopAfter(PHOTOS_BETWEEN_SAVES + 3))
    with Project(many) as project:
        assert labeling_cost(project).act is LabelingAct.CONTINUE
        project.settings.scoring = replace(project.settings.scoring, grid=SnippetGrid(2, 2))
        assert labeling_cost(project).act is LabelingAct.AGAIN


def test_new_photos_are_those_that_came_since_and_can_be_read(project: Project):
    folder = project.location.folder
    photo = next(folder.glob("*.jpg"))
    for name in ("one", "two"):
        (folder / f"new {name}.jpg").write_bytes(photo.read_bytes() + name.encode())
    run_task(scan_project(project.location))
    project.reload()
    cost = labeling_cost(project)
    assert (cost.act, cost.photos_left) == (LabelingAct.NEW, 2)
    (folder / "new one.jpg").write_bytes(b"no photo")
    run_task(score_project(project.location, project.settings.scoring))
    project.reload()
    assert labeling_cost(project).act is LabelingAct.NOTHING


def test_a_stopped_training_goes_on_after_its_last_whole_epoch(
    scored: ProjectLocation, slow_training: SlowTraining
):
    training = slow_training(6)

    def third(event: object) -> bool:
        return isinstance(event, EpochFinished) and event.epoch == 3

    close_at(train_project(scored, training), third)
    unfinished = training_of(scored)
    assert unfinished is not None
    assert (unfinished.epoch, unfinished.config) == (3, training)
    events, _ = run_task(train_project(scored, unfinished.config))
    assert [event.epoch for event in events if isinstance(event, EpochFinished)] == [4, 5, 6]
    assert training_of(scored) is None


def test_a_training_on_other_labels_is_not_gone_on_with(
    scored: ProjectLocation, slow_training: SlowTraining
):
    training = slow_training(6)
    close_at(train_project(scored, training), lambda event: isinstance(event, EpochFinished))
    assert training_of(scored) is not None
    run_task(score_project(scored, scoring_config(scored)))
    assert training_of(scored) is None
