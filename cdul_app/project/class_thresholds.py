"""Each class's threshold: set by a person, calibrated by answers, or found from its scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.calibration import CalibratedThreshold, calibrate_threshold
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.thresholds import ThresholdOrigin, pooled_threshold
from cdul_app.project.class_table import ClassTable
from cdul_app.project.label_matrices import answer_matrix, label_matrix
from cdul_app.storage.project_store import ProjectStore


@dataclass(frozen=True)
class ShownLabels:
    """The scores that thresholds apply to, and the answers, on the same axes."""

    photo_ids: NDArray[np.int64]  # (n_photos,)
    classes: ClassTable
    scores: NDArray[np.float32]  # (n_photos, n_classes), NaN where not scored
    answers: NDArray[np.int8]  # (n_photos, n_classes), -1 unobserved, 0 no, 1 yes


def read_shown_labels(store: ProjectStore) -> ShownLabels | None:
    """None before scoring, or where none of the scored classes is in use."""
    stored = store.labels.read(LabelKind.PSEUDO)
    if stored is None:
        return None
    photo_ids = store.photos.columns().ids
    classes = ClassTable(store.classes.all())
    scores = label_matrix(stored, photo_ids, classes.ids)
    if np.isnan(scores).all():
        return None
    return ShownLabels(photo_ids, classes, scores, answer_matrix(store, photo_ids, classes.ids))


def class_threshold(
    scores: NDArray[np.float32], answers: NDArray[np.int8], column: int
) -> CalibratedThreshold | None:
    """The threshold of one class beside the others, (n_photos, n_classes) each."""
    return calibrate_threshold(
        scores[:, column],
        answers[:, column],
        pooled_threshold=pooled_threshold(scores),
    )


def set_automatic_thresholds(store: ProjectStore) -> None:
    """Find the threshold of each class anew, but of those that a person has moved."""
    shown = read_shown_labels(store)
    if shown is None:
        return
    pooled = pooled_threshold(shown.scores)
    found: dict[int, float] = {}
    for column, record in enumerate(shown.classes):
        if record.threshold_origin is not ThresholdOrigin.PERSON:
            calibrated = calibrate_threshold(
                shown.scores[:, column], shown.answers[:, column], pooled_threshold=pooled
            )
            if calibrated is not None:
                found[record.identifier] = calibrated.threshold
    store.classes.set_automatic_thresholds(found)
