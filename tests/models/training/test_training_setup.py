"""What a training run starts from."""

from pathlib import Path

import numpy as np
import torch

from cdul_app.models.training.pseudo_label_state import PseudoLabelState
from cdul_app.models.training.training_data import TrainingData
from cdul_app.models.training.training_setup import build_module
from cdul_app.settings.configs import TrainingConfig
from tests.drawn_photos import copy_photos


def test_a_photo_classifier_starts_at_the_labels_mean(tmp_path: Path, backbone_weights: Path):
    paths = tuple(copy_photos(tmp_path / "photos", 4))
    labels = np.array([[0.9, 0.1], [0.3, 0.1], [0.6, 0.2], [0.2, 0.0]], dtype=np.float32)
    data = TrainingData(paths, labels, np.full((4, 2), -1, np.int8), ("house", "tree"))
    config = TrainingConfig(
        classifier="mobilenetv2_100", weights=str(backbone_weights), image_size=64, device="cpu"
    )
    state = PseudoLabelState(data.pseudo_labels, data.answers)
    module, _, notes = build_module(data, config, state)
    assert notes == []
    bias = module.backbone.get_classifier().bias.detach()
    np.testing.assert_allclose(torch.sigmoid(bias).numpy(), [0.5, 0.1], atol=1e-3)
