from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from cdul_app.errors import ClassifierError
from cdul_app.events import Noted
from cdul_app.models.classifier.backbones import PhotoClassifier, build_photo_classifier
from cdul_app.models.classifier.classifier_files import load_classifier
from cdul_app.models.classifier.photo_transform import PhotoTransform
from cdul_app.models.classifier.prediction import (
    predict_features,
    predict_photos,
)
from cdul_app.models.training.pseudo_label_state import PseudoLabelState
from cdul_app.models.training.training import train_classifier
from cdul_app.models.training.training_data import TrainingData
from cdul_app.models.training.training_setup import build_module
from cdul_app.settings.configs import TrainingConfig
from tests.drawn_photos import copy_photos
from tests.models.training_helpers import epochs_of, quick_config, run_training, stop_after_epoch

BACKBONE = "mobilenetv2_100"
CPU = torch.device("cpu")


@pytest.fixture
def photo_data(tmp_path: Path) -> TrainingData:
    """Twelve drawn photos, the fourth of them broken, with made-up labels of two classes."""
    files = copy_photos(tmp_path / "some photos", 12)
    files[3].write_bytes(files[3].read_bytes()[:500])
    labels = np.random.default_rng(0).uniform(size=(12, 2)).astype(np.float32)
    return TrainingData(tuple(files), labels, np.full((12, 2), -1, np.int8), ("cat", "dog"))


def _config(backbone_weights: Path) -> TrainingConfig:
    return quick_config(
        classifier=BACKBONE,
        weights=str(backbone_weights),
        epochs=2,
        warm_up_epochs=1,
        batch_size=4,
        image_size=64,
        learning_rate=1e-3,
    )


def test_photos_train_end_to_end_resume_and_predict(
    photo_data: TrainingData, backbone_weights: Path, tmp_path: Path
):
    config = _config(backbone_weights)
    events, trained = run_training(photo_data, config, tmp_path / "whole")
    assert len(epochs_of(events)) == 2
    assert [row for row, _ in trained.skipped] == [3]
    assert sum(isinstance(event, Noted) and "left out" in event.message for event in events) == 1
    assert np.isnan(trained.scores[3]).all()
    np.testing.assert_allclose(trained.pseudo_labels[3], photo_data.pseudo_labels[3], atol=2e-4)
    read = np.delete(np.arange(12), 3)
    assert np.isfinite(trained.scores[read]).all()

    stop_after_epoch(train_classifier(photo_data, config, run_folder=tmp_path / "cut"), 1, then=2)
    resumed_events, resumed = run_training(photo_data, config, tmp_path / "cut")
    assert len(epochs_of(resumed_events)) == 1
    np.testing.assert_allclose(resumed.scores[read], trained.scores[read], atol=1e-5)

    classifier = load_classifier(trained.classifier_file, device=CPU)
    assert not classifier.reads_features
    items = list(predict_photos(classifier, photo_data.paths, batch_size=4))
    assert [row for row, found in items if isinstance(found, str)] == [3]
    for row, found in items:
        if not isinstance(found, str):
            np.testing.assert_allclose(found, trained.scores[row], atol=1e-5)
    with pytest.raises(ClassifierError, match="reads photos"):
        predict_features(classifier, np.zeros((1, 5, 8), dtype=np.float16))
    prediction = predict_photos(classifier, photo_data.paths, batch_size=4)
    next(prediction)
    prediction.close()


def test_where_the_new_layer_starts_is_a_setting(photo_data: TrainingData, backbone_weights: Path):
    labels = PseudoLabelState(photo_data.pseudo_labels, photo_data.answers)
    mean = photo_data.pseudo_labels.mean(axis=0)
    for start_bias in (True, False):
        config = replace(_config(backbone_weights), start_bias=start_bias)
        module, _, _ = build_module(photo_data, config, labels)
        assert isinstance(module, PhotoClassifier)
        said = torch.sigmoid(module.backbone.get_classifier().bias).detach().numpy()
        assert np.allclose(said, mean, atol=1e-3) is start_bias


@pytest.mark.parametrize("freeze", [True, False])
def test_what_batch_normalisation_measures_is_a_setting(
    photo_data: TrainingData, backbone_weights: Path, tmp_path: Path, freeze: bool
):
    config = replace(_config(backbone_weights), freeze_statistics=freeze, epochs=1, image_size=32)
    _, trained = run_training(photo_data, config, tmp_path)
    pretrained = safetensors.torch.load_file(backbone_weights)
    kept = safetensors.torch.load_file(trained.classifier_file)
    measured = [name for name in kept if name.endswith("running_mean")]
    assert measured
    assert all(torch.equal(kept[name], pretrained[name]) for name in measured) is freeze


def test_photos_that_are_all_gone_are_a_sentence(backbone_weights: Path, tmp_path: Path):
    data = TrainingData(
        (tmp_path / "a.jpg", tmp_path / "b.jpg"),
        np.full((2, 1), 0.5, np.float32),
        np.full((2, 1), -1, np.int8),
        ("cat",),
    )
    with pytest.raises(ClassifierError, match="folder is still there"):
        run_training(data, _config(backbone_weights), tmp_path / "run")


def test_pretrained_weights_are_loaded_but_for_the_classifier_layer(backbone_weights: Path):
    state = safetensors.torch.load_file(backbone_weights)
    module = build_photo_classifier(
        BACKBONE, class_count=7, image_size=64, weights=str(backbone_weights)
    )
    own = module.backbone.state_dict()
    torch.testing.assert_close(own["conv_stem.weight"], state["conv_stem.weight"])
    assert own["classifier.weight"].shape[0] == 7
    assert module(torch.zeros(2, 3, 64, 64, dtype=torch.uint8)).shape == (2, 7)


def test_weights_of_another_architecture_are_a_sentence(backbone_weights: Path):
    with pytest.raises(ClassifierError, match="is not one of “resnet18”"):
        build_photo_classifier(
            "resnet18", class_count=2, image_size=64, weights=str(backbone_weights)
        )


@pytest.mark.parametrize("name", ["w.safetensors", "w.pth"])
@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"not a checkpoint at all"])
def test_damaged_weights_are_a_sentence(tmp_path: Path, name: str, content: bytes):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ClassifierError, match=r"cannot be read"):
        build_photo_classifier(BACKBONE, class_count=2, image_size=64, weights=str(file))


class Harmful:
    """Something a checkpoint has no business holding."""


def test_a_checkpoint_that_holds_code_is_refused(tmp_path: Path):
    file = tmp_path / "w.pth"
    torch.save({"state_dict": Harmful()}, file)
    with pytest.raises(ClassifierError, match="not a plain checkpoint"):
        build_photo_classifier(BACKBONE, class_count=2, image_size=64, weights=str(file))


def test_an_absent_weights_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(ClassifierError, match="check the path"):
        build_photo_classifier(
            BACKBONE, class_count=2, image_size=64, weights=str(tmp_path / "none.safetensors")
        )


def test_no_network_says_how_to_bring_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ClassifierError, match="--weights FILE"):
        build_photo_classifier("resnet18", class_count=2, image_size=64)


def test_a_backbone_without_weights_is_never_random():
    with pytest.raises(ClassifierError, match="no ImageNet weights"):
        build_photo_classifier("cspresnet50w", class_count=2, image_size=64)


@pytest.mark.parametrize(("name", "hint"), [("resnet1O1", "resnet101"), ("../x", "features")])
def test_an_unknown_name_is_answered_with_close_ones(name: str, hint: str):
    with pytest.raises(ClassifierError, match=hint):
        build_photo_classifier(name, class_count=2, image_size=64)


def test_transforms_squash_and_depend_on_their_seed_alone(tmp_path: Path):
    file = tmp_path / "wide.png"
    pixels = np.zeros((20, 60, 3), dtype=np.uint8)
    pixels[:, :30] = 255
    Image.fromarray(pixels).save(file)
    transform = PhotoTransform(32, (0.5,) * 3, (0.5,) * 3)
    plain = transform.for_prediction(file)
    assert plain.shape == (32, 32, 3)
    assert int(plain[:, 0].min()) == 255
    assert int(plain[:, -1].max()) == 0
    first, again = (transform.for_training(file, seed=(1, 2, 3)) for _ in range(2))
    assert np.array_equal(first, again)
    others = [transform.for_training(file, seed=(1, 2, row)) for row in range(8)]
    assert any(not np.array_equal(first, other) for other in others)


def test_a_new_layer_starts_at_the_labels(backbone_weights: Path):
    classifier = build_photo_classifier(
        "mobilenetv2_100", class_count=3, image_size=64, weights=str(backbone_weights)
    )
    wanted = torch.tensor([-3.0, 0.5, -1.0])
    classifier.start_at(wanted)
    torch.testing.assert_close(classifier.backbone.get_classifier().bias.detach(), wanted)
