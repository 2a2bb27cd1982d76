"""Which encoders are on this machine, and what of the others is still to be fetched."""

import platform
import shutil
from dataclasses import dataclass
from functools import cache

from cdul_app.errors import EncoderError
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE, catalogue_entry


@dataclass(frozen=True)
class EncoderState:
    on_disk: bool
    megabytes_left: float | None  # to download; None where only the hub can tell


_READY = EncoderState(on_disk=True, megabytes_left=0.0)


def encoder_state(identifier: str) -> EncoderState:
    """What the disk says; asks no network and loads no torch.

    An encoder that cannot be fetched, as a folder that is gone, counts as there: loading it tells.
    Weights of another open_clip model that lie in the cache of the hub alone count as missing.
    """
    from cdul_app.models.encoder.encoder_references import quick_reference
    from cdul_app.models.encoder.encoder_store import (
        arrived_bytes,
        checkpoint_of,
    )

    try:
        reference = quick_reference(identifier)
    except EncoderError:
        return _READY
    if reference.path is not None or checkpoint_of(reference) is not None:
        return _READY
    entry = catalogue_entry(reference.identifier)
    if entry is None:
        return EncoderState(on_disk=False, megabytes_left=None)
    left = entry.download_megabytes - arrived_bytes(reference) / 1e6
    return EncoderState(on_disk=False, megabytes_left=max(1.0, left))


def look_for_encoders() -> list[EncoderState]:
    """Of the catalogue, in its order."""
    return [encoder_state(entry.identifier) for entry in ENCODER_CATALOGUE]


def is_usable(identifier: str) -> bool:
    """False for a folder or file that is not there, and for what is no encoder's name."""
    from cdul_app.models.encoder.encoder_references import quick_reference
    from cdul_app.models.encoder.encoder_store import checkpoint_of

    try:
        reference = quick_reference(identifier)
    except EncoderError:
        return False
    return reference.path is None or checkpoint_of(reference) is not None


@cache
def probably_has_gpu() -> bool:
    """A cheap guess for recommendations; the job itself asks torch."""
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return apple or shutil.which("nvidia-smi") is not None
