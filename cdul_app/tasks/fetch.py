"""Bringing an encoder from its hub."""

from cdul_app.events import Events


def fetch_encoder(identifier: str) -> Events:
    """Download a checkpoint with bytes, rate, cancel and resume.  Raises EncoderError."""
    from cdul_app.models.encoder.encoder_store import fetch_encoder as fetch

    yield from fetch(identifier)
