"""Small planted problems and the named fakes of the training tests."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from cdul_app.events import EpochFinished, Event
from cdul_app.method.similarity import class_similarities, view_cosines
from cdul_app.models.training.training import TrainedClassifier, train_classifier
from cdul_app.models.training.training_data import FeatureInputs, TrainingData
from cdul_app.settings.configs import TrainingConfig
from tests.events import run_task

TEMPERATURE = 0.05


def unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def planted_data(
    photos: int = 60, classes: int = 4, dim: int = 16, snippets: int = 4, seed: int = 0
) -> TrainingData:
    """Photos whose views mix their classes' directions with noise, labelled as the encoder would.

    Each photo holds one or two classes; one snippet shows each, the whole photo mostly the first.
    """
    random = np.random.default_rng(seed)
    texts = unit(random.normal(size=(classes, dim)))
    truth = np.zeros((photos, classes), dtype=np.int8)
    views = 0.25 * random.normal(size=(photos, 1 + snippets, dim))
    for photo in range(photos):
        present = random.choice(classes, size=random.integers(1, 3), replace=False)
        truth[photo, present] = 1
        views[photo, 0] += texts[present[0]]
        for snippet, chosen in enumerate(present):
            views[photo, 1 + snippet] += texts[chosen]
    stored = unit(views).astype(np.float16)
    similarities = class_similarities(view_cosines(stored, texts), temperature=TEMPERATURE)
    labels = (similarities[:, 0] + similarities[:, 1:].max(axis=1)) / 2
    return TrainingData(
        inputs=FeatureInputs(stored),
        pseudo_labels=labels.astype(np.float32),
        answers=np.full(truth.shape, -1, dtype=np.int8),
        class_names=tuple(f"class {number}" for number in range(classes)),
        class_embeddings=texts.astype(np.float32),
        temperature=TEMPERATURE,
        truth=truth,
    )


def quick_config(**changes: object) -> TrainingConfig:
    settings: dict[str, object] = {
        "epochs": 6,
        "warm_up_epochs": 2,
        "batch_size": 16,
        "learning_rate": 1e-2,
        "device": "cpu",
        **changes,
    }
    return TrainingConfig(**settings)  # type: ignore[arg-type]


def run_training(
    data: TrainingData, config: TrainingConfig, folder: Path
) -> tuple[list[Event], TrainedClassifier]:
    return run_task(train_classifier(data, config, run_folder=folder))


def epochs_of(events: list[Event]) -> list[EpochFinished]:
    return [event for event in events if isinstance(event, EpochFinished)]


def stop_after_epoch(events: Iterator[object], epoch: int, *, then: int = 0) -> None:
    """Close the generator `then` events after the end of `epoch`."""
    left = None
    for event in events:
        if isinstance(event, EpochFinished) and event.epoch == epoch:
            left = then
        elif left is not None:
            left -= 1
        if left is not None and left <= 0:
            break
    events.close()  # type: ignore[attr-defined]


class SmallMemory:
    """A device with room for `room` photos at once, as this machine has none that runs out."""

    def __init__(self, module: torch.nn.Module, room: int) -> None:
        self.largest_accepted = 0
        self._room = room
        module.register_forward_pre_hook(self._check)

    def _check(self, module: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        if len(inputs[0]) > self._room:
            raise torch.OutOfMemoryError("CUDA out of memory (simulated)")
        self.largest_accepted = max(self.largest_accepted, len(inputs[0]))
