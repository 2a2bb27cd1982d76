"""Stored label scores and answers on the axes that are asked for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.label_records import LabelSet

PhotoIds = Sequence[int] | NDArray[np.int64]


def label_matrix(
    labels: LabelSet, photo_ids: PhotoIds, class_ids: Sequence[int]
) -> NDArray[np.float32]:
    """(n_photos, n_classes) float32; NaN where the set has no such photo or class."""
    stored = labels.photos
    wanted = np.asarray(photo_ids, dtype=np.int64)
    if tuple(class_ids) == labels.class_ids and np.array_equal(stored, wanted):
        return labels.scores  # 100,000 photos of 80 classes are 32 MB: no second copy of them
    result = np.full((len(wanted), len(class_ids)), np.nan, dtype=np.float32)
    columns = {identifier: column for column, identifier in enumerate(labels.class_ids)}
    pairs = [
        (target, columns[identifier])
        for target, identifier in enumerate(class_ids)
        if identifier in columns
    ]
    if not pairs or not len(stored) or not len(wanted):
        return result
    # photos of a set are sorted, so that a search replaces 100,000 look-ups in a dictionary
    places = np.minimum(np.searchsorted(stored, wanted), len(stored) - 1)
    rows = np.flatnonzero(stored[places] == wanted)
    targets, sources = (list(axis) for axis in zip(*pairs, strict=True))
    if targets == sources == list(range(len(labels.class_ids))) and len(targets) == len(class_ids):
        result[rows] = labels.scores[places[rows]]
    else:
        result[np.ix_(rows, targets)] = labels.scores[np.ix_(places[rows], sources)]
    return result


def answer_matrix(
    store: ProjectStore, photo_ids: PhotoIds, class_ids: Sequence[int]
) -> NDArray[np.int8]:
    """(n_photos, n_classes) of -1 unobserved, 0 no, 1 yes."""
    wanted = np.asarray(photo_ids, dtype=np.int64)
    answers = np.full((len(wanted), len(class_ids)), UNOBSERVED, dtype=np.int8)
    given = np.array(store.answers.all(), dtype=np.int64).reshape(-1, 3)
    if not answers.size or not len(given):
        return answers
    rows = _places(wanted, given[:, 0])
    columns = _places(np.asarray(class_ids, dtype=np.int64), given[:, 1])
    shown = (rows >= 0) & (columns >= 0)
    answers[rows[shown], columns[shown]] = given[shown, 2]
    return answers


def _places(identifiers: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each is among `identifiers` (not empty, any order), -1 where it is not."""
    order = np.argsort(identifiers, kind="stable")
    found = order[
        np.minimum(np.searchsorted(identifiers, wanted, sorter=order), len(identifiers) - 1)
    ]
    return np.where(identifiers[found] == wanted, found, -1)
