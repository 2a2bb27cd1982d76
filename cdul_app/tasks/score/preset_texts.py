"""Texts of the class lists that come with the app, so that choosing one loads no encoder."""

import time
from typing import TYPE_CHECKING

from cdul_app.events import Events, Progressed, Started
from cdul_app.language import tr, translatable
from cdul_app.project.classes.class_texts import encode_and_keep, preset_texts
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER
from cdul_app.storage.shared_cache import SharedCache

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder

_SHARE = 0.1
_TEXTS_AT_ONCE = 32


def prepare_presets(
    shared: SharedCache, encoder: "Encoder | None", config: ScoringConfig, *, seconds: float
) -> Events[None]:
    """Encode them where the encoder is loaded, for a tenth of the `seconds` that the scoring took;
    the rest is left to the next one."""
    if encoder is None or config.encoder == DEMO_ENCODER:
        return
    texts = preset_texts(config)
    known = shared.texts(encoder.key, texts, dimension=encoder.dimension)
    new = [text for text in texts if text not in known]
    if not new:
        return
    yield Started(
        tr("Preparing the class lists that come with the app"), len(new), unit=translatable("texts")
    )
    until = time.monotonic() + seconds * _SHARE
    for start in range(0, len(new), _TEXTS_AT_ONCE):
        if time.monotonic() > until:
            return
        chunk = new[start : start + _TEXTS_AT_ONCE]
        encode_and_keep(shared, encoder, chunk)
        yield Progressed(start + len(chunk), len(new))
