"""Which runtime encodes on a CPU: tried once on a machine, remembered for all projects."""

import hashlib
import json
import os
import platform
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from cdul_app import paths
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.language import tr
from cdul_app.models.classifier.onnx_classifier import can_write_onnx
from cdul_app.project.labeling.paces import measured_seconds, seconds_a_photo
from cdul_app.settings.configs import AUTO, RUNTIMES, TORCH, ScoringConfig
from cdul_app.written_files import make_folder, replacing, write_atomically

LEAST_GAIN = 1.05  # less is within what a trial of two seconds can tell
PAYING_GAIN = 1.25  # with which the scoring that a trial stands before makes up for it
# A trial takes about so many seconds and as long as so many views with torch, by its processor time
# shared out to two cores (`tests.benchmarks.bench_runtime_trial`); here until one was measured.
_TRIAL_SECONDS, _TRIAL_VIEWS = 3.0, 100
_VERSIONS = ("torch", "onnxruntime", "open_clip_torch", "timm")
MOST_GRAPH_BYTES = 500_000_000  # kept, of all encoders
SECONDS_TO_LOAD = 1.0  # a graph that is kept, and to compare what it gives


@dataclass(frozen=True)
class TriedRuntimes:
    """What a trial found of those runtimes that give what torch gives."""

    encoder_key: str
    versions: str
    gains: dict[str, float]  # times torch's views a second
    seconds_to_make: dict[str, float]  # or to load, where its graph is kept
    trial_seconds: float  # of all of it
    view_seconds: float  # of torch, a view

    def fastest(self, wanted: str, torch_seconds: float) -> str:
        """Of all where `wanted` is AUTO, else that or torch, for what takes torch so long."""
        if wanted != AUTO:
            return wanted if wanted in self.gains else TORCH
        seconds = {TORCH: torch_seconds} | {
            name: self.seconds_to_make[name] + torch_seconds / gain
            for name, gain in self.gains.items()
            if gain >= LEAST_GAIN
        }
        return min(seconds, key=lambda name: seconds[name])


def may_be_another(config: ScoringConfig) -> bool:
    """Whether these settings leave the choice open on a CPU, or made another than torch, and what
    others need is installed."""
    return config.runtime != TORCH and not config.plan.is_dense and can_write_onnx()


def least_worth_a_trial(view_seconds: float) -> float:
    """What of a scoring's time, by torch, makes up for a trial with one that is somewhat faster."""
    return trial_seconds(view_seconds) / (1 - 1 / PAYING_GAIN)


def trial_seconds(view_seconds: float) -> float:
    """What a trial will take with an encoder that has a view in so long by torch: as others did on
    this machine."""
    known = (_record(each) for key, each in _read().items() if key.startswith(_machine("")))
    found = [each.trial_seconds / _usual(each.view_seconds) for each in known if each is not None]
    return (median(found) if found else 1.0) * _usual(view_seconds)


def _usual(view_seconds: float) -> float:
    return _TRIAL_SECONDS + _TRIAL_VIEWS * view_seconds


def tried_runtimes(config: ScoringConfig, encoder_key: str = "") -> TriedRuntimes | None:
    """By the versions that are installed now; encoder_key : of the encoder where it is loaded, as
    its file may have changed.  None where none was tried."""
    tried = _record(_read().get(_machine(config.device, config.encoder)))
    if tried is None or tried.versions != installed_versions():
        return None
    if encoder_key not in ("", tried.encoder_key):
        return None
    seconds = {
        name: min(made, SECONDS_TO_LOAD) if kept_graph(tried.encoder_key, name).is_file() else made
        for name, made in tried.seconds_to_make.items()
    }
    return replace(tried, seconds_to_make=seconds)


def keep_tried_runtimes(config: ScoringConfig, tried: TriedRuntimes) -> None:
    with suppress(OSError):  # they are tried again
        known = {**_read(), _machine(config.device, config.encoder): asdict(tried)}
        write_atomically(_file(), json.dumps(known, indent=1).encode())


def kept_graph(encoder_key: str, runtime: str) -> Path:
    """Where what a runtime was made of lies, once it was the fastest: making it takes longest."""
    made_of = " | ".join((encoder_key, runtime, installed_versions()))
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:32]
    return _graphs() / f"{digest}.onnx"


def keep_graph(encoder_key: str, runtime: str, graph: Path) -> None:
    """Those that were used longest ago go for it; one that cannot be kept is made anew."""
    kept = kept_graph(encoder_key, runtime)
    with suppress(OSError):
        room = MOST_GRAPH_BYTES - graph.stat().st_size
        if room < 0:
            return
        make_folder(kept.parent)
        known = [(each.stat(), each) for each in _kept_graphs()]
        for state, other in sorted(known, key=lambda pair: pair[0].st_mtime_ns, reverse=True):
            room -= state.st_size
            if room < 0:
                other.unlink(missing_ok=True)
        with graph.open("rb") as source, replacing(kept, synced=False) as target:
            shutil.copyfileobj(source, target)


def graph_bytes() -> int:
    """On the disk, of all graphs that are kept."""
    found = 0
    for graph in _kept_graphs():
        with suppress(OSError):
            found += graph.stat().st_size
    return found


def clear_graphs() -> None:
    """As far as they can be removed; what the trials found stays known."""
    for graph in _kept_graphs():
        with suppress(OSError):
            graph.unlink()


def seconds_of_photos(config: ScoringConfig, count: int) -> float | None:
    """Of encoding so many, by the runtime that would do it as far as is known; None where nothing
    is."""
    pace = seconds_a_photo(config)
    if pace is None:
        return None
    tried = tried_runtimes(config) if count and may_be_another(config) else None
    runtime = TORCH if tried is None else tried.fastest(config.runtime, pace * count)
    if tried is None or runtime == TORCH:
        return pace * count
    measured = measured_seconds(config, runtime=runtime)
    return tried.seconds_to_make[runtime] + count * (measured or pace / tried.gains[runtime])


def runtime_words(config: ScoringConfig) -> str:
    """How a trial came out, in a sentence; empty where there was none."""
    tried = tried_runtimes(config) if may_be_another(config) else None
    if tried is None:
        return ""
    found = {tr(RUNTIMES[name]): gain for name, gain in tried.gains.items() if gain >= LEAST_GAIN}
    if not found:
        return tr("With this encoder nothing is faster here than PyTorch.")
    times = ", ".join(tr("{name} {gain:.1f}", name=name, gain=gain) for name, gain in found.items())
    return tr("Times as fast as PyTorch here, with this encoder: {times}.", times=times)


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


def _graphs() -> Path:
    return paths.user_cache_dir() / "graphs"


def _kept_graphs() -> list[Path]:
    return list(_graphs().glob("*.onnx"))


def _machine(*more: str) -> str:
    # Machines may share a home.
    return " | ".join((platform.node(), _processor(), f"{os.cpu_count()} cores", *more))


def _record(content: Any) -> TriedRuntimes | None:
    """None for what is damaged, or from another version."""
    try:
        gains, seconds = (
            {str(name): float(value) for name, value in content[part].items() if 0 < value < 1e6}
            for part in ("gains", "seconds_to_make")
        )
        trial, view = (
            min(max(float(content[part]), 1e-6), 1e6) for part in ("trial_seconds", "view_seconds")
        )
        key, versions = str(content["encoder_key"]), str(content["versions"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if gains.keys() != seconds.keys():
        return None
    return TriedRuntimes(key, versions, gains, seconds, trial, view)


def _read() -> dict[str, Any]:
    try:
        known = read_input_json(_file(), most_bytes=MOST_CARD_BYTES)
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _file() -> Path:
    return paths.user_cache_dir() / "runtimes.json"
