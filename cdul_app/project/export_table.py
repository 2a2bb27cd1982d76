"""The labels of an open project as they leave it: for the export, and for its preview."""

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, follow
from cdul_app.formats.label_files import EXPLAINED_FORMATS, LABEL_WRITERS
from cdul_app.formats.label_table import LabelTable
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes
from cdul_app.project.label_snippets import best_snippets, snippet_boxes
from cdul_app.project.project import Project
from cdul_app.storage.answer_provenance import AnswerProvenance

_BLOCK = 1000  # rows looked at together: of 100,000 the first few are enough for a preview


def labelled_rows(project: Project, *, most: int | None = None) -> NDArray[np.int64]:
    """The photos that are scored or answered; the first `most` of them."""
    scores, answers = project.shown_scores(), project.answers
    rows = np.zeros(0, dtype=np.int64)
    for start in range(0, len(scores), _BLOCK):
        block = slice(start, start + _BLOCK)
        labelled = (~np.isnan(scores[block])).any(axis=1)
        labelled |= (answers[block] != UNOBSERVED).any(axis=1)
        rows = np.concatenate([rows, start + np.flatnonzero(labelled)])
        if most is not None and len(rows) >= most:
            break
    return rows[:most]


def label_table(project: Project, rows: NDArray[np.int64], *, brief: bool = False) -> LabelTable:
    """The labels of some photos as they are shown, a person's answers first.

    brief : of the provenance only the encoder and the number of the run.
    """
    scores, answers = project.shown_scores()[rows], project.answers[rows]
    return LabelTable(
        paths=tuple(project.photos.paths[row] for row in rows),
        class_names=project.classes.names,
        labels=predicted_classes(scores, project.classes.thresholds, answers),
        scores=scores,
        answers=answers,
        thresholds=project.classes.thresholds,
        provenance=_provenance(project, brief=brief),
        threshold_origins=tuple(record.threshold_origin.value for record in project.classes),
    )


def explained(project: Project, table: LabelTable, rows: NDArray[np.int64]) -> Events[LabelTable]:
    """With where each label comes from: its snippet, or when it was answered."""
    photo_ids, class_ids = project.photos.ids[rows].tolist(), project.classes.ids
    table = replace(table, answered=_answered(project, photo_ids))
    state = project.scoring.state
    if state is None:
        return table
    snippets = yield from best_snippets(project.store, state, photo_ids, class_ids)
    return replace(table, snippets=snippets, snippet_boxes=snippet_boxes(state.encoding.plan))


def export_preview(project: Project, label_format: str, *, photos: int = 5) -> str:
    """Text of the first labelled photos in a format of LABEL_WRITERS; empty without any."""
    rows = labelled_rows(project, most=photos)
    if not rows.size:
        return ""
    table = label_table(project, rows, brief=True)
    if label_format in EXPLAINED_FORMATS:
        table = follow(explained(project, table, rows), lambda _: None)
    stream = io.StringIO()
    LABEL_WRITERS[label_format](table, stream)
    return stream.getvalue()


def _answered(
    project: Project, photo_ids: Sequence[int]
) -> dict[tuple[int, int], dict[str, object]]:
    rows = {photo: row for row, photo in enumerate(photo_ids)}
    columns = {identifier: column for column, identifier in enumerate(project.classes.ids)}
    everything = len(photo_ids) > _BLOCK
    given = project.store.answers.provenances(None if everything else photo_ids)
    return {
        (rows[photo], columns[class_id]): _answer_words(provenance)
        for (photo, class_id), provenance in given.items()
        if photo in rows and class_id in columns
    }


def _answer_words(given: AnswerProvenance) -> dict[str, object]:
    """What the formats with reasons say of an answer."""
    told = {
        "score_shown": None if given.score is None else round(given.score, 4),
        "threshold_shown": given.shown.threshold,
        "run_shown": given.shown.run,
    }
    known = {name: value for name, value in told.items() if value is not None}
    return {"answered": given.answered, **known}


def _provenance(project: Project, *, brief: bool) -> dict[str, object]:
    """Where the labels came from: encoder, settings, and the training that refined them."""
    state, run = project.scoring.state, project.runs.shown
    provenance: dict[str, object] = {"labels": LabelKind.PSEUDO.value}
    if state is not None:
        provenance["encoder"] = state.encoding.encoder
        if not brief:
            provenance |= {
                "encoder_key": state.encoding.encoder_key,
                "temperature": state.temperature,
                "scoring": state.config.to_dict(),
            }
    if run is not None:
        made_by: dict[str, object] = {"id": run.identifier, "kind": run.kind}
        if not brief:
            made_by |= {"started": run.started, "config": run.config, "versions": run.versions}
        provenance["run"] = made_by
    return provenance
