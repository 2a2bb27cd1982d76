"""Measuring the project's labels against truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import name_key
from cdul_app.errors import ProjectError
from cdul_app.formats.truth import match_truth
from cdul_app.formats.truth_files import read_truth
from cdul_app.measures.evaluation import evaluate_labels
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.measures.label_metrics import PrecisionRecall, precision_recall_curve
from cdul_app.method.arrays import IntArray
from cdul_app.paths import ProjectLocation
from cdul_app.project.label_matrices import label_matrix
from cdul_app.storage.project_store import ProjectStore


def evaluate_project(location: ProjectLocation, truth_file: Path) -> dict[str, Any]:
    """What `evaluate --json` prints; see measures.evaluation.  Raises TruthError, ProjectError.

    truth_file : of any form that `read_truth` knows, a folder included.
    Scores are the machine's own: a person's answers do not improve them here.
    """
    compared = _compare(location, truth_file)
    return evaluate_labels(
        compared.truth, compared.scores, compared.thresholds, compared.class_names
    )


def precision_recall_of_class(
    location: ProjectLocation, truth_file: Path, class_name: str
) -> dict[LabelKind, PrecisionRecall]:
    """The curve of each kind of label that the project holds.

    Empty where truth has no photo of the class, or does not name it.
    Raises TruthError, ProjectError.
    """
    compared = _compare(location, truth_file)
    keys = [name_key(name) for name in compared.class_names]
    if name_key(class_name) not in keys:
        return {}
    column = keys.index(name_key(class_name))
    if not compared.truth[:, column].any():
        return {}
    return {
        kind: precision_recall_curve(compared.truth[:, column], np.nan_to_num(values[:, column]))
        for kind, values in compared.scores.items()
    }


@dataclass(frozen=True)
class _Comparison:
    truth: IntArray  # (n_images, n_classes) 0/1, those of the project that truth names
    scores: dict[LabelKind, NDArray[np.float32]]  # the same shape, NaN where not scored
    thresholds: NDArray[np.float64]  # (n_classes,)
    class_names: list[str]


def _compare(location: ProjectLocation, truth_file: Path) -> _Comparison:
    with ProjectStore(location.database) as store:
        truth = read_truth(truth_file)
        photos, classes = store.photos.all(), store.classes.all()
        rows, columns, labels = match_truth(
            truth, [photo.path for photo in photos], [record.name for record in classes]
        )
        photo_ids = [photos[row].identifier for row in rows]
        class_ids = [classes[column].identifier for column in columns]
        scores = {}
        for kind in EVALUATED_KINDS:
            stored = store.labels.read(kind)
            if stored is None:
                continue
            values = label_matrix(stored, photo_ids, class_ids)
            if not np.isnan(values).all():  # else they are of other photos or classes
                scores[kind] = values
        if not scores:
            raise ProjectError("There is nothing to evaluate yet: score the photos first.")
        return _Comparison(
            labels,
            scores,
            np.array([classes[column].threshold for column in columns]),
            [classes[column].name for column in columns],
        )
