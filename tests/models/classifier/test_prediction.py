"""Scores of photos by both ways to a classifier, on a device that happens to be a CPU."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.errors import ClassifierError
from cdul_app.models.accelerated import device_embedding
from cdul_app.models.accelerated.device_jpegs import decode_jpegs
from cdul_app.models.classifier.backbones import build_photo_classifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.prediction import predict_photos
from tests.models.training_helpers import SmallMemory
from tests.photos.photo_makers import jpeg_bytes, quadrants, save_turned

CPU = torch.device("cpu")


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Of some sizes and kinds; the last two cannot be read."""
    paths = [tmp_path / f"{number}.jpg" for number in range(8)]
    for number, path in enumerate(paths):
        size = (90, 70) if number % 2 else (70, 90)
        path.write_bytes(jpeg_bytes(quadrants(*size)))
    save_turned(paths[1], quadrants(80, 60), 6)
    quadrants(64, 64).save(paths[2], "PNG")
    paths[6].write_bytes(b"")
    paths[7].unlink()
    return paths


@pytest.fixture
def classifier(backbone_weights: Path) -> Classifier:
    torch.manual_seed(0)
    module = build_photo_classifier(
        "mobilenetv2_100", class_count=3, image_size=64, weights=str(backbone_weights)
    )
    return Classifier("made", ("cat", "dog", "cow"), module, CPU, {})


@pytest.mark.parametrize("batch_size", [None, 3])
@pytest.mark.parametrize("own_decoder", [False, True])
def test_both_ways_give_the_same_scores(
    photos: list[Path],
    classifier: Classifier,
    batch_size: int | None,
    own_decoder: bool,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(device_embedding, "decodes_jpegs", lambda device: own_decoder)
    monkeypatch.setattr(device_embedding, "decode_jpegs", decode_jpegs)
    here = dict(predict_photos(classifier, photos, batch_size=batch_size))
    there = dict(predict_photos(classifier, photos, batch_size=batch_size, on_device=True))
    assert list(there) == list(range(8))
    for number in range(6):
        np.testing.assert_allclose(there[number], here[number], atol=0.02)
        assert isinstance(there[number], np.ndarray)
    assert (there[6], there[7]) == (here[6], here[7])


def test_a_device_of_little_memory_predicts_fewer_at_once(
    photos: list[Path], classifier: Classifier
):
    memory = SmallMemory(classifier.module, room=3)
    scores = dict(predict_photos(classifier, photos, batch_size=8, on_device=True))
    assert len(scores) == 8
    assert memory.largest_accepted == 3
    SmallMemory(classifier.module, room=0)
    with pytest.raises(ClassifierError, match="Not even one photo"):
        list(predict_photos(classifier, photos, batch_size=8, on_device=True))
