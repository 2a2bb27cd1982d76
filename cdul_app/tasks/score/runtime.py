"""The runtime that encodes the photos of a scoring: by a trial on this machine, once."""

import logging
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cdul_app.events import Events, Noted, Started
from cdul_app.language import tr, translatable
from cdul_app.models.classifier.onnx_classifier import can_write_onnx
from cdul_app.photos.files import photo_file
from cdul_app.project.labeling.paces import seconds_a_photo
from cdul_app.project.labeling.runtimes import (
    TriedRuntimes,
    installed_versions,
    keep_graph,
    keep_tried_runtimes,
    kept_graph,
    least_worth_a_trial,
    may_be_another,
    tried_runtimes,
)
from cdul_app.settings.configs import AUTO, INT8, ONNX, RUNTIMES, TORCH, ScoringConfig

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.encoder.encoding_lanes import ViewEncoder
    from cdul_app.models.encoder.views import Pixels

NOT_INSTALLED = translatable(
    "ONNX Runtime is not installed, so PyTorch encodes: run “pip install cdul-app[onnx]”."
)
_TRIAL_PHOTOS = 6

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ChosenRuntime:
    encoder: "ViewEncoder"
    runtime: str = TORCH

    @property
    def words(self) -> str:
        """What stands behind the device's name; empty for torch."""
        return "" if self.runtime == TORCH else f" ({RUNTIMES[self.runtime]})"


def choose_runtime(
    encoder: "Encoder", config: ScoringConfig, folder: Path, paths: Sequence[str]
) -> Events[ChosenRuntime]:
    """paths : of the photos that are to be encoded, below `folder` (see `photo_file`).

    Where it was not tried and is not set, it is tried for photos so many that the trial pays.  A
    note tells where it is not torch, or was wanted and cannot be had.
    """
    torch_alone, wanted = ChosenRuntime(encoder), config.runtime
    if encoder.device.type != "cpu" or not paths:
        return torch_alone
    if not may_be_another(config):
        if wanted in (ONNX, INT8) and not can_write_onnx():
            yield Noted(tr(NOT_INSTALLED))
        return torch_alone
    a_photo = _torch_seconds(encoder, config)
    seconds, view_seconds = a_photo * len(paths), a_photo / config.plan.encoded_count
    tried = tried_runtimes(config, encoder.key)
    if tried is None:
        names = [ONNX, INT8]
        if wanted == AUTO and seconds < least_worth_a_trial(view_seconds):
            return torch_alone
    else:
        names = [tried.fastest(wanted, seconds)]
        if names == [TORCH]:
            return (yield from _torch(encoder, wanted, tried))
    from cdul_app.models.accelerated import runtime_trial

    yield Started(tr("Preparing ONNX Runtime"), unit="")
    began = time.monotonic()
    some = paths[:: max(1, len(paths) // _TRIAL_PHOTOS)][:_TRIAL_PHOTOS]
    photos = [photo_file(folder, path) for path in some]
    views = runtime_trial.trial_views(photos, config.plan, encoder.view_format)
    if not len(views):  # the pipeline tells why
        return torch_alone
    best = names[0]
    other = None if tried is None else _kept(encoder, best, views)
    if other is None:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as graphs:
            made = runtime_trial.make_runtimes(encoder, names, views, Path(graphs))
            if tried is None:
                others = {name: each.encoder for name, each in made.items()}
                gains = runtime_trial.gains_of(encoder, others, views)
                tried = TriedRuntimes(
                    encoder.key,
                    installed_versions(),
                    gains,
                    {name: made[name].seconds for name in gains},
                    time.monotonic() - began,
                    view_seconds,
                )
                keep_tried_runtimes(config, tried)
                best = tried.fastest(wanted, seconds)
            elif best in made and not runtime_trial.says_the_same(
                encoder, made[best].encoder, views
            ):
                best = TORCH
            if best == TORCH or best not in made:
                return (yield from _torch(encoder, wanted, tried))
            if graph := made[best].graph:
                keep_graph(encoder.key, best, graph)
            other = made[best].encoder
    assert tried is not None
    yield Noted(
        tr(
            "{runtime} encodes the photos, {gain:.1f} times as fast as PyTorch on this computer.",
            runtime=tr(RUNTIMES[best]),
            gain=tried.gains[best],
        )
    )
    return ChosenRuntime(other, best)


def _kept(encoder: "Encoder", runtime: str, views: "Pixels") -> "ViewEncoder | None":
    """From an earlier scoring; None where it has to be made."""
    from cdul_app.models.accelerated.runtime_trial import load_runtime

    graph = kept_graph(encoder.key, runtime)
    if not graph.is_file():
        return None
    loaded = load_runtime(encoder, graph, views)
    with suppress(OSError):
        if loaded is None:
            graph.unlink()
        else:
            graph.touch()  # what was used longest ago goes first
    return loaded


def _torch(encoder: "Encoder", wanted: str, tried: TriedRuntimes) -> Events[ChosenRuntime]:
    logger.info("torch encodes; a trial found %s", tried)
    if wanted != AUTO:
        yield Noted(
            tr(
                "{runtime} does not do for this encoder, so PyTorch encodes.",
                runtime=tr(RUNTIMES[wanted]),
            )
        )
    return ChosenRuntime(encoder)


def _torch_seconds(encoder: "Encoder", config: ScoringConfig) -> float:
    """Of a photo; only roughly where it was not measured."""
    known = seconds_a_photo(config)
    if known is not None:
        return known
    from cdul_app.models.encoder import trial

    return next(trial.seconds_a_photo(encoder, config.plan))
