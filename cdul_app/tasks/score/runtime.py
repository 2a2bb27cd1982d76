"""The runtime that encodes the photos of a scoring: by a trial on this machine, once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cdul_app.events import Events, Noted, Started
from cdul_app.models.classifier.onnx_classifier import can_write_onnx
from cdul_app.project.labeling.paces import seconds_a_photo
from cdul_app.project.labeling.runtimes import (
    TriedRuntime,
    is_worth_a_trial,
    keep_tried_runtime,
    may_be_onnx,
    tried_runtime,
)
from cdul_app.settings.configs import ONNX, TORCH, ScoringConfig

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.encoder.encoding_lanes import ViewEncoder

NOT_INSTALLED = (
    "ONNX Runtime is not installed, so PyTorch encodes: run “pip install cdul-app[onnx]”."
)
_TRIAL_PHOTOS = 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ChosenRuntime:
    encoder: "ViewEncoder"
    runtime: str = TORCH

    @property
    def words(self) -> str:
        """Beside the device's; empty for torch, which says so itself."""
        return " (ONNX Runtime)" if self.runtime == ONNX else ""


def choose_runtime(
    encoder: "Encoder", config: ScoringConfig, photos: Sequence[Path]
) -> Events[ChosenRuntime]:
    """photos : that are to be encoded.

    Told as a note where it is not torch, or was wanted and is not; where it takes seconds to find
    out, only for photos so many that it pays, unless `config.runtime` is ONNX.
    """
    torch_alone = ChosenRuntime(encoder)
    wanted = config.runtime == ONNX
    if encoder.device.type != "cpu" or not may_be_onnx(config) or not photos:
        if wanted and encoder.device.type == "cpu" and not can_write_onnx():
            yield Noted(NOT_INSTALLED)
        return torch_alone
    seconds = _torch_seconds(encoder, config) * len(photos)
    tried = tried_runtime(config, encoder.key)
    if tried is None:
        if not wanted and not is_worth_a_trial(len(photos) * config.plan.encoded_count, seconds):
            return torch_alone
    elif not (tried.gain if wanted else tried.saves(seconds)):
        logger.info("torch encodes: ONNX Runtime has %.2f of its pace here", tried.gain)
        return torch_alone
    yield Started("Preparing ONNX Runtime", unit="")
    if tried is None:
        tried, faster = _try(encoder, config, photos)
    else:
        faster = _made(encoder)
    if faster is None:
        yield Noted(f"ONNX Runtime does not compute {config.encoder}, so PyTorch encodes.")
    elif wanted or tried.is_faster:
        times = f"{tried.gain:.1f} times as fast as PyTorch" if tried.is_faster else "as set"
        yield Noted(f"ONNX Runtime encodes the photos: {times} on this computer.")
        return ChosenRuntime(faster, ONNX)
    else:
        logger.info("torch encodes: ONNX Runtime has %.2f of its pace here", tried.gain)
    return torch_alone


def _torch_seconds(encoder: "Encoder", config: ScoringConfig) -> float:
    """Of a photo; only roughly where it was not measured."""
    known = seconds_a_photo(config)
    if known is not None:
        return known
    from cdul_app.models.encoder import trial

    return next(trial.seconds_a_photo(encoder, config.plan))


def _try(
    encoder: "Encoder", config: ScoringConfig, photos: Sequence[Path]
) -> tuple[TriedRuntime, "ViewEncoder | None"]:
    """A trial whose result is remembered."""
    from cdul_app.models.accelerated import runtime_trial

    some = photos[:: max(1, len(photos) // _TRIAL_PHOTOS)][:_TRIAL_PHOTOS]
    views = runtime_trial.trial_views(some, config.plan, encoder.view_format)
    if not len(views):  # the pipeline tells why
        return TriedRuntime(encoder.key, "", 0.0, 0.0), None
    trial = runtime_trial.try_onnx(encoder, views)
    kept = keep_tried_runtime(
        config, encoder.key, gain=trial.gain, seconds_to_make=trial.seconds_to_make
    )
    return kept, trial.encoder


def _made(encoder: "Encoder") -> "ViewEncoder | None":
    from cdul_app.models.accelerated.onnx_encoder import OnnxEncoder

    try:
        return OnnxEncoder(encoder)
    except Exception as error:  # it could, when it was tried
        logger.warning("ONNX Runtime does not take %s: %s", encoder.identifier, error)
        return None
