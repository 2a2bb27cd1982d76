"""Measuring the project's labels against truth."""

from pathlib import Path
from typing import Any

import numpy as np

from cdul_app.core.errors import ProjectError
from cdul_app.core.evaluation import evaluate_labels
from cdul_app.core.label_kinds import EVALUATED_KINDS
from cdul_app.core.truth import match_truth
from cdul_app.core.truth_files import read_truth
from cdul_app.paths import ProjectLocation
from cdul_app.pipeline.label_matrices import label_matrix
from cdul_app.storage.project_store import ProjectStore


def evaluate_project(location: ProjectLocation, truth_file: Path) -> dict[str, Any]:
    """What `evaluate --json` prints; see core.evaluation.  Raises TruthError, ProjectError.

    Scores are the machine's own: a person's answers do not improve them here.
    """
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
        return evaluate_labels(
            labels,
            scores,
            np.array([classes[column].threshold for column in columns]),
            [classes[column].name for column in columns],
        )
