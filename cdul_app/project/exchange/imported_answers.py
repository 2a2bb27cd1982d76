"""Answers that were given elsewhere, taken into a project as one step."""

import numpy as np

from cdul_app.language import ntr, tr
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import IntArray, distinct
from cdul_app.project.project import Project
from cdul_app.storage.records.answer_provenance import ShownLabel
from cdul_app.storage.records.blobs import CELL_CHANGE


def import_answers(project: Project, answers: IntArray, source: str) -> str:
    """Take what is not answered here; what is stays, also where it is contradicted.

    answers : (n_photos, n_classes) of -1 left open, 0 no, 1 yes; source : where they come from,
    kept with each.  Returns a sentence on what was taken.  Raises ProjectError.
    """
    given = answers != UNOBSERVED
    here = project.answers != UNOBSERVED
    contradicted = int((given & here & (answers != project.answers)).sum())
    rows, columns = np.nonzero(given & ~here)
    taken = "1 answer" if len(rows) == 1 else f"{len(rows):,} answers"
    if len(rows):
        cells = np.zeros(len(rows), dtype=CELL_CHANGE)
        cells["photo"] = project.photos.ids[rows]
        cells["class"] = np.asarray(project.classes.ids, dtype=np.int64)[columns]
        cells["before"], cells["after"] = UNOBSERVED, answers[rows, columns]
        cells["score"] = np.nan  # none was shown
        project.decisions.answer_cells(
            cells, f"{taken} imported from {source}", ShownLabel(imported_from=source)
        )
    known = int((given & here).sum()) - contradicted
    photos = len(distinct(rows))
    sentences = [
        tr(
            "Imported {answers} on {photos}.",
            answers=ntr("{n} answer", "{n} answers", len(rows)),
            photos=ntr("{n} photo", "{n} photos", photos),
        )
    ]
    if known:
        sentences.append(
            ntr("{n} answer was there already.", "{n} answers were there already.", known)
        )
    if contradicted:
        sentences.append(
            ntr(
                "{n} answer contradicts one of yours, and yours stay.",
                "{n} answers contradict yours, and yours stay.",
                contradicted,
            )
        )
    return " ".join(sentences)
