"""Which class to ask about next: where the last answers corrected most."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.question_order import RECENT_ANSWERS, corrections, worth_of_answers
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.project.labels.class_thresholds import ShownLabels
from cdul_app.project.labels.row_cache import blocks
from cdul_app.project.project import Project
from cdul_app.storage.records.blobs import CELL_CHANGE

_STEPS_READ = 2000  # of 80 classes' last 20 answers, where each was a step of its own


def class_to_ask(project: Project) -> int | None:
    """The column of the class whose next answers are worth most; None where nothing is left to
    ask, or before scoring.

    One that no photo has and nobody has looked at comes after all others: whoever began there
    would see no label, and nothing that is right.
    """
    shown = project.shown_labels()
    if shown is None:
        return None
    corrected, asked = recent_corrections(project)
    labelled = project.facts.class_counts()
    worth = worth_of_answers(corrected, asked, labelled)
    for column in np.lexsort((-worth, (labelled == 0) & (asked == 0))).tolist():
        if any(_is_unasked(shown, rows, column) for rows in blocks(len(shown.answers))):
            return int(column)  # the first photos mostly tell
    return None


def _is_unasked(shown: ShownLabels, rows: slice, column: int) -> bool:
    """Whether a photo of these is scored for the class and not answered."""
    unasked = shown.answers[rows, column] == UNOBSERVED
    return bool((unasked & ~np.isnan(shown.scores[rows, column])).any())


def recent_corrections(project: Project) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the last RECENT_ANSWERS answers of each class that still hold, how many contradicted the
    label that was shown, and how many there are: (n_classes,) each."""
    ids = project.classes.ids
    corrected, asked = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
    places = {identifier: column for column, identifier in enumerate(ids)}
    seen: set[tuple[int, int]] = set()
    for payload, threshold in project.store.decisions.newest_answers(_STEPS_READ):
        if (asked == RECENT_ANSWERS).all():
            break
        cells = np.frombuffer(payload, dtype=CELL_CHANGE)
        cells = cells[-1 : -RECENT_ANSWERS - 1 : -1]  # of 15,000 photos at once, the last
        wrong = corrections(cells["score"], 0.0 if threshold is None else threshold, cells["after"])
        known = ~np.isnan(cells["score"]) & (threshold is not None)
        for cell, is_wrong, is_known in zip(cells, wrong, known, strict=True):
            key = int(cell["photo"]), int(cell["class"])
            column = places.get(key[1])
            if column is None or key in seen or asked[column] == RECENT_ANSWERS:
                continue
            seen.add(key)
            if cell["after"] != UNOBSERVED and is_known:
                asked[column] += 1
                corrected[column] += is_wrong
    return corrected, asked
