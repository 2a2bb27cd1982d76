"""Each class's threshold: set by a person, calibrated by answers, or found from its scores."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.calibration import CalibratedThreshold, best_threshold, calibrate_threshold
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.thresholds import (
    PooledThreshold,
    ThresholdOrigin,
    is_seen,
    pooled_threshold,
    same_rank,
)
from cdul_app.method.arrays import distinct
from cdul_app.project.classes.class_table import ClassTable
from cdul_app.project.labels.label_matrices import answer_matrix, label_matrix
from cdul_app.storage.project_store import ProjectStore

# Classes (ids) that no photo's score spoke for when thresholds were last found.
UNSEEN_SETTING = "unseen_classes"
_THREADS = 2  # numpy sorts and sums outside of Python's lock
_PHOTOS_LOOKED_AT = 10_000  # 100,000 would keep each answer waiting


@dataclass(frozen=True)
class ShownLabels:
    """The scores that thresholds apply to, and the answers, on the same axes."""

    photo_ids: NDArray[np.int64]  # (n_photos,)
    classes: ClassTable
    scores: NDArray[np.float32]  # (n_photos, n_classes), NaN where not scored
    answers: NDArray[np.int8]  # (n_photos, n_classes), -1 unobserved, 0 no, 1 yes


def read_shown_labels(store: ProjectStore) -> ShownLabels | None:
    """None before scoring, or where none of the scored classes is in use."""
    classes = ClassTable(store.classes.all())
    # Asked first: after a change of the whole list, millions of scores would be read in vain.
    if not set(store.labels.class_ids(LabelKind.PSEUDO)) & set(classes.ids):
        return None
    stored = store.labels.read(LabelKind.PSEUDO)
    if stored is None:
        return None
    photo_ids = store.photos.ids()
    scores = label_matrix(stored, photo_ids, classes.ids)
    if np.isnan(scores).all():
        return None
    return ShownLabels(photo_ids, classes, scores, answer_matrix(store, photo_ids, classes.ids))


def class_threshold(
    scores: NDArray[np.float32],
    answers: NDArray[np.int8],
    column: int,
    pooled: PooledThreshold | None = None,
) -> CalibratedThreshold | None:
    """The threshold of one class beside the others, after each answer: of many photos, an even
    sample counts beside those that are answered.

    scores : (n_photos, n_classes); answers : (n_photos,) of the class; pooled : what all scores
    together say, where that is known.
    """
    rows = np.arange(0, len(scores), max(1, len(scores) // _PHOTOS_LOOKED_AT))
    rows = distinct(np.concatenate([rows, np.flatnonzero(answers != UNOBSERVED)]))
    found = calibrate_threshold(
        scores[rows, column],
        answers[rows],
        pooled_threshold=pooled or pooled_threshold(scores),
    )
    if found is None or found.question is None:
        return found
    return replace(found, question=int(rows[found.question]))


def automatic_thresholds(
    scores: NDArray[np.float32],
    answers: NDArray[np.int8],
    pooled: PooledThreshold | None = None,
) -> NDArray[np.float64]:
    """(n_classes,) what scores and answers, (n_photos, n_classes) each, give; NaN where a class has
    no two different scores.

    pooled : what all scores together say, where that is known.
    """
    find = partial(best_threshold, pooled_threshold=pooled or pooled_threshold(scores))
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="thresholds") as threads:
        # Side by side in memory: of 80 classes, each number of a column lies in a line of its own.
        found = list(threads.map(find, np.ascontiguousarray(scores.T), answers.T))
    return np.array([np.nan if each is None else each for each in found])


def carry_thresholds_over(store: ProjectStore, before: ShownLabels) -> None:
    """After scores of another temperature: each threshold that a person moved goes where it cuts
    as many photos as it did before, of those that have a score then and now."""
    now = read_shown_labels(store)
    if now is None:
        return
    _, *rows = np.intersect1d(before.photo_ids, now.photo_ids, return_indices=True)
    found: dict[int, float] = {}
    for record in before.classes:
        if record.threshold_origin is not ThresholdOrigin.PERSON or (
            record.identifier not in now.classes.ids
        ):
            continue
        columns = [each.classes.ids.index(record.identifier) for each in (before, now)]
        was, has = before.scores[rows[0], columns[0]], now.scores[rows[1], columns[1]]
        both = ~np.isnan(was) & ~np.isnan(has)
        if both.any():
            found[record.identifier] = same_rank(was[both], has[both], record.threshold)
    store.classes.carry_thresholds_over(found)


def set_automatic_thresholds(store: ProjectStore) -> None:
    """Find the threshold of each class anew, but of those that a person has moved."""
    shown = read_shown_labels(store)
    if shown is None:
        return
    pooled = pooled_threshold(shown.scores)
    thresholds = automatic_thresholds(shown.scores, shown.answers, pooled)
    store.settings.set(UNSEEN_SETTING, _unseen_classes(shown, pooled))
    store.classes.set_automatic_thresholds(
        {
            record.identifier: threshold
            for record, threshold in zip(shown.classes, thresholds.tolist(), strict=True)
            if record.threshold_origin is not ThresholdOrigin.PERSON and not np.isnan(threshold)
        }
    )


def unseen_classes(store: ProjectStore) -> list[int]:
    """Those that the last scoring or training found no photo of, and no answer had then."""
    return store.settings.read(UNSEEN_SETTING, lambda ids: [int(each) for each in ids]) or []


def _unseen_classes(shown: ShownLabels, pooled: PooledThreshold) -> list[int]:
    known = ~np.isnan(shown.scores).all(axis=0) & ~(shown.answers == YES).any(axis=0)
    return [
        record.identifier
        for column, record in enumerate(shown.classes)
        if known[column] and not is_seen(shown.scores[:, column], pooled)
    ]
