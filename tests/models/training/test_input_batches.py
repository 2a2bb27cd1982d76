"""What a classifier that reads photos is given of them."""

from pathlib import Path

import numpy as np
import torch

from cdul_app.models.classifier.photo_transform import PhotoTransform
from cdul_app.models.training.input_batches import PhotoBatches
from tests.photos.photo_makers import noise


def test_each_photo_of_a_batch_is_augmented_in_its_own_way(tmp_path: Path):
    files = [tmp_path / f"{number}.png" for number in range(3)]
    for file in files:
        noise(64, 48).save(file)  # the same photo
    photos, rows = PhotoBatches(files, PhotoTransform(32, (0.5,) * 3, (0.5,) * 3)), np.arange(3)
    (plain,) = photos.batches([rows])
    (augmented,) = photos.batches([rows], augment_seed=(0, 1))
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert torch.equal(plain.inputs[first], plain.inputs[second])
        assert not torch.equal(augmented.inputs[first], augmented.inputs[second])
