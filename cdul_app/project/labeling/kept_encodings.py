"""What encoders saw, kept for all projects of this machine: how much of it, and where."""

import os
from contextlib import suppress
from pathlib import Path

from cdul_app import paths
from cdul_app.project.preferences import preference, set_preference
from cdul_app.storage.shared_cache import SharedCache

SIZES = (0, 1, 2, 5, 10, 20)  # GB to choose from; 0: no photo is kept
DEFAULT_SIZE = 2.0  # GB: 190,000 photos of ten views of 512 numbers
_MOST = 10_000.0
VARIABLE = "CDUL_KEPT_GB"
_PREFERENCE = "kept_encodings_gb"


def kept_size() -> float:
    """GB: as CDUL_KEPT_GB says, of which what is no number means 0, else as was chosen."""
    if is_told():
        with suppress(ValueError):
            size = float(os.environ[VARIABLE])
            return size if 0 <= size <= _MOST else 0.0
        return 0.0
    chosen = preference(_PREFERENCE)
    if isinstance(chosen, int | float) and 0 <= chosen <= _MOST:
        return float(chosen)
    return DEFAULT_SIZE


def is_told() -> bool:
    """Whether the environment decides."""
    return bool(os.environ.get(VARIABLE))


def choose_kept_size(gigabytes: float) -> None:
    """For all projects, from now on; what is kept beyond it leaves at once."""
    set_preference(_PREFERENCE, gigabytes)
    with open_shared_cache() as cache:
        cache.trim_to_limit()


def open_shared_cache() -> SharedCache:
    """Close it when done."""
    return SharedCache(_file(), most_bytes=round(kept_size() * 1e9))


def kept_bytes() -> int:
    """On the disk; makes no file."""
    if not _file().exists():
        return 0
    with open_shared_cache() as cache:
        return cache.size()


def clear_kept() -> None:
    if _file().exists():
        with open_shared_cache() as cache:
            cache.clear()


def _file() -> Path:
    return paths.user_cache_dir() / "encoded.sqlite"
