"""What a project remembers of how a person works with it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cdul_app.project.finding.saved_filters import (
    SavedFilter,
    read_saved_filters,
    write_saved_filters,
)
from cdul_app.project.labeling.choice import is_demo_project, preferred_encoder
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER
from cdul_app.storage.records.project_settings import ProjectSettings

SCORING_SETTING = "scoring_config"
_TRAINING = "training_config"


class RememberedSettings:
    """Read anew each time: the terminal may write them meanwhile."""

    def __init__(self, settings: ProjectSettings, folder: Path) -> None:
        self._settings, self._folder = settings, folder

    @property
    def is_new(self) -> bool:
        """Whether nothing has been said of scoring yet, so that the defaults hold."""
        return self._settings.get(SCORING_SETTING) is None

    @property
    def is_demo(self) -> bool:
        """Whether the photos are the demo's drawn scenes."""
        return is_demo_project(self._settings, self._folder)

    @property
    def scoring(self) -> ScoringConfig:
        """Of the last scoring, or as it was set since.

        Photos that are not the demo's are not to be scored with its encoder again: where that is
        remembered, the one that a new project begins with takes its place.
        """
        config = self._settings.read(SCORING_SETTING, ScoringConfig.from_dict)
        if config is None:
            return ScoringConfig(encoder=DEMO_ENCODER if self.is_demo else preferred_encoder())
        if config.encoder == DEMO_ENCODER and not self.is_demo:
            return replace(config, encoder=preferred_encoder())
        return config

    @scoring.setter
    def scoring(self, config: ScoringConfig) -> None:
        self._settings.set(SCORING_SETTING, config.to_dict())

    @property
    def training(self) -> TrainingConfig:
        """Of the last training, or as it was set since."""
        return self._settings.read(_TRAINING, TrainingConfig.from_dict) or TrainingConfig()

    @training.setter
    def training(self, config: TrainingConfig) -> None:
        self._settings.set(_TRAINING, config.to_dict())

    @property
    def saved_filters(self) -> list[SavedFilter]:
        """In the order they were saved."""
        return read_saved_filters(self._settings)

    @saved_filters.setter
    def saved_filters(self, filters: Sequence[SavedFilter]) -> None:
        write_saved_filters(self._settings, filters)
