from datetime import UTC, datetime

import pytest

from cdul_app.core.errors import ProjectError
from cdul_app.core.reviews import NO, UNOBSERVED, YES
from cdul_app.storage.answer_records import AnswerChange
from cdul_app.storage.project_store import ProjectStore
from tests.storage.store_helpers import add_classes, add_photos


def log(store: ProjectStore) -> list[tuple[object, ...]]:
    return store.answers._database.conn.execute(
        "SELECT photo_id, class_id, before, after, source FROM decisions ORDER BY id"
    ).fetchall()


def test_answers_are_given_changed_and_taken_back(store: ProjectStore):
    first, second = add_photos(store, 2)
    (cat,) = add_classes(store, "cat")
    store.answers.apply(
        [AnswerChange(first, cat, UNOBSERVED, YES), AnswerChange(second, cat, UNOBSERVED, NO)]
    )
    assert sorted(store.answers.all()) == [(first, cat, 1), (second, cat, 0)]
    store.answers.apply([AnswerChange(first, cat, YES, NO)])
    store.answers.apply([AnswerChange(second, cat, NO, UNOBSERVED)], source="undo")
    assert store.answers.all() == [(first, cat, 0)]
    assert store.answers.count() == 1
    assert log(store) == [
        (first, cat, None, 1, "answer"),
        (second, cat, None, 0, "answer"),
        (first, cat, 1, 0, "answer"),
        (second, cat, 0, None, "undo"),
    ]


def test_decisions_of_one_step_share_its_name_and_a_time_with_its_zone(store: ProjectStore):
    photos = add_photos(store, 3)
    (cat,) = add_classes(store, "cat")
    before = datetime.now(UTC).replace(microsecond=0)
    store.answers.apply([AnswerChange(photo, cat, UNOBSERVED, YES) for photo in photos])
    store.answers.apply([AnswerChange(photos[0], cat, YES, NO)])
    rows = store.answers._database.conn.execute(
        "SELECT step, decided FROM decisions ORDER BY id"
    ).fetchall()
    steps = [step for step, _ in rows]
    assert len(set(steps[:3])) == 1
    assert steps[3] != steps[0]
    for _, decided in rows:
        moment = datetime.fromisoformat(decided)
        assert moment.utcoffset() is not None
        assert moment >= before


def test_a_step_is_written_whole_or_not_at_all(store: ProjectStore):
    (photo,) = add_photos(store, 1)
    (cat,) = add_classes(store, "cat")
    unknown = 999
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store.answers.apply(
            [AnswerChange(photo, cat, UNOBSERVED, YES), AnswerChange(unknown, cat, UNOBSERVED, YES)]
        )
    assert store.answers.all() == []
    assert log(store) == []


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
