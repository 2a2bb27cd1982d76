"""What a training run starts from."""

from collections import Counter
from pathlib import Path

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.models.training.input_batches import even_batches
from cdul_app.models.training.pseudo_label_state import PseudoLabelState
from cdul_app.models.training.training_data import TrainingData
from cdul_app.models.training.training_setup import (
    STEPS_THAT_EARN,
    build_module,
    compiled_sizes,
)
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


@given(photos=st.integers(0, 3000), batch_size=st.integers(1, 64), epochs=st.integers(1, 3000))
def test_only_sizes_of_many_steps_on_cuda_are_compiled(photos: int, batch_size: int, epochs: int):
    sizes = compiled_sizes(torch.device("cuda"), photos, batch_size=batch_size, epochs=epochs)
    steps = Counter(len(batch) for batch in even_batches(np.arange(photos), batch_size))
    assert sizes == {size for size, count in steps.items() if count * epochs >= STEPS_THAT_EARN}
    assert not compiled_sizes(torch.device("cpu"), photos, batch_size=batch_size, epochs=epochs)
