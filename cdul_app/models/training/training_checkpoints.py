"""The state of a training run after its last whole epoch, so that a killed run goes on."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from cdul_app.language import tr
from cdul_app.models.damaged_files import DAMAGE_ERRORS, words_of
from cdul_app.paths import write_atomically

CHECKPOINT_NAME = "checkpoint.pt"
_FORMAT = 2
_DIGEST_LENGTH = hashlib.sha256().digest_size


class DamagedCheckpoint(Exception):  # noqa: N818 - training starts over, nothing fails
    """The file is there and is not what was written."""


@dataclass(frozen=True)
class TrainingCheckpoint:
    """Tensors, numbers and texts only.

    Random numbers need no state of their own: each step's generator is seeded by the run's seed,
    the epoch and the batch.  The same holds for the learning rate.
    """

    fingerprint: str  # of settings and data
    epoch: int  # finished ones
    module: dict[str, Any]
    optimizer: dict[str, Any]
    pseudo_label_logits: torch.Tensor  # (n_trained, n_classes)
    micro_batch: int  # photos that fit into memory at once
    skipped: list[list[Any]]  # [row, reason]
    averaged: dict[str, Any] | None  # the averaged copy, where there is one
    history: list[list[float]]  # [loss, label change] of each refined epoch


def save_checkpoint(run_folder: Path, checkpoint: TrainingCheckpoint) -> None:
    """Replace the run's checkpoint in one step: a kill leaves the old one or the new one."""
    stream = io.BytesIO()
    # Not dataclasses.asdict, which would copy every tensor once more.
    torch.save({"format": _FORMAT, **vars(checkpoint)}, stream)
    content = stream.getbuffer()
    write_atomically(run_folder / CHECKPOINT_NAME, hashlib.sha256(content).digest(), content)


def load_checkpoint(run_folder: Path) -> TrainingCheckpoint | None:
    """The run's checkpoint on the CPU, None where there is none.  Raises DamagedCheckpoint."""
    file = run_folder / CHECKPOINT_NAME
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedCheckpoint(words_of(error)) from error
    digest, payload = content[:_DIGEST_LENGTH], content[_DIGEST_LENGTH:]
    if hashlib.sha256(payload).digest() != digest:
        raise DamagedCheckpoint(tr("its checksum is wrong"))
    try:
        values = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
        if values.pop("format") != _FORMAT:
            raise DamagedCheckpoint(tr("another version of the app wrote it"))
        return TrainingCheckpoint(**values)
    except DAMAGE_ERRORS as error:
        raise DamagedCheckpoint(words_of(error)) from error


def resumable_checkpoint(
    run_folder: Path, fingerprints: list[str]
) -> tuple[TrainingCheckpoint | None, list[str]]:
    """What a run that was cancelled or killed goes on from, and notes for the person.

    None where the run has no checkpoint, and, with a note that says why, where it is damaged or its
    settings and data are none of `fingerprints`: training then starts over.
    """
    try:
        saved = load_checkpoint(run_folder)
    except DamagedCheckpoint as damage:
        return None, [
            tr(
                "The checkpoint of this run is damaged ({damage}): training starts over.",
                damage=damage,
            )
        ]
    if saved is not None and saved.fingerprint not in fingerprints:
        return None, [
            tr("The settings or labels have changed since this run: training starts over.")
        ]
    return saved, []


def remove_checkpoint(run_folder: Path) -> None:
    """For a run whose result is stored: the optimizer's state can be twice the classifier."""
    (run_folder / CHECKPOINT_NAME).unlink(missing_ok=True)
