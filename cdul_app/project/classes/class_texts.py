"""The texts of a scoring, of classes and of what they are compared beside, and their embeddings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import CLASS_PRESETS, ClassDefinition, preset_classes
from cdul_app.classes.class_spelling import fill_template
from cdul_app.classes.examples import words_of
from cdul_app.classes.reference_words import REFERENCE_WORDS
from cdul_app.events import Events, Progressed, Started
from cdul_app.language import tr, translatable
from cdul_app.method.arrays import FloatArray
from cdul_app.method.similarity import mean_direction
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.shared_cache import SharedCache

Prompts = tuple[str, ...]
TEXTS_AT_ONCE = 256  # as an encoder reads them: by 64 it takes 1.6 times as long


class TextReader(Protocol):
    """An encoder, or its text half."""

    @property
    def key(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Returns (n_texts, dimension), unit norm."""


@dataclass(frozen=True)
class ClassTexts:
    classes: tuple[Prompts, ...]
    words: tuple[Prompts, ...]  # of REFERENCE_WORDS

    @classmethod
    def of(cls, definitions: Sequence[ClassDefinition], config: ScoringConfig) -> "ClassTexts":
        words = tuple(
            tuple(fill_template(template, word) for template in config.prompt_templates)
            for word in REFERENCE_WORDS
        )
        return cls(tuple(config.prompts_of(definitions)), words)

    def missing(self, store: ProjectStore, encoder_key: str) -> list[Prompts]:
        """The prompts without a stored embedding."""
        classes = tuple(words_of(texts) for texts in self.classes)
        everything = list(dict.fromkeys(classes + self.words))
        known = store.embeddings.prompt_embeddings(encoder_key, everything)
        return [texts for texts in everything if texts not in known]


def preset_texts(config: ScoringConfig) -> list[str]:
    """All texts of the class lists that come with the app, as these settings word them."""
    prompts = (config.prompts_of(preset_classes(name)) for name in CLASS_PRESETS)
    return list(dict.fromkeys(text for one in prompts for texts in one for text in texts))


def take_known_texts(
    store: ProjectStore,
    shared: SharedCache,
    encoder_key: str,
    dimension: int,
    prompts: Sequence[Prompts],
) -> list[Prompts]:
    """Store the embeddings of prompts whose texts this machine knows.  Returns the others."""
    texts = _texts_of(prompts)
    known = shared.texts(encoder_key, texts, dimension=dimension)
    whole = [each for each in prompts if all(text in known for text in each)]
    _store(store, encoder_key, whole, known)
    return [each for each in prompts if each not in set(whole)]


def encode_texts(
    store: ProjectStore,
    shared: SharedCache,
    encoder: TextReader,
    prompts: Sequence[Prompts],
    *,
    device: str,
) -> Events[None]:
    """Store the embeddings of prompts; what was encoded stays when the iterator is closed."""
    texts = _texts_of(prompts)
    known = shared.texts(encoder.key, texts, dimension=encoder.dimension)
    new = [text for text in texts if text not in known]
    yield Started(tr("Encoding class names"), len(new), unit=translatable("texts"), device=device)
    for start in range(0, len(new), TEXTS_AT_ONCE):
        chunk = new[start : start + TEXTS_AT_ONCE]
        known |= encode_and_keep(shared, encoder, chunk)
        yield Progressed(start + len(chunk))
    _store(store, encoder.key, prompts, known)


def encode_and_keep(
    shared: SharedCache, encoder: TextReader, texts: Sequence[str]
) -> dict[str, NDArray[np.float32]]:
    """Vectors (dimension,) by text."""
    vectors = np.asarray(encoder.encode_texts(texts), dtype=np.float32)
    encoded = dict(zip(texts, vectors, strict=True))
    shared.add_texts(encoder.key, encoded)
    return encoded


def _texts_of(prompts: Sequence[Prompts]) -> list[str]:
    return list(dict.fromkeys(text for texts in prompts for text in texts))


def _store(
    store: ProjectStore,
    encoder_key: str,
    prompts: Sequence[Prompts],
    known: dict[str, NDArray[np.float32]],
) -> None:
    embeddings = {
        texts: mean_direction([known[text] for text in texts]).astype(np.float32)
        for texts in prompts
    }
    store.embeddings.add_prompt_embeddings(encoder_key, embeddings)
