import hashlib
import json
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from cdul_app.errors import ClassifierError
from cdul_app.method.collection_refinement import (
    CollectionClassifier,
    VoiceWeights,
    distribution_knots,
)
from cdul_app.method.neighbours import ReferencePhotos
from cdul_app.method.student import Student, fit_student, student_folds
from cdul_app.models.classifier.classifier_files import (
    CARD_NAME,
    WEIGHTS_NAME,
    load_classifier,
    save_classifier,
    versions,
)
from cdul_app.models.classifier.prediction import predict_features, predict_photos
from cdul_app.settings.configs import TrainingConfig
from tests.method.test_neighbours import unit_views
from tests.method.test_student import unit_texts

CPU = torch.device("cpu")
PROVENANCE = {"encoder": "demo", "encoder_key": "abc", "grid": "2x2"}
NAMES = ("apple", "boat", "cat")


def collection(photos: int = 40, views: int = 4, dim: int = 8) -> CollectionClassifier:
    random = np.random.default_rng(0)
    stored, texts = unit_views(photos, views, dim), unit_texts(len(NAMES), dim)
    labels = random.random((photos, len(NAMES))).astype(np.float32)
    fit = fit_student(stored, labels, texts, temperature=0.1, folds=student_folds(photos, seed=0))
    return CollectionClassifier(
        texts,
        0.1,
        0.1,
        0.0,
        Student.of(fit),
        ReferencePhotos(stored, labels),
        VoiceWeights(0.3, 0.4),
        distribution_knots(labels, labels),
    )


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """The weights' file of a collection's classifier."""
    return save_classifier(
        tmp_path / "run",
        collection(),
        config=TrainingConfig(device="cpu"),
        class_names=NAMES,
        provenance=dict(PROVENANCE),
    )


def card_file(trained: Path) -> Path:
    return trained.with_name(CARD_NAME)


def test_a_classifier_read_back_gives_the_same_scores(trained: Path):
    views = unit_views(60, 4, 8, seed=5)
    expected = collection().scores(views)
    for place in (trained, card_file(trained), trained.parent):
        classifier = load_classifier(place, device=CPU)
        scores = predict_features(classifier, views)
        np.testing.assert_array_equal(scores, expected)
        assert scores.dtype == np.float32
    assert classifier.reads_features
    assert classifier.class_names == NAMES
    assert classifier.provenance == PROVENANCE


def test_the_card_says_what_made_it(trained: Path):
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    assert card["classifier"] == "features"
    assert card["input"] == "collection"
    assert card["training"]["seed"] == 0
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
def test_damage_is_a_sentence(trained: Path, name: str, content: bytes):
    (trained.parent / name).write_bytes(content)
    with pytest.raises(ClassifierError):
        load_classifier(trained.parent, device=CPU)


@pytest.mark.parametrize(
    "change",
    [{"class_names": ["one"]}, {"provenance": None}, {"input": "sound"}],
)
def test_a_card_that_does_not_fit_is_a_sentence(trained: Path, change: dict):
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card_file(trained).write_text(json.dumps(card | change), encoding="utf-8")
    with pytest.raises(ClassifierError, match="do not fit together"):
        load_classifier(card_file(trained), device=CPU)


_PHOTOS = {"input": "photos", "classifier": "resnet10t"}
_COLLECTION = {
    "temperature": 0.1,
    "label_temperature": 0.1,
    "zeta": 0,
    "neighbours_weight": 0.3,
    "student_weight": 0.4,
}


@pytest.mark.parametrize(
    "change",
    [
        {"collection": {}},
        {"collection": {**_COLLECTION, "temperature": 0}},
        {"collection": {**_COLLECTION, "temperature": float("nan")}},
        {"collection": {**_COLLECTION, "zeta": 2}},
        {"collection": {**_COLLECTION, "student_weight": 7}},
        {"collection": {**_COLLECTION, "neighbours_weight": "much"}},
        {**_PHOTOS, "classifier": "vit_7b_patch16_dinov3", "preprocessing": {"image_size": 224}},
        {**_PHOTOS, "classifier": "hf-hub:timm/resnet18", "preprocessing": {"image_size": 224}},
        {**_PHOTOS, "classifier": ["resnet10t"], "preprocessing": {"image_size": 224}},
        {**_PHOTOS, "preprocessing": {"image_size": 10**9}},
        {**_PHOTOS, "preprocessing": {"image_size": 0}},
    ],
    ids=str,
)
def test_a_strangers_card_is_refused_before_it_is_built_and_asks_nobody(
    trained: Path, change: dict, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise AssertionError("a network call")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card_file(trained).write_text(json.dumps(card | change), encoding="utf-8")
    with pytest.raises(ClassifierError):
        load_classifier(card_file(trained), device=CPU)


def test_absent_weights_are_a_sentence(trained: Path):
    trained.unlink()
    with pytest.raises(ClassifierError, match="cannot be read"):
        load_classifier(card_file(trained), device=CPU)


def test_embeddings_of_another_encoder_and_photos_are_refused(trained: Path):
    classifier = load_classifier(card_file(trained), device=CPU)
    for shape in ((1, 4, 16), (1, 5, 8)):
        with pytest.raises(ClassifierError, match="encoder and views it was trained with"):
            predict_features(classifier, np.zeros(shape, dtype=np.float16))
    with pytest.raises(ClassifierError, match="encode them first"):
        next(predict_photos(classifier, [Path("a.jpg")]))


def write_tensors(trained: Path, **changes: torch.Tensor) -> None:
    """Other tensors, and a card that vouches for them."""
    tensors = load_file(trained) | changes
    save_file(tensors, trained)
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card["weights"]["sha256"] = hashlib.sha256(trained.read_bytes()).hexdigest()
    card_file(trained).write_text(json.dumps(card), encoding="utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"student.bias": torch.zeros(2)},
        {"student.bias": torch.full((3,), float("nan"))},
        {"student.weights": torch.zeros(3, 8)},
        {"reference.labels": torch.zeros(39, 3)},
        {"reference.views": torch.zeros(40, 4, 8)},  # no halves
        {"reference.views": torch.zeros(0, 4, 8, dtype=torch.float16)},
        {"class_embeddings": torch.zeros(3)},
        {"knots": torch.zeros(5, 3)},
    ],
    ids=str,
)
def test_tensors_that_do_not_fit_are_a_sentence(trained: Path, changes: dict[str, torch.Tensor]):
    write_tensors(trained)
    load_classifier(trained, device=CPU)  # its own do
    write_tensors(trained, **changes)
    with pytest.raises(ClassifierError, match="do not fit together"):
        load_classifier(trained, device=CPU)


def test_a_classifier_of_an_earlier_version_says_to_train_again(trained: Path):
    card = json.loads(card_file(trained).read_text(encoding="utf-8"))
    card_file(trained).write_text(json.dumps(card | {"input": "features"}), encoding="utf-8")
    with pytest.raises(ClassifierError, match="train again"):
        load_classifier(card_file(trained), device=CPU)
