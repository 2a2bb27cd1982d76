"""Photos whose labels a trained classifier doubts, for the terminal."""

from typing import Any

import numpy as np

from cdul_app.measures.label_errors import label_doubt, photo_doubt
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import predicted_classes
from cdul_app.project.label_matrices import answer_matrix, label_matrix
from cdul_app.storage.project_store import ProjectStore

_MOST_CLASSES = 3


def likely_errors(store: ProjectStore, *, count: int) -> list[dict[str, Any]]:
    """The `count` most doubtful photos, worst first; none before training.

    Each is {"photo", "doubt" in [0, 1], "labels": [{"class", "label" shown, "doubt"}, ...]} with
    at most three labels, those in doubt above 0.5 or else the worst.
    """
    shown = store.labels.read(LabelKind.PSEUDO)
    if shown is None or not shown.photo_ids:
        return []
    classes = store.classes.all()
    ids = [record.identifier for record in classes]
    predictions = np.full((len(shown.photo_ids), len(ids)), np.nan, dtype=np.float32)
    for kind in (LabelKind.CLASSIFIER, LabelKind.OUT_OF_FOLD):
        stored = store.labels.read(kind)
        if stored is not None:
            values = label_matrix(stored, shown.photo_ids, ids)
            predictions = np.where(np.isnan(values), predictions, values)
    answers = answer_matrix(store, shown.photo_ids, tuple(ids))
    thresholds = np.array([record.threshold for record in classes], dtype=np.float32)
    scores = label_matrix(shown, shown.photo_ids, ids)
    labels = predicted_classes(scores, thresholds, answers)
    doubt = label_doubt(labels, predictions, answers)  # (n_photos, n_classes)
    photos = photo_doubt(doubt)
    paths = {photo.identifier: photo.path for photo in store.photos.all()}
    order = np.argsort(-np.nan_to_num(photos, nan=-1), kind="stable")[:count]
    return [
        {
            "photo": paths.get(shown.photo_ids[row], ""),
            "doubt": round(float(photos[row]), 4),
            "labels": [
                {
                    "class": classes[column].name,
                    "label": bool(labels[row, column]),
                    "doubt": round(float(doubt[row, column]), 4),
                }
                for place, column in enumerate(np.argsort(-np.nan_to_num(doubt[row], nan=-1)))
                if place < _MOST_CLASSES and (place == 0 or doubt[row, column] > 0.5)
            ],
        }
        for row in order
        if not np.isnan(photos[row])
    ]
