"""Photos whose labels a trained classifier doubts, in words."""

from typing import Any

import numpy as np

from cdul_app.project.project import Project

_MOST_CLASSES = 3


def likely_errors(project: Project, *, count: int) -> list[dict[str, Any]]:
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
    doubts = project.facts.label_doubt(rows)  # (n_rows, n_classes)
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
        for row, doubt in zip(rows.tolist(), doubts, strict=True)
    ]
