"""Where the label of a class on a photo comes from, and what was shown when it was answered."""

from typing import TYPE_CHECKING

import numpy as np

from cdul_app.measures.label_source import LabelSource
from cdul_app.storage.records.answer_provenance import AnswerProvenance

if TYPE_CHECKING:
    from cdul_app.project.project import Project


def answer_provenance(project: "Project", row: int, column: int) -> AnswerProvenance | None:
    """When an answer was given and what was shown then; None where there is none."""
    return project.store.answers.provenance(
        int(project.photos.ids[row]), project.classes[column].identifier
    )


def label_source(project: "Project", row: int, column: int) -> LabelSource:
    item, given = project.classes[column], answer_provenance(project, row, column)
    kind = project.display_kind
    scores = None if kind is None else project.scores(kind)
    scored = scores is not None and not np.isnan(scores[row, column])
    run = project.runs.shown if scored else None
    return LabelSource(
        encoder=project.scoring.encoder if scored else None,
        run=None if run is None else run.identifier,
        run_kind="" if run is None else run.kind,
        threshold=item.threshold,
        threshold_origin=item.threshold_origin.value,
        answered=None if given is None else given.answered,
        score_shown=None if given is None else given.score,
        threshold_shown=None if given is None else given.shown.threshold,
        run_shown=None if given is None else given.shown.run,
        imported_from=None if given is None else given.shown.imported_from,
    )
