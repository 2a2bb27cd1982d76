"""Which runtime encodes on a CPU: tried once on a machine, remembered for all projects."""

import json
import os
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from cdul_app import paths
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.models.classifier.onnx_classifier import can_write_onnx
from cdul_app.project.labeling.paces import measured_seconds, seconds_a_photo
from cdul_app.settings.configs import ONNX, TORCH, ScoringConfig
from cdul_app.written_files import write_atomically

LEAST_GAIN = 1.05  # less is within what a trial of two seconds can tell
# Fewer views, or less time with torch, are done before another runtime is made and tried.
FEWEST_VIEWS, FEWEST_SECONDS = 1000, 60.0
_VERSIONS = ("torch", "onnxruntime", "open_clip_torch", "timm")


@dataclass(frozen=True)
class TriedRuntime:
    """What a trial of ONNX Runtime found."""

    encoder_key: str
    versions: str
    gain: float  # times torch's views a second; 0 where it does not do
    seconds_to_make: float

    @property
    def is_faster(self) -> bool:
        return self.gain >= LEAST_GAIN

    def saves(self, torch_seconds: float) -> bool:
        """Whether it pays to make it for what takes torch so long."""
        return self.is_faster and self.seconds_to_make < torch_seconds * (1 - 1 / self.gain)


def may_be_onnx(config: ScoringConfig) -> bool:
    """Whether these settings leave the choice open, or made it, on a CPU."""
    return config.runtime != TORCH and not config.plan.is_dense and can_write_onnx()


def is_worth_a_trial(views: int, torch_seconds: float) -> bool:
    return views >= FEWEST_VIEWS and torch_seconds >= FEWEST_SECONDS


def tried_runtime(config: ScoringConfig, encoder_key: str = "") -> TriedRuntime | None:
    """By the versions that are installed now; encoder_key : of the encoder itself, where it is
    loaded: a file may have changed.  None where it was not tried."""
    record = _read().get(_key(config))
    try:
        tried = TriedRuntime(**record) if isinstance(record, dict) else None
    except TypeError:
        return None
    numbers = (getattr(tried, "gain", None), getattr(tried, "seconds_to_make", None))
    if tried is None or not all(isinstance(each, int | float) and each >= 0 for each in numbers):
        return None
    if tried.versions != installed_versions() or encoder_key not in ("", tried.encoder_key):
        return None
    return tried


def keep_tried_runtime(
    config: ScoringConfig, encoder_key: str, *, gain: float, seconds_to_make: float
) -> TriedRuntime:
    tried = TriedRuntime(encoder_key, installed_versions(), gain, seconds_to_make)
    with suppress(OSError):  # it is tried again
        content = json.dumps({**_read(), _key(config): asdict(tried)}, indent=1)
        write_atomically(_file(), content.encode())
    return tried


def chosen_runtime(config: ScoringConfig, torch_seconds: float) -> TriedRuntime | None:
    """What the next scoring will use in place of torch, as far as that is known."""
    tried = tried_runtime(config) if may_be_onnx(config) else None
    if tried is None or not tried.gain:
        return None
    return tried if config.runtime == ONNX or tried.saves(torch_seconds) else None


def seconds_of_photos(config: ScoringConfig, count: int) -> float | None:
    """Of encoding so many, by the runtime that would; None where nothing is known."""
    pace = seconds_a_photo(config)
    if pace is None:
        return None
    chosen = chosen_runtime(config, pace * count)
    if chosen is None or not count:
        return pace * count
    measured = measured_seconds(config, runtime=ONNX)
    return chosen.seconds_to_make + count * (measured or pace / chosen.gain)


def runtime_words(config: ScoringConfig) -> str:
    """How a trial of it came out, in a clause; empty where there was none."""
    tried = tried_runtime(config) if may_be_onnx(config) else None
    if tried is None:
        return ""
    if not tried.gain:
        return "ONNX Runtime does not compute this encoder"
    if not tried.is_faster:
        return "PyTorch is as fast here"
    return f"ONNX Runtime is {tried.gain:.1f} times as fast here"


@cache
def installed_versions() -> str:
    found = []
    for package in _VERSIONS:
        with suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return ", ".join(found)


@cache
def _processor() -> str:
    """Its name, of which platform.processor() has the architecture at the most on Linux."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _key(config: ScoringConfig) -> str:
    # Machines may share a home.
    machine = (platform.node(), _processor(), f"{os.cpu_count()} cores", config.device)
    return " | ".join((*machine, config.encoder))


def _read() -> dict[str, Any]:
    try:
        known = read_input_json(_file(), most_bytes=MOST_CARD_BYTES)
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _file() -> Path:
    return paths.user_cache_dir() / "runtimes.json"
