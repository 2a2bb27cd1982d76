"""The first lines of a label file before it is written, by the writers that will write it."""

import io

import numpy as np

from cdul_app.core.reviews import UNOBSERVED
from cdul_app.export.label_files import LABEL_WRITERS
from cdul_app.export.label_table import LabelTable
from cdul_app.jobs.project_session import ProjectSession


def export_preview(session: ProjectSession, label_format: str, *, photos: int = 5) -> str:
    """Text of the first labelled photos in "csv" or "json"; empty where there are no labels.

    The provenance is shortened to what the session knows without reading the database.
    """
    kind = session.display_kind
    scores = None if kind is None else session.scores(kind)
    if scores is None:
        scores = np.full(session.answers.shape, np.nan, dtype=np.float32)
    answered = (session.answers != UNOBSERVED).any(axis=1)
    rows = np.flatnonzero((~np.isnan(scores)).any(axis=1) | answered)[:photos]
    if not rows.size:
        return ""
    table = LabelTable(
        paths=tuple(session.photos.paths[row] for row in rows),
        class_names=tuple(record.name for record in session.classes),
        labels=session.predicted()[rows],
        scores=scores[rows],
        answers=session.answers[rows],
        thresholds=session.thresholds,
        provenance={} if kind is None else {"labels": kind.value},
    )
    stream = io.StringIO()
    LABEL_WRITERS[label_format](table, stream)
    return stream.getvalue()
