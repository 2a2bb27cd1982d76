"""The encoder of a scoring, which is loaded where a photo or a text is new to this machine."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdul_app.events import Events, Started
from cdul_app.language import tr
from cdul_app.project.labeling.encoder_states import encoder_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.shared_cache import KnownEncoder, SharedCache
from cdul_app.tasks.fetch import fetch_encoder
from cdul_app.tasks.recorded_run import RecordedRun

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.encoder.text_encoder import TextEncoder


@dataclass(frozen=True)
class NeededEncoder:
    """Which encoder a scoring would load, and for whom."""

    config: ScoringConfig
    run: RecordedRun
    shared: SharedCache
    fetch: bool  # whether it is downloaded where it is not on disk


def load_needed(needed: NeededEncoder, loaded: "Encoder | None" = None) -> Events["Encoder"]:
    """loaded : what an earlier call returned, given back as it is.  Raises EncoderError."""
    if loaded is not None:
        return loaded
    config, shared = needed.config, needed.shared
    if needed.fetch and not encoder_state(config.encoder).on_disk:
        yield from fetch_encoder(config.encoder)
    yield Started(tr("Loading the encoder {encoder}", encoder=config.encoder), unit="")
    from cdul_app.models.devices import choose_device
    from cdul_app.models.encoder.encoder import load_encoder
    from cdul_app.models.encoder.encoder_fingerprint import encoder_fingerprint

    # Before it is read: a file that changes meanwhile is another one the next time.
    fingerprint = encoder_fingerprint(config.encoder)
    encoder = load_encoder(config.encoder, device=choose_device(config.device))
    needed.run.set_device(device_words(encoder.device))
    if fingerprint is not None and shared.encoder(fingerprint) is None:
        from cdul_app.models.encoder.text_encoder import describe_text_half

        known = KnownEncoder(
            encoder.key, encoder.dimension, encoder.temperature, describe_text_half(encoder)
        )
        shared.add_encoder(fingerprint, known)
    return encoder


def load_needed_texts(needed: NeededEncoder) -> Events["Encoder | TextEncoder"]:
    """What reads texts: the text half alone where that can be had."""
    known = known_encoder(needed.config.encoder, needed.shared)
    if known is not None and (reader := text_half(needed.config.encoder, known)) is not None:
        needed.run.set_device(device_words("cpu"))
        return reader
    return (yield from load_needed(needed))


def device_words(device: object) -> str:
    """What computes, in words."""
    from cdul_app.models.devices import choose_device, describe_device

    return describe_device(choose_device("cpu") if device == "cpu" else device)  # type: ignore[arg-type]


def known_encoder(identifier: str, shared: SharedCache) -> KnownEncoder | None:
    """What this machine knows of an encoder whose files are as they were; loads no torch."""
    from cdul_app.models.encoder.encoder_fingerprint import encoder_fingerprint

    fingerprint = encoder_fingerprint(identifier)
    return None if fingerprint is None else shared.encoder(fingerprint)


def text_half(identifier: str, known: KnownEncoder) -> "TextEncoder | None":
    """Stays in memory for the next time.  None where it cannot be had without the image half."""
    if not known.text_half:
        return None
    from cdul_app.models.encoder.text_encoder import load_text_encoder

    return load_text_encoder(identifier, known.key, known.dimension, known.text_half)
