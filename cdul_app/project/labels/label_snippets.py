"""Of each photo and class, the snippet that scored highest, from the stored embeddings."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Progressed
from cdul_app.method.evidence import view_similarities
from cdul_app.method.view_plans import ViewPlan
from cdul_app.project.labels.scored_state import ScoredState
from cdul_app.storage.project_store import ProjectStore

PHOTOS_PER_CHUNK = 512


def snippet_boxes(plan: ViewPlan) -> tuple[tuple[float, float, float, float], ...]:
    """(left, top, right, bottom) of each snippet, as fractions of the photo."""
    return tuple(
        (float(box.left), float(box.top), float(box.right), float(box.bottom)) for box in plan.boxes
    )


def best_snippets(
    store: ProjectStore, state: ScoredState, photo_ids: Sequence[int], class_ids: Sequence[int]
) -> Events[NDArray[np.int16]]:
    """(n_photos, n_classes) indices into `snippet_boxes`, -1 where nothing is stored."""
    rows = {photo: row for row, photo in enumerate(photo_ids)}
    known = {identifier: column for column, identifier in enumerate(state.class_ids)}
    pairs = [(target, known[each]) for target, each in enumerate(class_ids) if each in known]
    targets, sources = [target for target, _ in pairs], [source for _, source in pairs]
    snippets = np.full((len(photo_ids), len(class_ids)), -1, dtype=np.int16)
    stored, done = _stored_views(store, state, photo_ids), 0
    while chunk := list(itertools.islice(stored, PHOTOS_PER_CHUNK)):
        done += len(chunk)
        wanted = [(rows[photo], views) for photo, views in chunk if photo in rows]
        if wanted and sources:
            _, local = view_similarities(
                np.stack([views for _, views in wanted]),
                state.class_embeddings,
                temperature=state.temperature,
            )  # (n, n_snippets, n_classes)
            snippets[np.ix_([row for row, _ in wanted], targets)] = local.argmax(axis=1)[:, sources]
        yield Progressed(min(done, len(photo_ids)), len(photo_ids))
    return snippets


def _stored_views(
    store: ProjectStore, state: ScoredState, photo_ids: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.float16]]]:
    if len(photo_ids) > PHOTOS_PER_CHUNK:
        yield from store.embeddings.views_of_photos(state.encoding)
        return
    for photo in photo_ids:  # a few: the others need not be read
        views = store.embeddings.views_of_photo(state.encoding, photo)
        if views is not None:
            yield photo, views
