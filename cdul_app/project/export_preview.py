"""The first lines of a label file before it is written, by the writers that will write it."""

import io
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.formats.label_files import EXPLAINED_FORMATS, LABEL_WRITERS
from cdul_app.formats.label_table import LabelTable
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes
from cdul_app.project.label_snippets import snippet_boxes
from cdul_app.tasks.export import answer_words

_BLOCK = 1000  # rows looked at together: of 100,000 the first few are enough


def export_preview(session: ProjectSession, label_format: str, *, photos: int = 5) -> str:
    """Text of the first labelled photos in a format of LABEL_WRITERS; empty where there are none.

    The provenance is shortened to the encoder and the number of the run.
    """
    kind = session.display_kind
    scores = None if kind is None else session.scores(kind)
    if scores is None:
        scores = np.full(session.answers.shape, np.nan, dtype=np.float32)
    rows = _first_labelled(scores, session.answers, photos)
    if not rows.size:
        return ""
    table = LabelTable(
        paths=tuple(session.photos.paths[row] for row in rows),
        class_names=tuple(record.name for record in session.classes),
        labels=predicted_classes(scores[rows], session.thresholds, session.answers[rows]),
        scores=scores[rows],
        answers=session.answers[rows],
        thresholds=session.thresholds,
        provenance={} if kind is None else _provenance(session, kind),
        threshold_origins=tuple(record.threshold_origin.value for record in session.classes),
    )
    if label_format in EXPLAINED_FORMATS:
        table = _explained(session, table, rows.tolist())
    stream = io.StringIO()
    LABEL_WRITERS[label_format](table, stream)
    return stream.getvalue()


def _provenance(session: ProjectSession, kind: LabelKind) -> dict[str, object]:
    run = session.shown_run
    made_by = {} if run is None else {"run": {"id": run.identifier, "kind": run.kind}}
    return {"labels": kind.value, "encoder": session.scored_encoder, **made_by}


def _explained(session: ProjectSession, table: LabelTable, rows: list[int]) -> LabelTable:
    answered = {
        (place, column): answer_words(origin)
        for place, row in enumerate(rows)
        for column in np.flatnonzero(session.answers[row] != UNOBSERVED).tolist()
        if (origin := session.answer_origin(row, column)) is not None
    }
    snippets = np.full(table.labels.shape, -1, dtype=np.int16)
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    for place, row in enumerate(rows):
        evidence = session.evidence(row)
        if evidence is not None:
            boxes = snippet_boxes(evidence.plan)
            best = np.nan_to_num(evidence.snippet_similarities, nan=-1.0)  # (n_snippets, n_classes)
            snippets[place] = np.where(best.max(axis=0) < 0, -1, best.argmax(axis=0))
    return replace(table, answered=answered, snippets=snippets, snippet_boxes=boxes)


def _first_labelled(
    scores: NDArray[np.float32], answers: NDArray[np.int8], most: int
) -> NDArray[np.int64]:
    """Rows with a score or an answer."""
    rows = np.zeros(0, dtype=np.int64)
    for start in range(0, len(scores), _BLOCK):
        block = slice(start, start + _BLOCK)
        labelled = (~np.isnan(scores[block])).any(axis=1)
        labelled |= (answers[block] != UNOBSERVED).any(axis=1)
        rows = np.concatenate([rows, start + np.flatnonzero(labelled)])
        if len(rows) >= most:
            break
    return rows[:most]
