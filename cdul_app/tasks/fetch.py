"""Bringing an encoder from its hub."""

from typing import TYPE_CHECKING

from cdul_app.events import Events

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder_store import EncoderFetched


def fetch_encoder(identifier: str) -> Events["EncoderFetched"]:
    """Download a checkpoint with bytes, rate, cancel and resume.  Raises EncoderError."""
    from cdul_app.models.encoder.encoder_store import fetch_encoder as fetch

    return (yield from fetch(identifier))
