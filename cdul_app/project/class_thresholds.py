"""Each class's threshold, found from its scores and the answers there are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.calibration import CalibratedCut, calibrate_cut
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.thresholds import pooled_threshold
from cdul_app.project.label_matrices import answer_matrix, label_matrix
from cdul_app.storage.class_records import ClassRecord, ThresholdOrigin
from cdul_app.storage.project_store import ProjectStore


@dataclass(frozen=True)
class ShownLabels:
    """The scores that labels are cut from, and the answers, on the same axes."""

    photo_ids: tuple[int, ...]
    classes: tuple[ClassRecord, ...]
    scores: NDArray[np.float32]  # (n_photos, n_classes), NaN where not scored
    answers: NDArray[np.int8]  # (n_photos, n_classes), -1 unobserved, 0 no, 1 yes

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """(n_classes,)"""
        return np.array([record.threshold for record in self.classes], dtype=np.float32)


def read_shown_labels(store: ProjectStore) -> ShownLabels | None:
    """None before scoring, or where none of the scored classes is in use."""
    stored = store.labels.read(LabelKind.PSEUDO)
    if stored is None:
        return None
    photo_ids = tuple(photo.identifier for photo in store.photos.all())
    classes = tuple(store.classes.all())
    class_ids = tuple(record.identifier for record in classes)
    scores = label_matrix(stored, photo_ids, class_ids)
    if np.isnan(scores).all():
        return None
    return ShownLabels(photo_ids, classes, scores, answer_matrix(store, photo_ids, class_ids))


def class_cut(
    scores: NDArray[np.float32], answers: NDArray[np.int8], column: int
) -> CalibratedCut | None:
    """The cut of one class beside the others, (n_photos, n_classes) each."""
    return calibrate_cut(
        scores[:, column],
        answers[:, column],
        pooled_threshold=pooled_threshold(scores),
    )


def set_automatic_thresholds(store: ProjectStore) -> None:
    """Cut each class anew, but those whose threshold a person has moved."""
    shown = read_shown_labels(store)
    if shown is None:
        return
    pooled = pooled_threshold(shown.scores)
    found: dict[int, float] = {}
    for column, record in enumerate(shown.classes):
        if record.threshold_origin is not ThresholdOrigin.PERSON:
            cut = calibrate_cut(
                shown.scores[:, column], shown.answers[:, column], pooled_threshold=pooled
            )
            if cut is not None:
                found[record.identifier] = cut.threshold
    store.classes.set_automatic_thresholds(found)
