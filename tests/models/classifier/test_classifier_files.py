import json
import socket
from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.errors import ClassifierError
from cdul_app.models.classifier.classifier_files import (
    CARD_NAME,
    WEIGHTS_NAME,
    load_classifier,
    versions,
)
from cdul_app.models.classifier.prediction import predict_features, predict_photos
from cdul_app.models.training.training import TrainedClassifier, train_classifier
from cdul_app.models.training.training_data import FeatureInputs
from tests.events import run_task
from tests.models.training_helpers import planted_data, quick_config

CPU = torch.device("cpu")
PROVENANCE = {"encoder": "demo", "encoder_key": "abc", "grid": "2x2"}


def card_file(trained: TrainedClassifier) -> Path:
    return trained.classifier_file.with_name(CARD_NAME)


@pytest.fixture
def trained(tmp_path: Path) -> TrainedClassifier:
    training = train_classifier(
        planted_data(), quick_config(), run_folder=tmp_path / "run", provenance=dict(PROVENANCE)
    )
    return run_task(training)[1]


def _views() -> np.ndarray:
    inputs = planted_data().inputs
    assert isinstance(inputs, FeatureInputs)
    return inputs.views


def test_a_classifier_read_back_gives_the_same_scores(trained: TrainedClassifier):
    for place in (trained.classifier_file, card_file(trained), trained.classifier_file.parent):
        classifier = load_classifier(place, device=CPU)
        parts = list(predict_features(classifier, _views(), batch_size=25))
        assert [rows.stop for rows, _ in parts] == [25, 50, 60]
        scores = np.concatenate([part for _, part in parts])
        np.testing.assert_allclose(scores, trained.scores, atol=1e-6)
        assert scores.dtype == np.float32
    assert classifier.reads_features
    assert classifier.class_names == planted_data().class_names
    assert classifier.provenance == PROVENANCE


def test_the_card_says_what_made_it(trained: TrainedClassifier):
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    assert card["classifier"] == "features"
    assert card["training"]["epochs"] == 6
    assert {"torch", "timm", "open_clip", "app"} <= set(card["versions"])
    assert card["versions"] == versions()
    assert card["created"].endswith("+00:00")


def test_no_classifier_is_a_sentence(tmp_path: Path):
    with pytest.raises(ClassifierError, match="train one first"):
        load_classifier(tmp_path, device=CPU)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (CARD_NAME, b""),
        (CARD_NAME, b"\xff\xfe"),
        (CARD_NAME, b"[]"),
        (CARD_NAME, b'{"format_version": 1}'),
        (CARD_NAME, b'{"format_version": 99}'),
        (WEIGHTS_NAME, b""),
        (WEIGHTS_NAME, b"\x80\x04pickle"),
    ],
)
def test_damage_is_a_sentence(trained: TrainedClassifier, name: str, content: bytes):
    (trained.classifier_file.parent / name).write_bytes(content)
    with pytest.raises(ClassifierError):
        load_classifier(trained.classifier_file.parent, device=CPU)


@pytest.mark.parametrize(
    "change",
    [{"class_names": ["one"]}, {"provenance": None}, {"input": "sound"}],
)
def test_a_card_that_does_not_fit_is_a_sentence(trained: TrainedClassifier, change: dict):
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card_file(trained).write_text(json.dumps(card | change), encoding="utf-8")
    with pytest.raises(ClassifierError, match="do not fit together"):
        load_classifier(card_file(trained), device=CPU)


_HEAD = {"class_count": 2, "prior_scale": 0.5, "temperature": 0.01}
_PHOTOS = {"input": "photos", "classifier": "resnet10t"}


@pytest.mark.parametrize(
    "change",
    [
        {"head": {**_HEAD, "dim": 10**9}},
        {"head": {**_HEAD, "dim": 10**30}},
        {**_PHOTOS, "classifier": "vit_7b_patch16_dinov3", "preprocessing": {"image_size": 224}},
        {**_PHOTOS, "classifier": "hf-hub:timm/resnet18", "preprocessing": {"image_size": 224}},
        {**_PHOTOS, "classifier": ["resnet10t"], "preprocessing": {"image_size": 224}},
        {**_PHOTOS, "preprocessing": {"image_size": 10**9}},
        {**_PHOTOS, "preprocessing": {"image_size": 0}},
    ],
    ids=str,
)
def test_a_strangers_card_is_refused_before_it_is_built_and_asks_nobody(
    trained: TrainedClassifier, change: dict, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise AssertionError("a network call")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card_file(trained).write_text(json.dumps(card | change), encoding="utf-8")
    with pytest.raises(ClassifierError):
        load_classifier(card_file(trained), device=CPU)


def test_absent_weights_are_a_sentence(trained: TrainedClassifier):
    trained.classifier_file.unlink()
    with pytest.raises(ClassifierError, match="cannot be read"):
        load_classifier(card_file(trained), device=CPU)


def test_embeddings_of_another_encoder_and_photos_are_refused(trained: TrainedClassifier):
    classifier = load_classifier(card_file(trained), device=CPU)
    with pytest.raises(ClassifierError, match="the encoder it was trained with"):
        next(predict_features(classifier, np.zeros((1, 5, 8), dtype=np.float16)))
    with pytest.raises(ClassifierError, match="encode the photos first"):
        next(predict_photos(classifier, [Path("a.jpg")]))


def test_a_card_of_a_version_with_words_beside_the_classes(trained: TrainedClassifier):
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card["head"]["background_count"] = 3
    card_file(trained).write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(ClassifierError, match="label the photos again, then train"):
        load_classifier(card_file(trained), device=CPU)
    card["head"]["background_count"] = 0  # it had none
    card_file(trained).write_text(json.dumps(card), encoding="utf-8")
    ((_, scores),) = predict_features(load_classifier(card_file(trained), device=CPU), _views())
    np.testing.assert_allclose(scores, trained.scores, atol=1e-6)
