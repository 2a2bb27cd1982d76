"""What a person chose for all projects of this machine."""

import json
from contextlib import suppress
from pathlib import Path

from cdul_app import paths
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.written_files import write_atomically


def preference(name: str) -> object:
    """None where nothing was chosen."""
    return _read().get(name)


def set_preference(name: str, value: object) -> None:
    """What cannot be written is not remembered."""
    with suppress(OSError):
        write_atomically(_file(), json.dumps({**_read(), name: value}).encode())


def _read() -> dict[str, object]:
    try:
        stored = read_input_json(_file(), most_bytes=MOST_CARD_BYTES)
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _file() -> Path:
    return paths.user_data_dir() / "preferences.json"
