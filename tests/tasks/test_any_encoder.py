"""Every kind of encoder that open_clip knows, small and with random weights, goes the whole way."""

import socket
from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import locate_project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score_and_train import score_and_train
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.models.encoder_makers import SHRUNK, save_shrunk_encoder
from tests.tasks.project_helpers import labels

CLASSES = ("cat", "ein Hund auf der Straße", "Bäume", "猫", "赤い車")


@pytest.mark.parametrize("name", SHRUNK)
def test_it_scores_and_trains_offline(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a network call")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("HF_HUB_OFFLINE")
    folder = tmp_path / "photos"
    copy_photos(folder, 8)
    location = locate_project(folder)
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in CLASSES])
    # A folder whose path speaks of another model.
    encoder = save_shrunk_encoder(tmp_path / "siglip", name)
    scoring = ScoringConfig(encoder=encoder, device="cpu")
    training = TrainingConfig(device="cpu", epochs=2, warm_up_epochs=1)
    run_task(score_and_train(location, scoring, training))
    for kind in (LabelKind.INITIAL, LabelKind.PSEUDO, LabelKind.CLASSIFIER):
        scores = np.stack(list(labels(location, kind).values()))
        assert scores.shape == (8, len(CLASSES))
        assert np.isfinite(scores).all()
        assert np.ptp(scores) > 0
