"""Which photos have other labels since a run: after it, they are what is worth looking at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.reviews import UNOBSERVED, predicted_classes
from cdul_app.project.labels.class_thresholds import read_shown_labels
from cdul_app.storage.project_store import ProjectStore

CHANGED_SETTING = "changed_photos"  # of the last run that scored or trained to its end


@dataclass(frozen=True)
class MachineLabels:
    """The labels as scores and thresholds give them; empty before scoring."""

    photo_ids: NDArray[np.int64]  # (n_photos,)
    class_ids: NDArray[np.int64]  # (n_classes,)
    labels: NDArray[np.bool_]  # (n_photos, n_classes)
    told: NDArray[np.bool_]  # (n_photos, n_classes), scored and not answered


def machine_labels(store: ProjectStore) -> MachineLabels:
    """As they are now."""
    shown = read_shown_labels(store)
    if shown is None:
        nothing = np.zeros((0, 0), dtype=bool)
        return MachineLabels(np.zeros(0, np.int64), np.zeros(0, np.int64), nothing, nothing)
    return MachineLabels(
        shown.photo_ids,
        np.array(shown.classes.ids, dtype=np.int64),
        predicted_classes(shown.scores, shown.classes.thresholds),
        ~np.isnan(shown.scores) & (shown.answers == UNOBSERVED),
    )


def store_changed_photos(store: ProjectStore, before: MachineLabels) -> int:
    """Keep which photos have other labels now than before, and return how many.

    Compared are photos and classes that had labels before; an answer is no label of the machine.
    """
    if not before.photo_ids.size:
        store.settings.set(CHANGED_SETTING, [])
        return 0
    now = machine_labels(store)
    photos, *rows = np.intersect1d(before.photo_ids, now.photo_ids, return_indices=True)
    _, *columns = np.intersect1d(before.class_ids, now.class_ids, return_indices=True)
    was, has = np.ix_(rows[0], columns[0]), np.ix_(rows[1], columns[1])
    moved = (before.labels[was] != now.labels[has]) & before.told[was] & now.told[has]
    changed = photos[moved.any(axis=1)]
    store.settings.set(CHANGED_SETTING, changed.tolist())
    return len(changed)
