"""What a project says is to be gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest

from cdul_app.events import EpochFinished, Progressed, Started
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.project import Project
from cdul_app.project.unfinished import Unfinished
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.run_records import SCORE
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.embed import PHOTOS_BETWEEN_SAVES
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import StopAfter, close_at, make_project, scoring_config

TRAINING = TrainingConfig(epochs=6, warm_up_epochs=2, device="cpu")


def told(location: ProjectLocation) -> Unfinished:
    """By a project that is opened for it, as after a restart."""
    with Project(location) as project:
        return project.runs.unfinished()


@pytest.fixture
def many(tmp_path: Path, encoder: str) -> ProjectLocation:
    """More drawn photos than are stored at once, not yet scored."""
    folder = tmp_path / "photos"
    copy_photos(folder, PHOTOS_BETWEEN_SAVES + 16)
    make_project(folder, encoder, "cat", "dog", grid=SnippetGrid(1, 1))
    return locate_project(folder)


def test_a_finished_project_has_nothing_to_go_on_with(scored: ProjectLocation):
    assert not told(scored)


def test_a_new_one_has_not_either(scanned_project: Project):
    assert not scanned_project.runs.unfinished()


def test_a_cancelled_scoring_tells_what_is_left_till_it_is_done(many: ProjectLocation):
    close_at(score_project(many, scoring_config(many)), StopAfter(PHOTOS_BETWEEN_SAVES + 3))
    left = told(many).photos_left
    assert 0 < left <= 16
    with Project(many) as project:
        project.reload()
        labelled = len(project.photos) - left
        assert (project.facts.best.values() >= 0).sum() == labelled
    run_task(score_project(many, scoring_config(many)))
    assert not told(many)


def test_a_killed_scoring_has_no_end_and_counts_what_was_encoded(many: ProjectLocation):
    """As the kill leaves it: embeddings without labels, a run without an outcome."""
    close_at(score_project(many, scoring_config(many)), StopAfter(PHOTOS_BETWEEN_SAVES + 3))
    with ProjectStore(many.database) as store:
        database = store._database.conn
        database.execute("UPDATE runs SET ended = NULL, outcome = NULL")
        database.execute("DELETE FROM label_sets")
        database.commit()
    assert 0 < told(many).photos_left <= 16


def test_a_scoring_that_kept_nothing_is_not_gone_on_with(many: ProjectLocation):
    close_at(score_project(many, scoring_config(many)), lambda event: isinstance(event, Started))
    assert not told(many).photos_left


def test_other_settings_are_another_scoring(many: ProjectLocation):
    close_at(score_project(many, scoring_config(many)), StopAfter(PHOTOS_BETWEEN_SAVES + 3))
    with Project(many) as project:
        assert project.runs.unfinished().photos_left
        project.settings.scoring = replace(project.settings.scoring, grid=SnippetGrid(2, 2))
        assert not project.runs.unfinished().photos_left


def test_new_photos_are_those_that_came_since_and_can_be_read(project: Project):
    folder = project.location.folder
    photo = next(folder.glob("*.jpg"))
    for name in ("one", "two"):
        (folder / f"new {name}.jpg").write_bytes(photo.read_bytes() + name.encode())
    run_task(scan_project(project.location))
    project.reload()
    assert project.runs.unfinished() == Unfinished(new_photos=2)
    (folder / "new one.jpg").write_bytes(b"no photo")
    run_task(score_project(project.location, project.settings.scoring))
    project.reload()
    assert not project.runs.unfinished()


def test_a_stopped_training_goes_on_after_its_last_whole_epoch(scored: ProjectLocation):
    def third(event: object) -> bool:
        return isinstance(event, EpochFinished) and event.epoch == 3

    close_at(train_project(scored, TRAINING), third)
    unfinished = told(scored).training
    assert unfinished is not None
    assert (unfinished.epoch, unfinished.config) == (3, TRAINING)
    events, _ = run_task(train_project(scored, unfinished.config))
    assert [event.epoch for event in events if isinstance(event, EpochFinished)] == [4, 5, 6]
    assert not told(scored)


def test_a_training_on_other_labels_is_not_gone_on_with(scored: ProjectLocation):
    close_at(train_project(scored, TRAINING), lambda event: isinstance(event, EpochFinished))
    assert told(scored).training
    run_task(score_project(scored, scoring_config(scored)))
    assert not told(scored)


def test_a_folder_that_was_half_listed(tmp_path: Path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number:04}.jpg").touch()
    location = locate_project(folder)
    with Project.open_folder(folder):
        pass
    close_at(scan_project(location), lambda event: isinstance(event, Progressed))
    assert told(location) == Unfinished(half_listed=True)


def test_it_is_read_anew_when_a_job_has_written_and_kept_meanwhile(project: Project):
    first = project.runs.unfinished()
    assert project.runs.unfinished() is first
    with ProjectStore(project.location.database) as other:
        other.runs.start(SCORE, project.settings.scoring.to_dict())
    assert project.runs.unfinished() is not first
