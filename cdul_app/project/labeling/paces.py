"""How long encoders took on this machine: measured once, remembered for all projects."""

import json
import platform
from contextlib import suppress
from pathlib import Path

from cdul_app import paths
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.method.view_plans import ViewPlan
from cdul_app.method.view_presets import BEST_VIEWS, PAPER_VIEWS, preset_plan
from cdul_app.settings.configs import TORCH, ScoringConfig
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE, catalogue_entry
from cdul_app.written_files import write_atomically

_A_DENSE_INPUT = 1.3  # of a view's time for as many pixels: pooling its places takes the rest
_A_TEXT = 0.12  # of a view's time, on one core: 73 ms at the full 77 places, of which 12 are read
_UNIT = "one view of ViT-B/32"


def seconds_a_photo(config: ScoringConfig) -> float | None:
    """By torch: measured with this encoder, views and device; else worked out from other separate
    views', another encoder's or the machine's by what views and the catalogue's encoders cost; None
    where nothing is known."""
    known = _read()
    measured = known.get(_key(config.encoder, str(config.plan), config.device))
    if measured is not None:
        return measured
    for name in () if config.plan.is_dense else (BEST_VIEWS, PAPER_VIEWS):
        other = preset_plan(name, config.grid)
        measured = known.get(_key(config.encoder, str(other), config.device))
        if measured is not None:
            return measured * views_worth(config.plan) / views_worth(other)
    cost = _cost(config.encoder)
    if not cost:
        return None
    others = [
        (abs(entry.cost - cost), known[key] / entry.cost)
        for entry in ENCODER_CATALOGUE
        if entry.cost and (key := _key(entry.identifier, str(config.plan), config.device)) in known
    ]
    if others:  # that is nearest in size
        return min(others)[1] * cost
    unit = known.get(_key(_UNIT, "", config.device))
    return None if unit is None else unit * cost * views_worth(config.plan)


def seconds_of_texts(count: int, device: str) -> float:
    """Of reading so many sentences with the text half of ViT-B/32, which others come near; 0 where
    the machine is not known."""
    return count * _A_TEXT * _read().get(_key(_UNIT, "", device), 0.0)


def views_worth(plan: ViewPlan) -> float:
    """How many views, encoded on their own, take as long as a photo by this plan.

    >>> views_worth(ViewPlan.parse("3x3"))
    10.0
    """
    if plan.dense_scale is None:
        return float(plan.encoded_count)
    whole = plan.dense_scale != 1  # which is then encoded once more
    return _A_DENSE_INPUT * plan.dense_scale**2 + whole


def is_machine_known(device: str) -> bool:
    """Whether a trial has measured it."""
    return _key(_UNIT, "", device) in _read()


def keep_machine_pace(device: str, seconds: float) -> None:
    """seconds : of one view of ViT-B/32."""
    _keep(_key(_UNIT, "", device), seconds)


def measured_seconds(config: ScoringConfig, *, runtime: str) -> float | None:
    """Of one photo, where that was measured with just these settings."""
    return _read().get(_key(config.encoder, _plan_key(config, runtime), config.device))


def keep_pace(config: ScoringConfig, seconds: float, *, runtime: str = TORCH) -> None:
    """seconds : of one photo; runtime : that encoded it."""
    _keep(_key(config.encoder, _plan_key(config, runtime), config.device), seconds)


def _plan_key(config: ScoringConfig, runtime: str) -> str:
    return str(config.plan) if runtime == TORCH else f"{config.plan} by {runtime}"


def _cost(identifier: str) -> float:
    entry = catalogue_entry(identifier)
    return 0.0 if entry is None else entry.cost


def _key(encoder: str, plan: str, device: str) -> str:
    # Machines may share a home.
    return " | ".join((platform.node(), device, encoder, plan))


def _read() -> dict[str, float]:
    try:
        known = read_input_json(_file(), most_bytes=MOST_CARD_BYTES)
        return {str(key): float(value) for key, value in known.items() if 0 < value < 1e6}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _keep(key: str, seconds: float) -> None:
    with suppress(OSError):  # it is measured again
        write_atomically(_file(), json.dumps({**_read(), key: seconds}, indent=1).encode())


def _file() -> Path:
    return paths.user_cache_dir() / "paces.json"
