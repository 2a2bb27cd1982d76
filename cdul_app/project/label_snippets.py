"""Of each photo and class, the snippet that scored highest, from the stored embeddings."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.evidence import view_similarities
from cdul_app.method.view_plans import ViewPlan
from cdul_app.project.scored_state import ScoredState
from cdul_app.storage.project_store import ProjectStore

PHOTOS_PER_CHUNK = 512


def snippet_boxes(plan: ViewPlan) -> tuple[tuple[float, float, float, float], ...]:
    """(left, top, right, bottom) of each snippet, as fractions of the photo."""
    return tuple(
        (float(box.left), float(box.top), float(box.right), float(box.bottom)) for box in plan.boxes
    )


class BestSnippets:
    """Iterate `chunks` to the end, then read `snippets`."""

    def __init__(self, state: ScoredState, photo_ids: Sequence[int], class_ids: Sequence[int]):
        self._state = state
        self._rows = {photo: row for row, photo in enumerate(photo_ids)}
        known = {identifier: column for column, identifier in enumerate(state.class_ids)}
        pairs = [
            (target, known[identifier])
            for target, identifier in enumerate(class_ids)
            if identifier in known
        ]
        self._targets = [target for target, _ in pairs]
        self._sources = [source for _, source in pairs]
        # (n_photos, n_classes) indices into `boxes`, -1 where nothing is stored
        self.snippets = np.full((len(photo_ids), len(class_ids)), -1, dtype=np.int16)

    @property
    def boxes(self) -> tuple[tuple[float, float, float, float], ...]:
        return snippet_boxes(self._state.encoding.plan)

    def chunks(self, store: ProjectStore) -> Iterator[int]:
        """Yields how many photos have been looked at."""
        stored = store.embeddings.views_of_photos(self._state.encoding)
        done = 0
        while chunk := list(itertools.islice(stored, PHOTOS_PER_CHUNK)):
            done += len(chunk)
            self._take(
                [(self._rows[photo], views) for photo, views in chunk if photo in self._rows]
            )
            yield done

    def _take(self, chunk: list[tuple[int, NDArray[np.float16]]]) -> None:
        if not chunk or not self._sources:
            return
        rows = [row for row, _ in chunk]
        _, local = view_similarities(
            np.stack([views for _, views in chunk]),
            self._state.class_embeddings,
            temperature=self._state.temperature,
            background_embeddings=self._state.background_embeddings,
        )  # (n, n_snippets, n_classes)
        best = local.argmax(axis=1)[:, self._sources]
        self.snippets[np.ix_(rows, self._targets)] = best
