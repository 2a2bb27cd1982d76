from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import DamagedProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.project_store import ProjectStore
from tests.storage.store_helpers import add_classes, add_photos


def scores(count: int, value: float, classes: int = 2) -> np.ndarray:
    return np.full((count, classes), value, dtype=np.float32)


def set_count(store: ProjectStore) -> tuple[int, int]:
    """(sets, photos' scores) in the database."""
    connection = store.labels._database.conn
    return (
        connection.execute("SELECT count(*) FROM label_sets").fetchone()[0],
        connection.execute(
            "SELECT coalesce(sum(length(photo_ids)) / 8, 0) FROM label_blocks"
        ).fetchone()[0],
    )


def test_a_set_comes_back_as_it_was_written(store: ProjectStore):
    photos, classes = add_photos(store, 3), add_classes(store, "cat", "dog")
    values = np.random.default_rng(0).random((3, 2), dtype=np.float32)
    run = store.runs.start("score", {})
    store.labels.write_set(LabelKind.INITIAL, classes, photos, values, run_id=run)
    read = store.labels.read(LabelKind.INITIAL)
    assert read is not None
    assert (read.photo_ids, read.class_ids, read.run_id) == (tuple(photos), tuple(classes), run)
    np.testing.assert_array_equal(read.scores, values)
    assert store.labels.read(LabelKind.PSEUDO) is None
    assert store.labels.kinds() == [LabelKind.INITIAL]


def test_a_set_is_not_seen_until_it_is_finished(store: ProjectStore):
    photos, classes = add_photos(store, 2), add_classes(store, "cat", "dog")
    store.labels.write_set(LabelKind.GLOBAL, classes, photos, scores(2, 0.1), run_id=None)
    new = store.labels.start_set(LabelKind.GLOBAL, classes, None)
    other = store.labels.start_set(LabelKind.INITIAL, classes, None)
    store.labels.add(photos, {new: scores(2, 0.9)})
    read = store.labels.read(LabelKind.GLOBAL)
    assert read is not None
    assert read.scores.max() == pytest.approx(0.1)
    assert store.labels.kinds() == [LabelKind.GLOBAL]
    store.labels.finish_sets([new, other])
    read = store.labels.read(LabelKind.GLOBAL)
    assert read is not None
    assert read.scores.min() == pytest.approx(0.9)
    assert store.labels.kinds() == [LabelKind.GLOBAL, LabelKind.INITIAL]
    assert set_count(store) == (2, 2)


def test_what_killed_runs_left_does_not_pile_up(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        photos, classes = add_photos(store, 4), add_classes(store, "cat", "dog")
        store.labels.write_set(LabelKind.GLOBAL, classes, photos, scores(4, 0.2), run_id=None)
        store.labels.write_set(LabelKind.PSEUDO, classes, photos, scores(4, 0.3), run_id=None)
    for _ in range(3):
        with ProjectStore(database_file) as store:  # closed in the middle, as a kill would
            half = store.labels.start_set(LabelKind.GLOBAL, classes, None)
            store.labels.add(photos[:2], {half: scores(2, 0.7)})
    with ProjectStore(database_file) as store:
        read = store.labels.read(LabelKind.GLOBAL)
        assert read is not None
        assert read.scores.max() == pytest.approx(0.2)
        store.labels.write_set(LabelKind.GLOBAL, classes, photos, scores(4, 0.9), run_id=None)
        assert set_count(store) == (2, 8)
        pseudo = store.labels.read(LabelKind.PSEUDO)
        assert pseudo is not None  # the other kinds are left alone
        assert pseudo.scores.max() == pytest.approx(0.3)


def test_sets_of_a_kind_that_is_no_more_go_with_the_next_labels(store: ProjectStore):
    photos, classes = add_photos(store, 4), add_classes(store, "cat", "dog")
    for kind in (LabelKind.GLOBAL, LabelKind.PSEUDO):
        store.labels.write_set(kind, classes, photos, scores(4, 0.2), run_id=None)
    with store.labels._database.conn as connection:  # as an earlier version had
        connection.execute("UPDATE label_sets SET kind = 'local_min' WHERE kind = 'global'")
    assert store.labels.kinds() == [LabelKind.PSEUDO]
    assert set_count(store) == (2, 8)
    store.labels.write_set(LabelKind.PSEUDO, classes, photos, scores(4, 0.9), run_id=None)
    assert set_count(store) == (1, 4)


def test_sets_share_scores_that_are_the_same(store: ProjectStore):
    """Neither replacing the one nor the other takes them away too early, or leaves them behind."""
    photos, classes = add_photos(store, 4), add_classes(store, "cat", "dog")
    initial, pseudo = LabelKind.INITIAL, LabelKind.PSEUDO
    for replaced_first in (pseudo, initial):
        own = store.labels.start_set(initial, classes, None)
        same = store.labels.start_set(pseudo, classes, None, scores_of=own)
        store.labels.add(photos, {own: scores(4, 0.2)})
        store.labels.finish_sets([own, same])
        assert set_count(store) == (2, 4)
        for kind in (initial, pseudo):
            read = store.labels.read(kind)
            assert read is not None
            np.testing.assert_array_equal(read.scores, scores(4, 0.2))
        store.labels.write_set(replaced_first, classes, photos, scores(4, 0.9), run_id=None)
        (kept,) = {initial, pseudo} - {replaced_first}
        read = store.labels.read(kept)
        assert read is not None
        np.testing.assert_array_equal(read.scores, scores(4, 0.2))
        assert set_count(store) == (3 if replaced_first is initial else 2, 8)  # one is hidden
    store.labels.write_set(pseudo, classes, photos, scores(4, 0.5), run_id=None)
    store.labels.write_set(initial, classes, photos, scores(4, 0.5), run_id=None)
    assert set_count(store) == (2, 8)


def test_photos_come_back_in_their_order_whatever_order_they_were_written_in(store: ProjectStore):
    photos, classes = add_photos(store, 7), add_classes(store, "cat", "dog")
    values = np.random.default_rng(0).random((7, 2), dtype=np.float32)
    new = store.labels.start_set(LabelKind.GLOBAL, classes, None)
    order = [5, 1, 6, 0, 3, 2, 4]
    for rows in (order[:3], order[3:]):
        store.labels.add([photos[row] for row in rows], {new: values[rows]})
    store.labels.finish_sets([new])
    read = store.labels.read(LabelKind.GLOBAL)
    assert read is not None
    assert read.photo_ids == tuple(photos)
    np.testing.assert_array_equal(read.scores, values)


@pytest.mark.parametrize("damage", ["x'00'", "zeroblob(8)", "zeroblob(80)"])
@pytest.mark.parametrize("column", ["photo_ids", "scores"])
def test_damaged_blocks_are_told(store: ProjectStore, column: str, damage: str):
    photos, classes = add_photos(store, 3), add_classes(store, "cat", "dog")
    store.labels.write_set(LabelKind.GLOBAL, classes, photos, scores(3, 0.2), run_id=None)
    connection = store.labels._database.conn
    connection.execute(f"UPDATE label_blocks SET {column} = {damage}")
    with pytest.raises(DamagedProjectError, match="the scores of the global labels"):
        store.labels.read(LabelKind.GLOBAL)


def test_sets_of_more_rows_than_one_transaction_takes(store: ProjectStore):
    photos, classes = add_photos(store, 11_000), add_classes(store, "cat", "dog")
    values = np.random.default_rng(0).random((11_000, 2), dtype=np.float32)
    for _ in range(2):
        store.labels.write_set(LabelKind.GLOBAL, classes, photos, values, run_id=None)
    read = store.labels.read(LabelKind.GLOBAL)
    assert read is not None
    np.testing.assert_array_equal(read.scores, values)
    assert set_count(store) == (1, 11_000)


def test_an_empty_set_has_its_classes(store: ProjectStore):
    classes = add_classes(store, "cat", "dog")
    store.labels.write_set(LabelKind.CLASSIFIER, classes, [], scores(0, 0), run_id=None)
    read = store.labels.read(LabelKind.CLASSIFIER)
    assert read is not None
    assert read.scores.shape == (0, 2)


def test_a_set_replaced_while_it_is_read_is_read_whole(database_file: Path):
    """The job's thread replaces a set between the two statements of the window's reading it."""
    with (
        ProjectStore(database_file, create=True) as writer,
        ProjectStore(database_file) as reader,
    ):
        photos, classes = add_photos(writer, 20), add_classes(writer, "cat", "dog")
        writer.labels.write_set(LabelKind.GLOBAL, classes, photos, scores(20, 0.1), run_id=None)
        replaced: list[str] = []

        def replace_set(statement: str) -> None:
            if "FROM label_blocks" in statement and not replaced:
                replaced.append(statement)
                new = scores(20, 0.9)
                writer.labels.write_set(LabelKind.GLOBAL, classes, photos, new, run_id=None)

        reader.labels._database.conn.set_trace_callback(replace_set)
        read = reader.labels.read(LabelKind.GLOBAL)
        assert replaced
        assert read is not None
        np.testing.assert_array_equal(read.scores, scores(20, 0.1))
        read = reader.labels.read(LabelKind.GLOBAL)
        assert read is not None
        np.testing.assert_array_equal(read.scores, scores(20, 0.9))
