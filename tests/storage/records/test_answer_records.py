from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_provenance import ShownLabel
from cdul_app.storage.records.answer_records import AnswerChange, cell_changes
from tests.storage.store_helpers import add_classes, add_photos


def give(store: ProjectStore, *changes: AnswerChange, description: str = "") -> int:
    """Returns the identifier of the step."""
    step = store.answers.apply(list(changes), description=description).step
    assert step is not None
    return step


def sources(store: ProjectStore) -> list[str]:
    return [entry.source for entry in store.decisions.recent()]


def test_answers_are_given_changed_and_taken_back(store: ProjectStore):
    first, second = add_photos(store, 2)
    (cat,) = add_classes(store, "cat")
    given = give(
        store,
        AnswerChange(first, cat, UNOBSERVED, YES),
        AnswerChange(second, cat, UNOBSERVED, NO),
    )
    assert sorted(store.answers.all()) == [(first, cat, 1), (second, cat, 0)]
    changed = give(store, AnswerChange(first, cat, YES, NO))
    assert sorted(store.answers.all()) == [(first, cat, 0), (second, cat, 0)]
    store.answers.undo(store.decisions.step(changed))
    assert sorted(store.answers.all()) == [(first, cat, 1), (second, cat, 0)]
    store.answers.undo(store.decisions.step(given))
    assert store.answers.all() == []
    store.answers.redo(store.decisions.step(given))
    assert store.answers.count() == 2
    assert sources(store) == ["person", "person", "undo", "undo", "redo"]


def test_an_answer_knows_when_it_was_given_and_what_was_shown(store: ProjectStore):
    first, second = add_photos(store, 2)
    (cat,) = add_classes(store, "cat")
    before = datetime.now(UTC).replace(microsecond=0)
    cells = cell_changes([AnswerChange(photo, cat, UNOBSERVED, YES) for photo in (first, second)])
    cells["score"] = (0.25, np.nan)
    store.answers.apply(cells, description="yes for “cat”", shown=ShownLabel(threshold=0.4))
    origin = store.answers.provenance(first, cat)
    assert origin is not None
    assert (origin.description, origin.score, origin.shown) == (
        "yes for “cat”", 0.25, ShownLabel(threshold=0.4),
    )  # fmt: skip
    moment = datetime.fromisoformat(origin.answered)
    assert moment.utcoffset() is not None
    assert moment >= before
    unscored = store.answers.provenance(second, cat)
    assert unscored is not None
    assert unscored.score is None
    assert store.answers.provenance(first, cat + 1) is None


def test_an_answer_that_undo_gives_back_is_as_old_as_it_was(store: ProjectStore):
    (photo,) = add_photos(store, 1)
    (cat,) = add_classes(store, "cat")
    store.answers.apply([AnswerChange(photo, cat, UNOBSERVED, YES)], description="first")
    first = store.answers.provenance(photo, cat)
    changed = store.decisions.step(
        give(store, AnswerChange(photo, cat, YES, NO), description="second")
    )
    second = store.answers.provenance(photo, cat)
    store.answers.undo(changed)
    assert store.answers.provenance(photo, cat) == first
    store.answers.redo(changed)
    assert store.answers.provenance(photo, cat) == second
    assert first != second


@settings(max_examples=30)
@given(
    steps=st.lists(
        st.dictionaries(
            st.tuples(st.integers(0, 3), st.integers(0, 2)),
            st.sampled_from([YES, NO, UNOBSERVED]),
            min_size=1,
        ),
        max_size=5,
    )
)
def test_each_cell_gets_its_own_answer_and_undo_goes_through_all_that_was(tmp_path_factory, steps):
    file = tmp_path_factory.mktemp("answers") / "project.sqlite"
    with ProjectStore(file, create=True, durable=False) as store:
        photos, classes = add_photos(store, 4), add_classes(store, "cat", "dog", "cow")
        now: dict[tuple[int, int], int] = {}
        kept: list[tuple[dict, dict, int]] = []  # what held before, whence, and the step
        for step in steps:
            wanted = {
                (photos[row], classes[column]): value for (row, column), value in step.items()
            }
            changes = [
                AnswerChange(*cell, now.get(cell, -1), value) for cell, value in wanted.items()
            ]
            before = dict(now), store.answers.provenances()
            now = {cell: value for cell, value in (now | wanted).items() if value != UNOBSERVED}
            kept.append((*before, give(store, *changes)))
            assert {(photo, of): value for photo, of, value in store.answers.all()} == now
        for held, whence, identifier in reversed(kept):
            store.answers.undo(store.decisions.step(identifier))
            assert {(photo, of): value for photo, of, value in store.answers.all()} == held
            assert store.answers.provenances() == whence


def test_a_step_is_written_whole_or_not_at_all(store: ProjectStore):
    (photo,) = add_photos(store, 1)
    (cat,) = add_classes(store, "cat")
    unknown = 999
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.answers.apply(
            [AnswerChange(photo, cat, UNOBSERVED, YES), AnswerChange(unknown, cat, UNOBSERVED, YES)]
        )
    assert store.answers.all() == []
    assert sources(store) == []


def test_a_photo_with_answers_cannot_be_deleted(store: ProjectStore):
    (photo,) = add_photos(store, 1)
    (cat,) = add_classes(store, "cat")
    store.answers.apply([AnswerChange(photo, cat, UNOBSERVED, YES)])
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.answers._database.conn.execute("DELETE FROM photos")
    assert store.answers.count() == 1


def test_writing_to_a_closed_disk_is_a_sentence(store: ProjectStore):
    """query_only stands for a disk that no longer takes a write."""
    (photo,) = add_photos(store, 1)
    (cat,) = add_classes(store, "cat")
    store.answers._database.conn.execute("PRAGMA query_only = ON")
    with pytest.raises(ProjectError, match="what was saved is kept"):
        store.answers.apply([AnswerChange(photo, cat, UNOBSERVED, YES)])


def test_an_old_answer_that_undo_gives_back_has_its_old_time(store: ProjectStore):
    (photo,) = add_photos(store, 1)
    (cat,) = add_classes(store, "cat")
    first = give(store, AnswerChange(photo, cat, UNOBSERVED, YES))
    long_ago = "2001-02-03T04:05:06.789+00:00"
    store.answers._database.conn.execute(
        "UPDATE steps SET decided = ? WHERE id = ?", (long_ago, first)
    )
    store.answers._database.conn.commit()
    second = give(store, AnswerChange(photo, cat, YES, NO))
    store.answers.undo(store.decisions.step(second))
    origin = store.answers.provenance(photo, cat)
    assert origin is not None
    assert origin.answered == long_ago


def test_an_answer_given_elsewhere_meanwhile_is_not_overwritten(store: ProjectStore):
    first, second = add_photos(store, 2)
    (cat,) = add_classes(store, "cat")
    give(store, AnswerChange(first, cat, UNOBSERVED, NO))  # by another program
    done = store.answers.apply([AnswerChange(p, cat, UNOBSERVED, YES) for p in (first, second)])
    assert (done.kept, done.cells["photo"].tolist()) == (1, [second])
    assert sorted(store.answers.all()) == [(first, cat, NO), (second, cat, YES)]
    nothing = store.answers.apply([AnswerChange(first, cat, UNOBSERVED, YES)])
    assert (nothing.step, nothing.kept) == (None, 1)
    assert sources(store) == ["person", "person"]


@pytest.mark.parametrize("value", [YES, NO])  # also the same answer is one of its own
def test_undo_keeps_what_was_answered_elsewhere_since(store: ProjectStore, value: int):
    first, second = add_photos(store, 2)
    (cat,) = add_classes(store, "cat")
    given = give(store, *[AnswerChange(photo, cat, UNOBSERVED, YES) for photo in (first, second)])
    taken = give(store, AnswerChange(first, cat, YES, UNOBSERVED))
    give(store, AnswerChange(first, cat, UNOBSERVED, value))
    undone = store.answers.undo(store.decisions.step(given))
    assert (undone.kept, undone.cells["photo"].tolist()) == (1, [second])
    assert store.answers.all() == [(first, cat, value)]
    assert store.answers.undo(store.decisions.step(taken)).kept == 1
    assert store.answers.redo(store.decisions.step(taken)).kept == 1
    assert store.answers.all() == [(first, cat, value)]
