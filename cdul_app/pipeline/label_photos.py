"""From stored embeddings to initial pseudo labels: one matrix product, no photo is touched."""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cdul_app.core.aggregation import aggregate_extremes, combine_global_local
from cdul_app.core.events import Event, Progressed, Started
from cdul_app.core.evidence import view_similarities
from cdul_app.core.label_kinds import LabelKind
from cdul_app.pipeline.scored_state import ScoredState, write_scored_state
from cdul_app.storage.label_records import LabelSet
from cdul_app.storage.project_store import ProjectStore

PHOTOS_PER_CHUNK = 256
SAMPLE_ROWS = 2000
SCORED_KINDS = (
    LabelKind.GLOBAL,
    LabelKind.LOCAL_MAX,
    LabelKind.LOCAL_MIN,
    LabelKind.AGGREGATED,
    LabelKind.INITIAL,
    LabelKind.PSEUDO,
)


class LabelPhotos:
    """Stage 1 for all photos that are encoded; iterate `events`, then read the results."""

    def __init__(self, store: ProjectStore, state: ScoredState, *, run_id: int) -> None:
        self._store = store
        self._state = state
        self._run_id = run_id
        self.photo_count = 0
        self.sample: list[NDArray[np.float32]] = []  # global scores of some photos

    def events(self) -> Iterator[Event]:
        """Write the label sets, seen all at once when the last photo is done."""
        yield Started("Computing labels", self._store.photos.count())
        refined = _RefinedLabels(self._store, self._state.class_ids)
        labels = self._store.labels
        sets = {
            kind: labels.start_set(kind, self._state.class_ids, self._run_id)
            for kind in SCORED_KINDS
        }
        photos = self._store.embeddings.views_of_photos(self._state.encoding)
        while chunk := list(itertools.islice(photos, PHOTOS_PER_CHUNK)):
            photo_ids = [photo for photo, _ in chunk]
            scores = self._scores(np.stack([views for _, views in chunk]))
            scores[LabelKind.PSEUDO] = refined.keep(photo_ids, scores[LabelKind.INITIAL])
            for kind, set_id in sets.items():
                labels.add(set_id, photo_ids, scores[kind])
            self.photo_count += len(chunk)
            if sum(map(len, self.sample)) < SAMPLE_ROWS:
                self.sample.append(scores[LabelKind.GLOBAL])
            yield Progressed(self.photo_count)
        labels.finish_sets(list(sets.values()))
        write_scored_state(self._store, self._state)

    def _scores(self, views: NDArray[np.float16]) -> dict[LabelKind, NDArray[np.float32]]:
        """views : (n_photos, 1 + n_snippets, dimension)."""
        whole, local = view_similarities(
            views, self._state.class_embeddings, temperature=self._state.temperature
        )
        maximum, minimum = local.max(axis=-2), local.min(axis=-2)
        aggregated = aggregate_extremes(maximum, minimum, zeta=self._state.config.zeta)
        scores = {
            LabelKind.GLOBAL: whole,
            LabelKind.LOCAL_MAX: maximum,
            LabelKind.LOCAL_MIN: minimum,
            LabelKind.AGGREGATED: aggregated,
            LabelKind.INITIAL: combine_global_local(whole, aggregated),
        }
        return {kind: values.astype(np.float32) for kind, values in scores.items()}


class _RefinedLabels:
    """Pseudo labels of an earlier training, kept for photos whose initial ones did not change."""

    def __init__(self, store: ProjectStore, class_ids: tuple[int, ...]) -> None:
        initial, pseudo = store.labels.read(LabelKind.INITIAL), store.labels.read(LabelKind.PSEUDO)
        usable = initial and pseudo and initial.class_ids == pseudo.class_ids == class_ids
        self._initial = _rows(initial) if usable else {}
        self._pseudo = _rows(pseudo) if usable else {}

    def keep(self, photo_ids: list[int], initial: NDArray[np.float32]) -> NDArray[np.float32]:
        result = initial.copy()
        for row, photo in enumerate(photo_ids):
            before, refined = self._initial.get(photo), self._pseudo.get(photo)
            if before is None or refined is None:
                continue
            if np.allclose(before, initial[row], atol=1e-5):
                result[row] = refined
        return result


def _rows(labels: LabelSet | None) -> dict[int, NDArray[np.float32]]:
    return dict(zip(labels.photo_ids, labels.scores, strict=True)) if labels else {}
