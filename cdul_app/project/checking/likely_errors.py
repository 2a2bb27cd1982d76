"""Photos whose labels a trained classifier doubts, by the formula of measures.likely_errors."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.likely_errors import label_doubt
from cdul_app.project.labels.row_cache import Rows

if TYPE_CHECKING:
    from cdul_app.project.project import Project

_MOST_CLASSES = 3


def label_doubts(project: "Project", rows: Rows) -> NDArray[np.float32]:
    """(n_rows, n_classes) in [0, 1]: how far the classifier disagrees with each shown label.

    What it says of a photo it was not trained on goes first, where that is known.
    """
    predictions = project.scores_of_rows(LabelKind.CLASSIFIER, rows)
    left_out = project.scores_of_rows(LabelKind.OUT_OF_FOLD, rows)
    predictions = np.where(np.isnan(left_out), predictions, left_out)
    labels, answers = project.facts.labels.values()[rows], project.answers[rows]
    return label_doubt(labels, predictions, answers).astype(np.float32)


def likely_errors(project: "Project", *, count: int) -> list[dict[str, Any]]:
    """The `count` most doubtful photos, worst first; none before training.

    Each is {"photo", "doubt" in [0, 1], "labels": [{"class", "label" shown, "doubt"}, ...]} with
    at most three labels, those in doubt above 0.5 or else the worst.
    """
    photos = project.facts.likely_errors()
    if photos is None:
        return []
    rows = np.argsort(-np.nan_to_num(photos, nan=-1), kind="stable")[:count]
    rows = rows[~np.isnan(photos[rows])]
    labels = project.facts.labels.values()
    return [
        {
            "photo": project.photos.paths[row],
            "doubt": round(float(photos[row]), 4),
            "labels": [
                {
                    "class": project.classes[column].name,
                    "label": bool(labels[row, column]),
                    "doubt": round(float(doubt[column]), 4),
                }
                for place, column in enumerate(np.argsort(-np.nan_to_num(doubt, nan=-1)))
                if place < _MOST_CLASSES and (place == 0 or doubt[column] > 0.5)
            ],
        }
        for row, doubt in zip(rows.tolist(), label_doubts(project, rows), strict=True)
    ]
