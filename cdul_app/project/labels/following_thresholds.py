"""A class's threshold follows each answer about it, unless a person has set it by hand."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.language import ntr, tr
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.project.labels.class_thresholds import class_threshold
from cdul_app.storage.journal.decision_log import Step
from cdul_app.storage.records.answer_records import step_cells
from cdul_app.storage.records.followed_threshold import FollowedThreshold
from cdul_app.storage.records.json_cells import reading_cells

if TYPE_CHECKING:
    from cdul_app.project.project import Project

Rows = NDArray[np.integer]


def followed_threshold(
    project: "Project", column: int, rows: Rows, values: NDArray[np.int8]
) -> FollowedThreshold | None:
    """Where the threshold goes once these photos are answered so; None where it stays."""
    item = project.classes[column]
    if item.threshold_origin is ThresholdOrigin.PERSON or project.display_kind is None:
        return None
    answers = project.answers[:, column].copy()
    answers[rows] = values
    scores = project.shown_scores()
    found = class_threshold(scores, answers, column, project.facts.pooled_threshold())
    if found is None or found.threshold == item.threshold:
        return None
    return FollowedThreshold(item.identifier, item.threshold, found.threshold)


def returning_threshold(project: "Project", step: Step, *, undo: bool) -> FollowedThreshold | None:
    """Where the threshold goes back to with the answers of a step that is undone or redone.

    Exactly where it was; where something else has moved it since, where the answers that are left
    say.  None where it did not follow that step, or a person has set it since.
    """
    with reading_cells(tr("the step “{description}”", description=step.description)):
        followed = FollowedThreshold.of_step(step.shown)
    if followed is None or followed.class_id not in project.classes.ids:
        return None
    column = project.classes.ids.index(followed.class_id)
    item = project.classes[column]
    now, wanted = followed.after, followed.before
    if not undo:
        now, wanted = wanted, now
    if item.threshold_origin is ThresholdOrigin.PERSON:
        return None
    if item.threshold == now:
        return FollowedThreshold(item.identifier, now, wanted)
    cells = step_cells(step)
    rows = project.photos.rows_by_id.find(cells["photo"])
    values = cells["before" if undo else "after"]
    return followed_threshold(project, column, rows[rows >= 0], values[rows >= 0])


def moved_words(project: "Project", followed: FollowedThreshold, but: Rows) -> str:
    """ "23 more photos are “puffin” now": what the threshold changes beside the photos that were
    answered; empty where it changes no label."""
    column = project.classes.ids.index(followed.class_id)
    scores = project.shown_scores()[:, column].copy()  # side by side, since they are read twice
    left = project.answers[:, column] == UNOBSERVED
    left[but] = False
    cuts = [np.float32(value) for value in (followed.before, followed.after)]
    before, after = (int(np.count_nonzero(left & (scores >= cut))) for cut in cuts)
    if before == after:
        return ""
    count, name = abs(after - before), project.classes[column].name
    if after > before:
        return ntr(
            "{n} more photo is “{name}” now", "{n} more photos are “{name}” now", count, name=name
        )
    return ntr(
        "{n} fewer photo is “{name}” now", "{n} fewer photos are “{name}” now", count, name=name
    )
