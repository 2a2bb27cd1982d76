"""The encoder that a new project begins with: the one a person chose last, else the catalogue's."""

from pathlib import Path

from cdul_app import paths
from cdul_app.language import translatable
from cdul_app.project.labeling.encoder_states import is_usable, probably_has_gpu
from cdul_app.project.preferences import preference, set_preference
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, recommended_encoder
from cdul_app.storage.records.project_settings import ProjectSettings

_PREFERENCE = "encoder"
DEMO_SETTING = "demo"  # of a project that `prepare_demo` made
DEMO_WARNING = translatable(
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
    chosen = preference(_PREFERENCE)
    if isinstance(chosen, str) and chosen != DEMO_ENCODER and is_usable(chosen):
        return chosen
    return recommended_encoder(has_gpu=probably_has_gpu())


def prefer_encoder(identifier: str) -> None:
    """Begin the next projects with this one.  What cannot be written is not remembered."""
    set_preference(_PREFERENCE, identifier)
