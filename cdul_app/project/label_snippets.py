"""Of each photo and class, the snippet that scored highest, from the stored embeddings."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Progressed
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


@dataclass(frozen=True)
class BestSnippets:
    snippets: NDArray[np.int16]  # (n_photos, n_classes) indices into `boxes`, -1 for none stored
    boxes: tuple[tuple[float, float, float, float], ...]


def best_snippets(
    store: ProjectStore, state: ScoredState, photo_ids: Sequence[int], class_ids: Sequence[int]
) -> Events[BestSnippets]:
    """Of these photos and classes; classes that were not scored have none."""
    rows = {photo: row for row, photo in enumerate(photo_ids)}
    known = {identifier: column for column, identifier in enumerate(state.class_ids)}
    targets = [column for column, class_id in enumerate(class_ids) if class_id in known]
    sources = [known[class_ids[column]] for column in targets]
    snippets = np.full((len(photo_ids), len(class_ids)), -1, dtype=np.int16)
    stored = store.embeddings.views_of_photos(state.encoding)
    done = 0
    while chunk := list(itertools.islice(stored, PHOTOS_PER_CHUNK)):
        done += len(chunk)
        wanted = [(rows[photo], views) for photo, views in chunk if photo in rows]
        if wanted and sources:
            _, local = view_similarities(
                np.stack([views for _, views in wanted]),
                state.class_embeddings,
                temperature=state.temperature,
                background_embeddings=state.background_embeddings,
            )  # (n, n_snippets, n_classes)
            places = np.ix_([row for row, _ in wanted], targets)
            snippets[places] = local.argmax(axis=1)[:, sources]
        yield Progressed(min(done, len(photo_ids)), len(photo_ids))
    return BestSnippets(snippets, snippet_boxes(state.encoding.plan))
