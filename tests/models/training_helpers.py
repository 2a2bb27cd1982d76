"""Small planted problems and the named fakes of the training tests."""

import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from safetensors.torch import save_file

from cdul_app.events import EpochFinished, Event
from cdul_app.models.training.training import TrainedClassifier, train_classifier
from cdul_app.models.training.training_data import TrainingData
from cdul_app.settings.configs import TrainingConfig
from tests.events import run_task

CLASSIFIER = "test_resnet"  # timm's own for tests: 0.4 million weights


@functools.cache
def _planted_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="cdul-planted-")


@functools.cache
def _random_weights() -> Path:
    """A checkpoint of CLASSIFIER as it is before any training."""
    file = Path(_planted_folder().name) / "weights.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_file(timm.create_model(CLASSIFIER).state_dict(), file)
    return file


def planted_data(photos: int = 24, classes: int = 4, seed: int = 0) -> TrainingData:
    """Small photos with a square of its own colour and place for each class that is there; most
    labels say so, softly."""
    random = np.random.default_rng(seed)
    truth = np.zeros((photos, classes), dtype=np.int8)
    colours = random.integers(0, 255, (classes, 3))
    paths = []
    for photo in range(photos):
        truth[photo, random.choice(classes, size=random.integers(1, 3), replace=False)] = 1
        pixels = random.integers(110, 140, (32, 32, 3)).astype(np.uint8)
        for present in np.flatnonzero(truth[photo]):
            top = 8 * (present % 4)
            pixels[top : top + 8, 4:28] = colours[present]
        paths.append(Path(_planted_folder().name) / f"{seed}-{photos}-{classes}-{photo}.png")
        if not paths[-1].exists():
            Image.fromarray(pixels).save(paths[-1])
    labels = np.where(truth, 0.7, 0.15) + random.uniform(-0.1, 0.1, truth.shape)
    return TrainingData(
        paths=tuple(paths),
        pseudo_labels=labels.astype(np.float32),
        answers=np.full(truth.shape, -1, dtype=np.int8),
        class_names=tuple(f"class {number}" for number in range(classes)),
        truth=truth,
    )


def quick_config(**changes: object) -> TrainingConfig:
    settings: dict[str, object] = {
        "classifier": CLASSIFIER,
        "weights": str(_random_weights()),
        "image_size": 32,
        "epochs": 6,
        "warm_up_epochs": 2,
        "batch_size": 12,
        "learning_rate": 1e-3,
        "ema_decay": None,
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
