"""What the encoder takes for a class: its best snippets, from the stored embeddings."""

import heapq
import itertools
from dataclasses import dataclass

import numpy as np

from cdul_app.errors import ProjectError
from cdul_app.events import Events, Progressed, Started, TaskResult
from cdul_app.language import tr
from cdul_app.method.evidence import view_similarities
from cdul_app.method.view_plans import ViewBox
from cdul_app.paths import ProjectLocation
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.storage.project_store import ProjectStore

PHOTOS_PER_CHUNK = 512
MOST_SNIPPETS = 60


@dataclass(frozen=True)
class TopSnippet:
    photo_id: int
    snippet: int  # index into the boxes of the plan
    box: ViewBox
    score: float  # local similarity, in [0, 1]


@dataclass(frozen=True)
class SnippetsFound(TaskResult):
    snippets: tuple[TopSnippet, ...]  # one a photo, best first


def top_snippets(
    location: ProjectLocation, class_id: int, *, most: int = MOST_SNIPPETS
) -> Events[SnippetsFound]:
    """The `most` best snippets of a class.

    Raises ProjectError where the class has not been scored.
    """
    with ProjectStore(location.database) as store:
        state = read_scored_state(store)
        if state is None or class_id not in state.class_ids:
            raise ProjectError(tr("Label the photos first: their parts are found by their scores."))
        column = state.class_ids.index(class_id)
        boxes = state.encoding.plan.boxes
        total = store.photos.count()
        yield Started(tr("Looking through the snippets"), total)
        kept: list[tuple[float, int, int]] = []  # a heap of (score, photo, snippet)
        stored = store.embeddings.views_of_photos(state.encoding)
        done = 0
        while chunk := list(itertools.islice(stored, PHOTOS_PER_CHUNK)):
            _, local = view_similarities(
                np.stack([views for _, views in chunk]),
                state.class_embeddings,
                temperature=state.temperature,
            )  # (n, n_snippets, n_classes)
            # One snippet a photo, so that no photo fills the list by itself.
            best = local[..., column].argmax(axis=1).tolist()
            for row, ((photo, _), snippet) in enumerate(zip(chunk, best, strict=True)):
                item = (float(local[row, snippet, column]), photo, snippet)
                if len(kept) < most:
                    heapq.heappush(kept, item)
                elif item > kept[0]:
                    heapq.heapreplace(kept, item)
            done += len(chunk)
            yield Progressed(min(done, total), total)
        found = tuple(
            TopSnippet(photo, snippet, boxes[snippet], score)
            for score, photo, snippet in sorted(kept, reverse=True)
        )
        return SnippetsFound(tr("Found the {snippets} best snippets.", snippets=len(found)), found)
