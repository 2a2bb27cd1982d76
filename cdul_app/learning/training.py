"""Stage 2, training and refinement, as a generator of events (CDUL section 3.2-3.3)."""

import hashlib
import json
import math
import time
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cdul_app.core.arrays import IntArray
from cdul_app.core.configs import TrainingConfig
from cdul_app.core.errors import ClassifierError
from cdul_app.core.events import EpochFinished, Event, Noted, Progressed, Started
from cdul_app.core.metrics import average_precision
from cdul_app.learning.backbones import PhotoClassifier, build_photo_classifier, check_backbone_name
from cdul_app.learning.classifier_files import save_classifier
from cdul_app.learning.classifier_steps import ClassifierSteps, single_thread
from cdul_app.learning.devices import choose_device, describe_device
from cdul_app.learning.feature_head import FeatureHead, build_feature_head
from cdul_app.learning.input_batches import BatchSource, FeatureBatches, PhotoBatches, even_batches
from cdul_app.learning.prediction import FEATURE_BATCH, sigmoid_scores
from cdul_app.learning.pseudo_label_state import LabelMove, PseudoLabelState
from cdul_app.learning.training_checkpoints import (
    DamagedCheckpoint,
    TrainingCheckpoint,
    load_checkpoint,
    save_checkpoint,
)
from cdul_app.learning.training_data import FeatureInputs, PhotoInputs, TrainingData

_PAPER_PRESET = "paper"


@dataclass(frozen=True)
class TrainedClassifier:
    """The last item of a training that was not cancelled."""

    classifier_file: Path  # safetensors
    card_file: Path
    pseudo_labels: NDArray[np.float32]  # (n_images, n_classes) refined; an answer is 0 or 1
    scores: NDArray[np.float32]  # (n_images, n_classes) in [0, 1]; NaN where it cannot be read
    epochs: int
    stopped_because: str
    skipped: tuple[tuple[int, str], ...]  # (row, reason) of photos that could not be read


def train_classifier(
    data: TrainingData,
    config: TrainingConfig,
    *,
    run_folder: Path,
    provenance: dict[str, object] | None = None,
) -> Generator[Event | TrainedClassifier]:
    """Train on pseudo labels, refining them after the warm-up; ends with a TrainedClassifier.

    A checkpoint in `run_folder` holds the last whole epoch: the same call after a cancel or a kill
    goes on from there and ends with the same result.  Closing the generator cancels within one
    batch.  `provenance` goes into the classifier's card as it is.
    Raises ClassifierError, DeviceError.
    """
    device = choose_device(config.device)
    rows = np.flatnonzero(data.trainable)
    if len(rows) == 0:
        raise ClassifierError("No photo has pseudo labels to learn from: score the photos first.")
    _check_inputs(data, config)
    labels = PseudoLabelState(data.pseudo_labels[rows], data.answers[rows])
    threads = nullcontext() if config.end_to_end else single_thread()
    with threads:
        module, notes = _build_module(data, config, rows, labels)
        with _open_source(data, module) as source:
            training = _Training(data, config, run_folder, device, rows, labels, module, source)
            yield from training.events(notes)
            weights_file, card_file = save_classifier(
                run_folder,
                module,
                config=config,
                class_names=data.class_names,
                provenance=provenance or {},
            )
            yield TrainedClassifier(
                weights_file,
                card_file,
                training.all_pseudo_labels(),
                training.scores,
                training.epoch,
                "All epochs are done.",
                tuple(sorted(training.skipped.items())),
            )


class _Training:
    """The state of one run; `events` drives it."""

    def __init__(
        self,
        data: TrainingData,
        config: TrainingConfig,
        run_folder: Path,
        device: torch.device,
        rows: IntArray,
        labels: PseudoLabelState,
        module: nn.Module,
        source: BatchSource,
    ) -> None:
        self.data, self.config, self.run_folder = data, config, run_folder
        self.device, self.module, self.source = device, module, source
        self.rows = rows  # photos with pseudo labels, as rows of `data`
        self.labels = labels  # of those, in their order
        self.position = np.full(len(data.inputs), -1)  # row of `data` to row of `labels`
        self.position[rows] = np.arange(len(rows))
        self.epoch = 0
        self.skipped: dict[int, str] = {}
        self.scores = np.full(data.pseudo_labels.shape, np.nan, dtype=np.float32)
        self.done = 0
        self.steps = ClassifierSteps(module, device, micro_batch=config.batch_size)
        module.to(device)
        self.optimizer = torch.optim.AdamW(  # plain Adam where weight decay is 0
            _parameter_groups(module, config.weight_decay), lr=config.learning_rate
        )

    def events(self, notes: list[str]) -> Iterator[Event]:
        fingerprint = _fingerprint(self.data, self.config)
        notes = [*notes, *self._resume(fingerprint)]
        epochs = self.config.epochs
        total = sum(self._photos_of(epoch) for epoch in range(1, epochs + 1))
        total += len(self.data.inputs)
        self.done = sum(self._photos_of(epoch) for epoch in range(1, self.epoch + 1))
        yield Started(
            "Training the classifier",
            total,
            device=describe_device(self.device),
            already_done=self.done,
        )
        for note in notes:
            yield Noted(note)
        for epoch in range(self.epoch + 1, epochs + 1):
            started = time.monotonic()
            loss = yield from self._learn(epoch)
            move, score = LabelMove(), None
            if self._is_evaluated(epoch):
                rows, logits = yield from self._predict(self._usable(self.rows))
                score = _mean_average_precision(self.data.truth, rows, logits)
                if epoch > self.config.warm_up_epochs:
                    move = self.labels.refine(
                        self.position[rows], logits, sigma=self.config.sigma, eta=self.config.eta
                    )
            self.epoch = epoch
            try:
                # Told, and so recorded, before it is saved: a kill in between costs the epoch,
                # which is then done again, and never leaves one out of the record.
                yield EpochFinished(
                    epoch,
                    epochs,
                    loss,
                    move.mean_change,
                    move.flipped,
                    warm_up=epoch <= self.config.warm_up_epochs,
                    mean_average_precision=score,
                    seconds=time.monotonic() - started,
                )
            finally:
                save_checkpoint(self.run_folder, self._checkpoint(fingerprint))
        rows, logits = yield from self._predict(self._usable(np.arange(len(self.data.inputs))))
        self.scores[rows] = sigmoid_scores(logits)
        yield Progressed(total, total)

    def all_pseudo_labels(self) -> NDArray[np.float32]:
        """Those of photos that were not trained on are as they came."""
        result = np.array(self.data.pseudo_labels, dtype=np.float32)
        result[self.rows] = self.labels.labels()
        return result

    def _learn(self, epoch: int) -> Generator[Event, None, float]:
        """Step A over all photos in an order of the epoch's own.  Returns the mean loss."""
        seed = (self.config.seed, epoch)
        order = np.random.default_rng(seed).permutation(self._usable(self.rows))
        batches = even_batches(order, self.config.batch_size)
        targets = self.labels.labels()
        loss_sum, trained = 0.0, 0
        for number, batch in enumerate(self.source.batches(batches, augment_seed=seed)):
            yield from self._note_failures(batch.failures)
            if len(batch.rows):
                self._set_learning_rate((epoch - 1 + number / len(batches)) / self.config.epochs)
                loss, notes = self.steps.learn(
                    batch.inputs,
                    targets[self.position[batch.rows]],
                    self.optimizer,
                    seed=_step_seed(*seed, number),
                )
                for note in notes:
                    yield Noted(note)
                loss_sum += loss * len(batch.rows)
                trained += len(batch.rows)
            yield self._progressed(len(batch.rows) + len(batch.failures))
        if trained == 0:
            raise ClassifierError(
                "None of the photos can be read: check that the folder is still there."
            )
        return loss_sum / trained

    def _predict(
        self, rows: IntArray
    ) -> Generator[Event, None, tuple[IntArray, NDArray[np.float32]]]:
        """Logits of those of `rows` that can be read.  Returns (rows, logits)."""
        size = FEATURE_BATCH if isinstance(self.data.inputs, FeatureInputs) else 0
        batches = even_batches(rows, size or self.config.batch_size)
        read: list[IntArray] = []
        logits: list[NDArray[np.float32]] = []
        for batch in self.source.batches(batches):
            yield from self._note_failures(batch.failures)
            if len(batch.rows):
                part, notes = self.steps.predict(batch.inputs)
                for note in notes:
                    yield Noted(note)
                read.append(batch.rows)
                logits.append(part)
            yield self._progressed(len(batch.rows) + len(batch.failures))
        if not read:
            raise ClassifierError(
                "None of the photos can be read: check that the folder is still there."
            )
        return np.concatenate(read), np.concatenate(logits)

    def _note_failures(self, failures: tuple[tuple[int, str], ...]) -> Iterator[Event]:
        for row, reason in failures:
            if row not in self.skipped:
                self.skipped[row] = reason
                inputs = self.data.inputs
                name = inputs.paths[row].name if isinstance(inputs, PhotoInputs) else f"no. {row}"
                yield Noted(f"Photo {name} is left out. {reason}")

    def _usable(self, rows: IntArray) -> IntArray:
        return np.array([row for row in rows if int(row) not in self.skipped], dtype=np.int64)

    def _is_evaluated(self, epoch: int) -> bool:
        """Warm-up needs no predictions but for the curve of the mAP."""
        return epoch > self.config.warm_up_epochs or self.data.truth is not None

    def _photos_of(self, epoch: int) -> int:
        return len(self.rows) * (2 if self._is_evaluated(epoch) else 1)

    def _progressed(self, photos: int) -> Progressed:
        self.done += photos
        return Progressed(self.done)

    def _set_learning_rate(self, share_done: float) -> None:
        """Half a cosine down to 0; constant in the paper's preset."""
        rate = self.config.learning_rate
        if self.config.preset != _PAPER_PRESET:
            rate *= 0.5 * (1 + math.cos(math.pi * share_done))
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _checkpoint(self, fingerprint: str) -> TrainingCheckpoint:
        return TrainingCheckpoint(
            fingerprint=fingerprint,
            epoch=self.epoch,
            module=self.module.state_dict(),
            optimizer=self.optimizer.state_dict(),
            pseudo_label_logits=torch.from_numpy(self.labels.logits),
            micro_batch=self.steps.micro_batch,
            skipped=[[row, reason] for row, reason in self.skipped.items()],
        )

    def _resume(self, fingerprint: str) -> list[str]:
        """Take up the run's checkpoint where it fits.  Returns notes for the person."""
        try:
            saved = load_checkpoint(self.run_folder)
        except DamagedCheckpoint as damage:
            return [f"The checkpoint of this run is damaged ({damage}): training starts over."]
        if saved is None:
            return []
        if saved.fingerprint != fingerprint:
            return ["The settings or labels have changed since this run: training starts over."]
        self.module.load_state_dict(saved.module)
        self.optimizer.load_state_dict(saved.optimizer)
        self.labels.logits = saved.pseudo_label_logits.numpy()
        self.steps.micro_batch = saved.micro_batch
        # A photo that could not be reached then, on a disk unplugged, may be there again.
        rows = np.array([row for row, _ in saved.skipped], dtype=np.int64)
        for batch in self.source.batches(even_batches(rows, self.config.batch_size)):
            self.skipped |= dict(batch.failures)
        self.epoch = saved.epoch
        return [f"Resumed after epoch {saved.epoch} of {self.config.epochs}."]


def _check_inputs(data: TrainingData, config: TrainingConfig) -> None:
    if config.end_to_end == isinstance(data.inputs, FeatureInputs):
        wanted = "photos" if config.end_to_end else "stored embeddings"
        raise ValueError(f"the classifier {config.classifier} is trained on {wanted}")


def _build_module(
    data: TrainingData, config: TrainingConfig, rows: IntArray, labels: PseudoLabelState
) -> tuple[nn.Module, list[str]]:
    """The classifier before its first step, and notes for the person."""
    if isinstance(data.inputs, FeatureInputs):
        head = build_feature_head(
            data.inputs.views,
            rows,
            labels.logits,
            data.class_embeddings,
            data.temperature,
            background_embeddings=data.background_embeddings,
        )
        return head, []
    check_backbone_name(config.classifier)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)  # the new classifier layer starts from random weights
        module = build_photo_classifier(
            config.classifier,
            class_count=len(data.class_names),
            image_size=config.image_size,
            weights=config.weights,
        )
    size = module.transform.image_size
    if size != config.image_size:
        return module, [f"“{config.classifier}” reads photos of {size} pixels, and does so here."]
    return module, []


def _open_source(data: TrainingData, module: nn.Module) -> BatchSource:
    if isinstance(data.inputs, FeatureInputs):
        assert isinstance(module, FeatureHead)
        return FeatureBatches(data.inputs.views, module)
    assert isinstance(module, PhotoClassifier)
    return PhotoBatches(data.inputs.paths, module.transform)


def _parameter_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay pulls weights, not biases and scales, towards 0."""
    parameters = [parameter for parameter in module.parameters() if parameter.requires_grad]
    return [
        {
            "params": [parameter for parameter in parameters if parameter.ndim > 1],
            "weight_decay": weight_decay,
        },
        {
            "params": [parameter for parameter in parameters if parameter.ndim <= 1],
            "weight_decay": 0.0,
        },
    ]


def _step_seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint32)[0])


def _fingerprint(data: TrainingData, config: TrainingConfig) -> str:
    """Of all that decides the result; a run may go on on another device."""
    settings = {name: value for name, value in config.to_dict().items() if name != "device"}
    text = json.dumps([settings, data.fingerprint()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _mean_average_precision(
    truth: IntArray | None, rows: IntArray, scores: NDArray[np.float32]
) -> float | None:
    """Over what truth says of `rows`, class by class; None where it says nothing."""
    if truth is None:
        return None
    known = truth[rows] >= 0  # (n_rows, n_classes)
    values = [
        average_precision(truth[rows[said], column], scores[said, column])
        for column, said in enumerate(known.T)
        if said.any()
    ]
    counted = [value for value in values if not math.isnan(value)]
    return float(np.mean(counted)) if counted else None
