"""The threshold of a class follows each answer about it, as part of the answer's step."""

import numpy as np
import pytest

from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.project.labels.class_thresholds import class_threshold
from cdul_app.project.project import Project
from cdul_app.storage.records.class_records import ClassRecord

COLUMN = 4


def record(project: Project) -> ClassRecord:
    return project.classes[COLUMN]


def photos_below(project: Project) -> np.ndarray:
    """Without the label, the best first."""
    scores = project.shown_scores()[:, COLUMN]
    below = np.flatnonzero(scores < record(project).threshold)
    return below[np.argsort(-scores[below])]


def said_by_answers(project: Project) -> float:
    shown = project.shown_labels()
    return class_threshold(shown.scores, shown.answers[:, COLUMN], COLUMN).threshold


def test_it_goes_where_scores_and_answers_say(project):
    rows = photos_below(project)[:3]
    before = record(project).threshold
    project.decisions.answer(rows, COLUMN, YES)
    assert record(project).threshold < before
    assert record(project).threshold == said_by_answers(project)
    assert record(project).threshold_origin is ThresholdOrigin.AUTOMATIC


def test_undo_and_redo_take_it_along_exactly(project):
    thresholds = [record(project).threshold]
    for row in photos_below(project)[:3]:
        project.decisions.answer([row], COLUMN, YES)
        thresholds.append(record(project).threshold)
    assert len(set(thresholds)) > 1
    for expected in reversed(thresholds[:-1]):
        project.decisions.undo()
        assert record(project).threshold == expected
    assert (project.answers[:, COLUMN] == UNOBSERVED).all()
    for expected in thresholds[1:]:
        project.decisions.redo()
        assert record(project).threshold == expected


def test_undo_gives_back_a_threshold_that_came_from_elsewhere(project):
    """A project made of another one's labels begins with that one's thresholds."""
    identifier = record(project).identifier
    project.store.classes.set_automatic_thresholds({identifier: 0.123456789})
    project.reload_thresholds()
    project.decisions.answer(photos_below(project)[:2], COLUMN, YES)
    assert record(project).threshold != 0.123456789
    project.decisions.undo()
    assert record(project).threshold == 0.123456789


def test_where_it_was_moved_since_undo_asks_the_answers_that_are_left(project):
    """As after another scoring."""
    rows = photos_below(project)
    project.decisions.answer([rows[0]], COLUMN, NO)
    project.decisions.answer(rows[1:4], COLUMN, YES)
    project.store.classes.set_automatic_thresholds({record(project).identifier: 0.9})
    project.reload_thresholds()
    project.decisions.undo()
    assert record(project).threshold == said_by_answers(project)


def test_a_threshold_set_by_hand_stays(project):
    project.decisions.answer(photos_below(project)[:1], COLUMN, YES)
    project.decisions.set_threshold(COLUMN, 0.9)
    project.decisions.answer(photos_below(project)[:3], COLUMN, YES)
    assert record(project).threshold == 0.9
    project.decisions.undo()
    assert record(project).threshold == 0.9
    assert record(project).threshold_origin is ThresholdOrigin.PERSON


def test_no_answered_photo_changes(project):
    rows = photos_below(project)
    project.decisions.answer([rows[-1]], COLUMN, NO)
    project.decisions.answer(rows[:3], COLUMN, YES)
    labels = project.facts.labels.values()[:, COLUMN]
    assert not labels[rows[-1]]
    assert labels[rows[:3]].all()
    assert project.answers[rows[-1], COLUMN] == NO


def test_what_moved_is_told_and_true(trained_project):
    """Of each answer in turn, for whichever class: some move labels, and most do not."""
    project, told, moves = trained_project, [], 0
    project.changes.decided_many.add(told.append)
    for column in range(len(project.classes)):
        scores = project.shown_scores()[:, column]
        for row in np.argsort(np.abs(scores - project.classes.thresholds[column]))[:4].tolist():
            told.clear()
            before = project.facts.labels.values()[:, column].copy()
            project.decisions.answer([row], column, NO if before[row] else YES)
            change = project.facts.labels.values()[:, column].astype(int) - before
            change[row] = 0
            count = int(change.sum())
            assert bool(told) == bool(count)
            if told:
                moves += 1
                more = "more" if count > 0 else "fewer"
                photos = f"{abs(count)} {more} photo{'s are' if abs(count) > 1 else ' is'}"
                name = project.classes[column].name
                assert told[0].endswith(f". {photos} “{name}” now")
    assert moves


def test_a_single_answer_that_moves_no_label_is_not_told(project):
    told = []
    project.changes.decided_many.add(told.append)
    project.decisions.set_threshold(COLUMN, 0.5)
    project.decisions.answer([0], COLUMN, YES)
    assert not told


def test_before_scoring_nothing_follows(scanned_project):
    from cdul_app.project.classes.class_edits import add_class

    column = add_class(scanned_project, "cat")
    before = scanned_project.classes[column].threshold
    scanned_project.decisions.answer([0], column, YES)
    assert scanned_project.classes[column].threshold == before


@pytest.mark.parametrize("follow", [True, False])
def test_another_program_reads_the_same(project, follow):
    rows = photos_below(project)[:2]
    project.decisions.answer_each(rows, COLUMN, np.array([YES, NO], dtype=np.int8), follow=follow)
    with Project(project.location) as other:
        assert other.classes.thresholds.tolist() == project.classes.thresholds.tolist()
        other.decisions.undo()
        assert (other.answers == UNOBSERVED).all()
