"""At what temperature the labels of a scoring are cut: found from the scores, without labels."""

from dataclasses import replace

import numpy as np

from cdul_app.measures.thresholds import separability
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.similarity import LABEL_SOFTENING, class_similarities, view_cosines
from cdul_app.project.labels.scored_state import ScoredState
from cdul_app.storage.project_store import ProjectStore

# Ours.  Mean separability of softened scores: RN50x64 on VOC photos 0.76, photo-clip 0.62 to 0.63
# for 20 and for 80 classes, the demo's encoder 0.67 to 0.68; of fewer photos it is higher,
# 32 of RN50x64 0.77 to 0.82 and of the others 0.66 to 0.74.
CLASSES_SEPARATE = 0.75
FEWEST_PHOTOS = 32
_MOST_PHOTOS = 1000


def with_label_temperature(store: ProjectStore, state: ScoredState) -> ScoredState:
    """The same at the temperature that its scores are to be shown and cut at.

    Softer than the encoder's own where the classes separate at the softer one, but for a
    temperature that a person has set.
    """
    softer = replace(state, temperature=state.own_temperature * LABEL_SOFTENING)
    if state.config.temperature is None and _classes_separate(store, softer):
        return softer
    return replace(state, temperature=state.own_temperature)


def _classes_separate(store: ProjectStore, state: ScoredState) -> bool:
    photos = store.photos.ids().tolist()
    found = [
        store.embeddings.views_of_photo(state.encoding, photo)
        for photo in photos[:: max(1, len(photos) // _MOST_PHOTOS)]
    ]
    encoded = [views for views in found if views is not None]
    if len(encoded) < FEWEST_PHOTOS:
        return False
    cosines = view_cosines(np.stack(encoded), state.class_embeddings)
    scores = class_similarities(cosines, temperature=state.temperature)
    labels = combine_global_local(scores[:, 0], scores[:, 1:].max(axis=-2))
    return separability(labels) >= CLASSES_SEPARATE
