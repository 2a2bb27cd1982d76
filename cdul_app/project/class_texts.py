"""The texts of a scoring, of classes and of what they are compared beside, and their embeddings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.classes.class_spelling import fill_template
from cdul_app.classes.examples import words_of
from cdul_app.classes.reference_words import REFERENCE_WORDS
from cdul_app.events import Events, Progressed, Started
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder

Prompts = tuple[str, ...]
_CLASSES_AT_ONCE = 64


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


def encode_texts(
    store: ProjectStore, encoder: "Encoder", prompts: Sequence[Prompts], *, device: str
) -> Events[None]:
    """Store the embeddings of prompts; what was stored stays when the iterator is closed."""
    yield Started("Encoding class names", len(prompts), unit="classes", device=device)
    for start in range(0, len(prompts), _CLASSES_AT_ONCE):
        chunk = prompts[start : start + _CLASSES_AT_ONCE]
        vectors = encoder.encode_prompts(chunk)
        store.embeddings.add_prompt_embeddings(
            encoder.key, dict(zip(chunk, vectors.astype(np.float32), strict=True))
        )
        yield Progressed(start + len(chunk))
