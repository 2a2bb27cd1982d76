"""Stored label scores on the axes that are asked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.storage.label_records import LabelSet


def label_matrix(
    labels: LabelSet, photo_ids: Sequence[int], class_ids: Sequence[int]
) -> NDArray[np.float32]:
    """(n_photos, n_classes) float32; NaN where the set has no such photo or class."""
    result = np.full((len(photo_ids), len(class_ids)), np.nan, dtype=np.float32)
    columns = {identifier: column for column, identifier in enumerate(labels.class_ids)}
    pairs = [
        (target, columns[identifier])
        for target, identifier in enumerate(class_ids)
        if identifier in columns
    ]
    if not pairs or not labels.photo_ids or not len(photo_ids):
        return result
    # photo_ids of a set are sorted, so that a search replaces 100,000 look-ups in a dictionary
    stored = np.asarray(labels.photo_ids)
    wanted = np.asarray(photo_ids)
    places = np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)
    rows = np.flatnonzero(stored[places] == wanted)
    targets, sources = (list(axis) for axis in zip(*pairs, strict=True))
    result[np.ix_(rows, targets)] = labels.scores[np.ix_(places[rows], sources)]
    return result
