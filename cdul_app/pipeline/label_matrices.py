"""Stored label scores and answers on the axes that are asked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.core.reviews import UNOBSERVED
from cdul_app.storage.label_records import LabelSet
from cdul_app.storage.project_store import ProjectStore


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


def answer_matrix(
    store: ProjectStore, photo_ids: tuple[int, ...], class_ids: tuple[int, ...]
) -> NDArray[np.int8]:
    """(n_photos, n_classes) of -1 unobserved, 0 no, 1 yes."""
    rows = {photo: row for row, photo in enumerate(photo_ids)}
    columns = {identifier: column for column, identifier in enumerate(class_ids)}
    answers = np.full((len(rows), len(columns)), UNOBSERVED, dtype=np.int8)
    for photo, class_id, answer in store.answers.all():
        if photo in rows and class_id in columns:
            answers[rows[photo], columns[class_id]] = answer
    return answers
