"""The encoder that a new project begins with: the one a person chose last, else the catalogue's."""

import json
from contextlib import suppress
from pathlib import Path

from cdul_app import paths
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.project.labeling.encoder_states import is_usable, probably_has_gpu
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, recommended_encoder
from cdul_app.storage.project_settings import ProjectSettings
from cdul_app.written_files import write_atomically

DEMO_SETTING = "demo"  # of a project that `prepare_demo` made
DEMO_WARNING = (
    "The demo encoder knows drawn scenes only, and its labels of real photos mean nothing: label "
    "them again with another encoder."
)


def is_demo_project(settings: ProjectSettings, folder: Path) -> bool:
    """Whether the photos are the demo's drawn scenes.

    Versions that kept no mark of it put them into the user's data, unless told otherwise.
    """
    return settings.get(DEMO_SETTING) is True or folder == paths.demo_dir()


def preferred_encoder() -> str:
    """Never the demo's, and none whose file is gone."""
    try:
        chosen = read_input_json(_file(), most_bytes=MOST_CARD_BYTES)["encoder"]
    except (OSError, ValueError, TypeError, LookupError):
        chosen = None
    if isinstance(chosen, str) and chosen != DEMO_ENCODER and is_usable(chosen):
        return chosen
    return recommended_encoder(has_gpu=probably_has_gpu())


def prefer_encoder(identifier: str) -> None:
    """Begin the next projects with this one.  What cannot be written is not remembered."""
    with suppress(OSError):
        write_atomically(_file(), json.dumps({"encoder": identifier}).encode())


def _file() -> Path:
    return paths.user_data_dir() / "preferences.json"
