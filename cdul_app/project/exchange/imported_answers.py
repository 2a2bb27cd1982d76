"""Answers that were given elsewhere, taken into a project as one step."""

import numpy as np

from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import IntArray
from cdul_app.project.project import Project
from cdul_app.storage.answer_provenance import ShownLabel
from cdul_app.storage.blobs import CELL_CHANGE


def import_answers(project: Project, answers: IntArray, source: str) -> str:
    """Take what is not answered here; what is stays, also where it is contradicted.

    answers : (n_photos, n_classes) of -1 left open, 0 no, 1 yes; source : where they come from,
    kept with each.  Returns a sentence on what was taken.  Raises ProjectError.
    """
    given = answers != UNOBSERVED
    here = project.answers != UNOBSERVED
    contradicted = int((given & here & (answers != project.answers)).sum())
    rows, columns = np.nonzero(given & ~here)
    taken = _counted(len(rows))
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
    photos = len(np.unique(rows))
    sentence = f"Imported {taken} on {photos:,} {'photo' if photos == 1 else 'photos'}."
    if known:
        sentence += f" {_counted(known)} {'was' if known == 1 else 'were'} there already."
    if contradicted:
        what = "contradicts one of yours" if contradicted == 1 else "contradict yours"
        sentence += f" {_counted(contradicted)} {what}, and yours stay."
    return sentence


def _counted(count: int) -> str:
    return "1 answer" if count == 1 else f"{count:,} answers"
