"""CAM-guided views: extra snippets where a first classifier looks, in real trainings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import ClassifierError, EncoderError, SettingsError
from cdul_app.events import EpochFinished, Noted, Outcome, Progressed, Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation
from cdul_app.project.scored_state import read_scored_state
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.train.train import train_project
from tests.tasks.project_helpers import close_at, labels, notes, of_type, titles


@pytest.fixture
def config(backbone_weights: Path) -> TrainingConfig:
    return TrainingConfig(
        classifier="mobilenetv2_100",
        weights=str(backbone_weights),
        image_size=96, epochs=2, warm_up_epochs=1, batch_size=8, device="cpu", cam_views=True,
    )  # fmt: skip


def test_the_encoder_scores_what_a_first_classifier_looks_at(
    scored: ProjectLocation, config: TrainingConfig
):
    initial = labels(scored, LabelKind.INITIAL)
    events = list(train_project(scored, config))
    assert "Looking where the classifier looks" in titles(events)
    assert "Scoring what the classifier looks at" in titles(events)
    assert "24 snippets were added" in notes(events)
    assert [epoch.epoch for epoch in of_type(events, EpochFinished)] == [1, 2]  # the run's own
    assert all(
        np.array_equal(row, initial[path])
        for path, row in labels(scored, LabelKind.INITIAL).items()
    )
    with ProjectStore(scored.database) as store:
        run = store.runs.all()[0]
    assert run.config["cam_views"] is True
    folder = scored.run_folder(run.identifier)
    assert not (folder / "cam").exists()  # what served to resume is gone
    assert not (folder / "cam_labels.npz").exists()


def test_a_cancelled_one_goes_on_where_it_stopped(scored: ProjectLocation, config: TrainingConfig):
    stages: list[str] = []

    def while_encoding(event: object) -> bool:
        if isinstance(event, Started):
            stages.append(event.title)
        return isinstance(event, Progressed) and stages[-1].startswith("Scoring what")

    close_at(train_project(scored, config), while_encoding)
    again = list(train_project(scored, config))
    assert "First classifier" not in " ".join(
        event.message for event in again if isinstance(event, Noted)
    )  # it had been trained
    assert [epoch.epoch for epoch in of_type(again, EpochFinished)] == [1, 2]


def test_labels_found_before_a_kill_are_not_looked_for_again(
    scored: ProjectLocation, config: TrainingConfig
):
    close_at(train_project(scored, config), lambda event: isinstance(event, EpochFinished))
    again = list(train_project(scored, config))
    assert "Scoring what the classifier looks at" not in titles(again)
    assert [epoch.epoch for epoch in of_type(again, EpochFinished)][-1] == 2


def test_a_classifier_without_places_is_refused_before_it_is_trained(
    scored: ProjectLocation, config: TrainingConfig
):
    with pytest.raises(ClassifierError, match="raise the image size"):
        list(train_project(scored, replace(config, image_size=32)))


def test_the_feature_head_has_no_cam_views():
    with pytest.raises(SettingsError, match="reads photos"):
        TrainingConfig(cam_views=True)


def test_an_encoder_that_is_gone_is_told_before_anything_is_trained(
    scored: ProjectLocation, config: TrainingConfig
):
    with ProjectStore(scored.database) as store:
        state = read_scored_state(store)
        assert state is not None
        store.embeddings.ensure_encoding(  # the same embeddings, their encoder since moved away
            encoder_key=state.encoding.encoder_key,
            encoder=f"local-dir:{scored.folder / 'gone'}",
            plan=state.encoding.plan,
            dimension=state.encoding.dimension,
            temperature=state.encoding.temperature,
        )
    with pytest.raises(EncoderError, match="gone"):
        list(train_project(scored, config))
    with ProjectStore(scored.database) as store:
        run = store.runs.all()[0]
    assert run.outcome is Outcome.FAILED
    assert not (scored.run_folder(run.identifier) / "cam").exists()  # no epoch was begun
