"""An encoder that is not here is downloaded as a part of scoring, where that is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cdul_app.errors import EncoderError, EncoderNotFetchedError
from cdul_app.events import Outcome, Progressed, Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.models.encoder.encoder_store import encoder_on_disk
from cdul_app.paths import locate_project
from cdul_app.project.labeling.cost import labeling_cost
from cdul_app.project.labeling.paces import seconds_a_photo
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import (
    close_at,
    labels,
    make_project,
    notes,
    scoring_config,
    titles,
)
from tests.tasks.stand_in_hub import StandInHub

IDENTIFIER = "hf-hub:org/tiny"


@pytest.fixture
def hub(
    small_encoder_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StandInHub]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    names = ("open_clip_config.json", "open_clip_model.safetensors")
    files = {f"org/tiny/{name}": (small_encoder_dir / name).read_bytes() for name in names}
    with StandInHub(files) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_photos(tmp_path / "photos", 12)
    return tmp_path / "photos"


@pytest.fixture
def config(folder: Path) -> ScoringConfig:
    return make_project(folder, IDENTIFIER, "tree", "house")


def test_it_is_downloaded_and_then_scores(hub: StandInHub, folder: Path, config: ScoringConfig):
    location = locate_project(folder)
    events, result = run_task(score_project(location, config, fetch=True))
    told = titles(events)
    downloading, encoding = told.index(f"Downloading {IDENTIFIER}"), told.index("Encoding photos")
    assert downloading < encoding
    assert result.photos == 12
    hub.requests.clear()
    run_task(score_project(location, config, fetch=True))
    assert hub.requests == []
    assert seconds_a_photo(config) is not None  # that was measured on the way


def test_without_being_asked_no_network_is(hub: StandInHub, folder: Path, config: ScoringConfig):
    with pytest.raises(EncoderError, match="is not on this computer"):
        run_task(score_project(locate_project(folder), config))
    assert hub.requests == []


def test_a_download_that_is_stopped_is_continued(
    hub: StandInHub, folder: Path, config: ScoringConfig
):
    location = locate_project(folder)
    hub.pause_after = 3_000_000
    is_download = False

    def has_arrived(event: object) -> bool:
        nonlocal is_download
        if isinstance(event, Started):
            is_download = event.unit == "bytes"
        return is_download and isinstance(event, Progressed) and event.done > 1_000_000

    close_at(score_project(location, config, fetch=True), has_arrived)
    with Project(location) as project:
        assert project.runs.all()[0].outcome is Outcome.CANCELLED
        assert labeling_cost(project).words == "Download the encoder and label 12 photos"
    assert labels(location, LabelKind.PSEUDO) == {}
    hub.pause_after = None
    hub.go_on.set()
    events, _ = run_task(score_project(location, config, fetch=True))
    assert "Continuing a download that had" in notes(events)
    assert hub.ranges[-1] is not None
    assert len(labels(location, LabelKind.PSEUDO)) == 12


def test_offline_is_a_sentence_and_the_choice_stays(
    folder: Path, config: ScoringConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # where nobody listens
    location = locate_project(folder)
    with pytest.raises(EncoderNotFetchedError, match="cannot be reached from this") as error:
        run_task(score_project(location, config, fetch=True))
    assert "Errno" not in str(error.value)
    assert "on any computer and put it into" in str(error.value)
    assert scoring_config(location).encoder == IDENTIFIER
    assert encoder_on_disk(IDENTIFIER) is None


def test_what_is_encoded_needs_no_download(
    hub: StandInHub, folder: Path, config: ScoringConfig, tmp_path: Path
):
    location = locate_project(folder)
    run_task(score_project(location, config, fetch=True))
    found = encoder_on_disk(IDENTIFIER)
    assert found is not None
    found.unlink()
    hub.requests.clear()
    run_task(score_project(location, config, fetch=True))
    assert hub.requests == []
