"""What the last scoring used: read by training, prediction and the evidence of a photo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding

SETTING = "scored"


@dataclass(frozen=True)
class ScoredState:
    encoding: Encoding
    config: ScoringConfig
    class_ids: tuple[int, ...]
    prompts: tuple[tuple[str, ...], ...]
    temperature: float  # of the scores that are shown and cut
    class_embeddings: NDArray[np.float32]  # (n_classes, dimension), unit

    @property
    def own_temperature(self) -> float:
        """The person's or else the encoder's: what scores are softened from."""
        return self.config.temperature or self.encoding.temperature


def read_scored_state(store: ProjectStore) -> ScoredState | None:
    """None before the first scoring, and after one of an earlier version by words beside the
    classes, whose scores are not those of the classes alone."""
    return store.settings.read(SETTING, lambda scored: _from_dict(store, scored))


def _from_dict(store: ProjectStore, scored: Mapping[str, Any]) -> ScoredState | None:
    encoding = store.embeddings.encoding(int(scored["encoding"]))
    if encoding is None or scored.get("background"):
        return None
    prompts = _texts(scored["prompts"])
    class_ids = tuple(int(identifier) for identifier in scored["class_ids"])
    if len(class_ids) != len(prompts):
        raise ValueError("prompts of other classes")
    return ScoredState(
        encoding,
        ScoringConfig.from_dict(scored["config"]),
        class_ids,
        prompts,
        float(scored["temperature"]),
        class_embedding_matrix(store, encoding, prompts),
    )


def _texts(prompts: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(texts) for texts in prompts)


def write_scored_state(store: ProjectStore, state: ScoredState) -> None:
    store.settings.set(
        SETTING,
        {
            "encoding": state.encoding.identifier,
            "class_ids": state.class_ids,
            "prompts": state.prompts,
            "temperature": state.temperature,
            "config": state.config.to_dict(),
        },
    )


def class_embedding_matrix(
    store: ProjectStore, encoding: Encoding, prompts: Sequence[tuple[str, ...]]
) -> NDArray[np.float32]:
    """Stored embeddings of these classes' prompts: (n_classes, dimension), unit norm."""
    known = store.embeddings.prompt_embeddings(encoding.encoder_key, prompts)
    rows = [known[texts] for texts in prompts]
    return np.array(rows, dtype=np.float32).reshape(len(rows), encoding.dimension)
