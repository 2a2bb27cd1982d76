"""Stage 2, training and refinement, as a generator of events (CDUL section 3.2-3.3)."""

import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cdul_app.errors import ClassifierError
from cdul_app.events import EpochFinished, Events, Noted, Progressed, Started
from cdul_app.language import tr, translatable
from cdul_app.method.arrays import IntArray
from cdul_app.method.stopping import has_settled
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import save_classifier
from cdul_app.models.classifier.prediction import photo_batch, sigmoid_scores
from cdul_app.models.devices import choose_device, describe_device
from cdul_app.models.training.averaged_classifier import AveragedClassifier
from cdul_app.models.training.classifier_steps import ClassifierSteps
from cdul_app.models.training.input_batches import LoadedBatch, even_batches
from cdul_app.models.training.pseudo_label_state import LabelMove, PseudoLabelState
from cdul_app.models.training.training_checkpoints import (
    TrainingCheckpoint,
    resumable_checkpoint,
    save_checkpoint,
)
from cdul_app.models.training.training_data import TrainingData
from cdul_app.models.training.training_setup import (
    build_module,
    fingerprints_of,
    mean_average_precision_of,
    parameter_groups,
    step_seed,
)
from cdul_app.photos.unreadable import reason_in_words
from cdul_app.settings.configs import TrainingConfig


@dataclass(frozen=True)
class TrainedClassifier:
    """What a training returns."""

    classifier_file: Path  # safetensors, its card beside it
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
) -> Events[TrainedClassifier]:
    """Train on pseudo labels, refining them after the warm-up.

    An answer is a target that never moves and counts `config.answer_weight` times in the loss.
    With `config.ema_decay` an averaged copy of the classifier says what the labels are refined
    towards, and is the classifier that is kept.  With `config.patience` training stops once labels
    and loss stand still (method.stopping), and says so.

    A checkpoint in `run_folder` holds the last whole epoch: the same call after a cancel or a kill
    goes on from there and ends with the same result.  Closing the generator cancels within one
    batch.  `provenance` goes into the classifier's card as it is.
    Raises ClassifierError, DeviceError.
    """
    training = _Training(data, config, run_folder)
    scores = yield from training.events()
    module = training.predictor.module
    assert isinstance(module, PhotoClassifier)
    classifier_file = save_classifier(
        run_folder,
        module,
        config=config,
        class_names=data.class_names,
        provenance=provenance or {},
    )
    return TrainedClassifier(
        classifier_file,
        training.all_pseudo_labels(),
        scores,
        training.epoch,
        training.stopped_because,
        tuple(sorted(training.skipped.items())),
    )


SETTLED = translatable("Labels and loss had settled after {epoch} of {epochs} epochs.")


class _Training:
    """The state of one run; `events` drives it."""

    def __init__(self, data: TrainingData, config: TrainingConfig, run_folder: Path) -> None:
        self.device = choose_device(config.device)
        self.rows = np.flatnonzero(data.trainable)  # photos with pseudo labels, as rows of `data`
        if len(self.rows) == 0:
            raise ClassifierError(tr("No photo has labels to learn from: label the photos first."))
        if not config.end_to_end:
            raise ValueError(f"{config.classifier} is no classifier that reads photos")
        self.data, self.config, self.run_folder = data, config, run_folder
        self.labels = PseudoLabelState(data.pseudo_labels[self.rows], data.answers[self.rows])
        self.position = np.full(len(data.paths), -1)  # row of `data` to row of `labels`
        self.position[self.rows] = np.arange(len(self.rows))
        self.module, self.source, self.notes = build_module(data, config, self.labels)
        self.epoch = 0
        self.skipped: dict[int, str] = {}
        self.done = 0
        self.history: list[tuple[float, float]] = []  # (loss, label change) of refined epochs
        self.stopped_because = "All epochs are done."
        self.module.to(self.device)
        self.prediction_batch = config.batch_size
        if self.device.type != "cpu":
            self.prediction_batch = photo_batch(self.device, config.image_size)
        self.steps = ClassifierSteps(
            self.module,
            self.device,
            micro_batch=config.batch_size,
            prediction_batch=self.prediction_batch,
            keep_statistics=config.freeze_statistics,
        )
        self.averaged: AveragedClassifier | None = None
        self.predictor = self.steps  # the classifier that refines and is kept
        if config.ema_decay is not None:
            self.averaged = AveragedClassifier(self.module, config.ema_decay)
            self.predictor = ClassifierSteps(
                self.averaged.module, self.device, micro_batch=self.prediction_batch
            )
        self.is_fused = self.device.type == "cuda"  # one kernel for all weights
        self.optimizer = torch.optim.AdamW(  # plain Adam where weight decay is 0
            parameter_groups(self.module, config.weight_decay),
            lr=config.learning_rate,
            fused=self.is_fused,
        )

    def events(self) -> Events[NDArray[np.float32]]:
        """Train to the end.  Returns the scores of all photos, as in TrainedClassifier."""
        fingerprints = fingerprints_of(self.data, self.config)
        self.notes += self._resume(fingerprints)
        epochs, patience = self.config.epochs, self.config.patience
        total = sum(self._photos_of(epoch) for epoch in range(1, epochs + 1))
        total += len(self.data.paths)
        self.done = sum(self._photos_of(epoch) for epoch in range(1, self.epoch + 1))
        yield Started(
            tr("Training the classifier"),
            total,
            # Each photo once an epoch to learn, once to be refined.
            unit=translatable("photo passes"),
            device=describe_device(self.device),
            already_done=self.done,
        )
        yield from map(Noted, self.notes)
        for epoch in range(self.epoch + 1, epochs + 1):
            if patience is not None and has_settled(self.history, patience=patience):
                self.stopped_because = SETTLED.format(epoch=f"{self.epoch:,}", epochs=f"{epochs:,}")
                yield Noted(tr(SETTLED, epoch=self.epoch, epochs=epochs))
                break
            started = time.monotonic()
            loss = yield from self._learn(epoch)
            move, score = LabelMove(), None
            if self._is_evaluated(epoch):
                rows, logits = yield from self._predict(self._usable(self.rows))
                score = mean_average_precision_of(self.data.truth, rows, logits)
                if epoch > self.config.warm_up_epochs:
                    move = self.labels.refine(
                        self.position[rows], logits, sigma=self.config.sigma, eta=self.config.eta
                    )
                    self.history.append((loss, move.mean_change))
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
                    **_moves_by_class(move, self.data.class_names),
                )
            finally:
                save_checkpoint(self.run_folder, self._checkpoint(fingerprints[0]))
        rows, logits = yield from self._predict(self._usable(np.arange(len(self.data.paths))))
        scores = np.full(self.data.pseudo_labels.shape, np.nan, dtype=np.float32)
        scores[rows] = sigmoid_scores(logits)
        yield Progressed(total, total)
        return scores

    def all_pseudo_labels(self) -> NDArray[np.float32]:
        """Those of photos that were not trained on are as they came."""
        result = np.array(self.data.pseudo_labels, dtype=np.float32)
        result[self.rows] = self.labels.labels()
        return result

    def _learn(self, epoch: int) -> Events[float]:
        """Step A over all photos in an order of the epoch's own.  Returns the mean loss."""
        seed = (self.config.seed, epoch)
        order = np.random.default_rng(seed).permutation(self._usable(self.rows))
        batches = even_batches(order, self.config.batch_size)
        targets = self.labels.labels()
        weights = self.labels.weights(self.config.answer_weight)
        losses: list[float] = []  # of each batch, summed over its photos

        def learn(number: int, batch: LoadedBatch) -> list[str]:
            self._set_learning_rate((epoch - 1 + number / len(batches)) / self.config.epochs)
            rows = self.position[batch.rows]
            loss, notes = self.steps.learn(
                batch.inputs,
                targets[rows],
                self.optimizer,
                seed=step_seed(*seed, number),
                weights=weights[rows],
            )
            if self.averaged is not None:
                self.averaged.update(self.module)
            losses.append(loss * len(rows))
            return notes

        trained = yield from self._each_batch(batches, learn, augment_seed=seed)
        return sum(losses) / trained

    def _predict(self, rows: IntArray) -> Events[tuple[IntArray, NDArray[np.float32]]]:
        """Logits of those of `rows` that can be read.  Returns (rows, logits)."""
        read: list[IntArray] = []
        logits: list[NDArray[np.float32]] = []

        def predict(number: int, batch: LoadedBatch) -> list[str]:
            part, notes = self.predictor.predict(batch.inputs)
            read.append(batch.rows)
            logits.append(part)
            return notes

        yield from self._each_batch(even_batches(rows, self.prediction_batch), predict)
        return np.concatenate(read), np.concatenate(logits)

    def _each_batch(
        self,
        batches: list[IntArray],
        work: Callable[[int, LoadedBatch], list[str]],
        *,
        augment_seed: tuple[int, ...] | None = None,
    ) -> Events[int]:
        """`work`, which returns notes, on each batch by its number.  Returns how many photos.

        Raises ClassifierError where none can be read.
        """
        read = 0
        with closing(self.source.batches(batches, augment_seed=augment_seed)) as loaded:
            for number, batch in enumerate(loaded):
                yield from self._note_failures(batch.failures)
                if len(batch.rows):
                    yield from map(Noted, work(number, batch))
                read += len(batch.rows)
                self.done += len(batch.rows) + len(batch.failures)
                yield Progressed(self.done)
        if read == 0:
            raise ClassifierError(
                tr("None of the photos can be read: check that the folder is still there.")
            )
        return read

    def _note_failures(self, failures: tuple[tuple[int, str], ...]) -> Events[None]:
        for row, reason in failures:
            if row not in self.skipped:
                self.skipped[row] = reason
                yield Noted(
                    tr(
                        "Photo {name} is left out. {reason}",
                        name=self.data.paths[row].name,
                        reason=reason_in_words(reason),
                    )
                )

    def _usable(self, rows: IntArray) -> IntArray:
        return np.array([row for row in rows if int(row) not in self.skipped], dtype=np.int64)

    def _is_evaluated(self, epoch: int) -> bool:
        """Warm-up needs no predictions but for the curve of the mAP."""
        return epoch > self.config.warm_up_epochs or self.data.truth is not None

    def _photos_of(self, epoch: int) -> int:
        return len(self.rows) * (2 if self._is_evaluated(epoch) else 1)

    def _set_learning_rate(self, share_done: float) -> None:
        """Half a cosine down to 0, or constant."""
        rate = self.config.learning_rate
        if self.config.rate_falls:
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
            averaged=None if self.averaged is None else self.averaged.state_dict(),
            history=[list(measures) for measures in self.history],
        )

    def _resume(self, fingerprints: list[str]) -> list[str]:
        """Take up the run's checkpoint where it fits.  Returns notes for the person."""
        saved, notes = resumable_checkpoint(self.run_folder, fingerprints)
        if saved is None:
            return notes
        self.module.load_state_dict(saved.module)
        for group in saved.optimizer["param_groups"]:  # it may come from another device
            group["fused"] = self.is_fused
        self.optimizer.load_state_dict(saved.optimizer)
        self.labels.logits = saved.pseudo_label_logits.numpy()
        self.steps.micro_batch = saved.micro_batch
        if self.averaged is not None and saved.averaged is not None:
            self.averaged.load_state_dict(saved.averaged)
        self.history = [(loss, change) for loss, change in saved.history]
        # A photo that could not be reached then, on a disk unplugged, may be there again.
        rows = np.array([row for row, _ in saved.skipped], dtype=np.int64)
        for batch in self.source.batches(even_batches(rows, self.config.batch_size)):
            self.skipped |= dict(batch.failures)
        self.epoch = saved.epoch
        return [
            tr(
                "Resumed after epoch {epoch} of {epochs}.",
                epoch=saved.epoch,
                epochs=self.config.epochs,
            )
        ]


def _moves_by_class(move: LabelMove, class_names: tuple[str, ...]) -> dict[str, Any]:
    """As the fields of EpochFinished; nothing for an epoch without refinement."""
    flips = zip(class_names, move.flips_by_class.tolist(), strict=False)
    return {
        "flips_by_class": {name: count for name, count in flips if count},
        "change_by_class": dict(zip(class_names, move.change_by_class.tolist(), strict=False)),
    }
