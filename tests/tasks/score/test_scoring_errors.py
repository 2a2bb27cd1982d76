"""What a scoring refuses, and what a failed one leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from cdul_app.errors import EncoderError, FolderError
from cdul_app.events import Outcome
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.project import Project
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.events import run_task
from tests.photos.photo_makers import jpeg_bytes, noise
from tests.tasks.project_helpers import (
    make_project,
    scoring_config,
)


def test_errors_of_folder_and_encoder_are_sentences(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    folder.mkdir()
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog")
    with pytest.raises(FolderError, match="There are no photos"):
        list(score_project(location, config))
    (folder / "a.jpg").write_bytes(jpeg_bytes(noise(40, 40)))
    with pytest.raises(EncoderError):
        list(score_project(location, replace(config, encoder=f"local-dir:{tmp_path}")))
    with ProjectStore(location.database) as store:
        assert [run.outcome for run in store.runs.all()] == [Outcome.FAILED] * 2
    with pytest.raises(FolderError, match="does not exist"):
        list(score_project(locate_project(tmp_path / "absent"), config))


def test_an_encoder_that_fails_is_not_remembered(
    scored: ProjectLocation, encoder: str, tmp_path: Path
):
    before = scoring_config(scored)
    failing = replace(before, encoder=f"local-dir:{tmp_path}", zeta=0.5)
    with Project(scored) as project:
        project.settings.scoring = failing  # as terminal and window keep what was asked for
    with pytest.raises(EncoderError):
        run_task(score_project(scored, failing))
    assert scoring_config(scored) == replace(failing, encoder=encoder)


def test_a_first_encoder_that_fails_leaves_the_recommended_one(photo_folder: Path, tmp_path: Path):
    config = make_project(photo_folder, f"local-dir:{tmp_path}", "cat", zeta=0.5)
    location = locate_project(photo_folder)
    with pytest.raises(EncoderError):
        run_task(score_project(location, config))
    assert scoring_config(location).encoder in {each.identifier for each in ENCODER_CATALOGUE}
    assert scoring_config(location).zeta == 0.5
