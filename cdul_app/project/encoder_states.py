"""Which encoders of the catalogue are on this machine."""

from dataclasses import dataclass
from pathlib import Path

from cdul_app import paths
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE, CatalogueEntry


@dataclass(frozen=True)
class EncoderState:
    entry: CatalogueEntry
    path: Path | None  # the checkpoint, None where it is not on disk

    @property
    def on_disk(self) -> bool:
        return self.path is not None


def encoder_states() -> list[EncoderState]:
    """In the catalogue's order; asks no network and loads no torch."""
    from cdul_app.models.encoder.encoder_store import encoder_on_disk

    return [EncoderState(entry, encoder_on_disk(entry.identifier)) for entry in ENCODER_CATALOGUE]


def encoders_folder_hint() -> Path:
    """Where a checkpoint brought by hand is looked for."""
    return paths.encoders_dir()
