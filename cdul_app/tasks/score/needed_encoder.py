"""The encoder of a scoring, which is loaded where a photo or a text is new to this machine."""

from typing import TYPE_CHECKING

from cdul_app.events import Events, Started
from cdul_app.project.labeling.encoder_states import encoder_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.shared_cache import KnownEncoder, SharedCache
from cdul_app.tasks.fetch import fetch_encoder
from cdul_app.tasks.recorded_run import RecordedRun

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.encoder.text_encoder import TextEncoder


class NeededEncoder:
    """fetch : whether it is downloaded where it is not on disk."""

    def __init__(
        self, config: ScoringConfig, run: RecordedRun, shared: SharedCache, *, fetch: bool
    ) -> None:
        self._config = config
        self._run = run
        self._shared = shared
        self._fetch = fetch
        self.loaded: Encoder | None = None
        self.device = ""  # it computes on, in words; empty until something is loaded

    def known(self) -> Events[KnownEncoder]:
        """From an earlier scoring where its files are the same.  Raises EncoderError."""
        known = known_encoder(self._config.encoder, self._shared)
        if known is None:
            encoder = yield from self.load()
            known = KnownEncoder(encoder.key, encoder.dimension, encoder.temperature)
        return known

    def load(self) -> Events["Encoder"]:
        """Once.  Raises EncoderError."""
        if self.loaded is None:
            if self._fetch and not encoder_state(self._config.encoder).on_disk:
                yield from fetch_encoder(self._config.encoder)
            yield Started(f"Loading the encoder {self._config.encoder}", unit="")
            from cdul_app.models.devices import choose_device
            from cdul_app.models.encoder.encoder import load_encoder
            from cdul_app.models.encoder.encoder_fingerprint import encoder_fingerprint

            # Before it is read: a file that changes meanwhile is another one the next time.
            fingerprint = encoder_fingerprint(self._config.encoder)
            encoder = load_encoder(self._config.encoder, device=choose_device(self._config.device))
            self._tell_device(encoder.device)
            if fingerprint is not None and self._shared.encoder(fingerprint) is None:
                from cdul_app.models.encoder.text_encoder import describe_text_half

                known = KnownEncoder(
                    encoder.key, encoder.dimension, encoder.temperature, describe_text_half(encoder)
                )
                self._shared.add_encoder(fingerprint, known)
            self.loaded = encoder
        return self.loaded

    def load_texts(self) -> Events["Encoder | TextEncoder"]:
        """What reads texts: the text half alone where no photo needed the other so far."""
        known = (
            None if self.loaded is not None else known_encoder(self._config.encoder, self._shared)
        )
        if known is not None and (reader := text_half(self._config.encoder, known)) is not None:
            from cdul_app.models.devices import choose_device

            self._tell_device(choose_device("cpu"))
            return reader
        return (yield from self.load())

    def _tell_device(self, device: object) -> None:
        from cdul_app.models.devices import describe_device

        self.device = describe_device(device)  # type: ignore[arg-type]
        self._run.set_device(self.device)


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
