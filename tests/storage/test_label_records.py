from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.project_store import ProjectStore
from tests.storage.store_helpers import add_classes, add_photos


def scores(count: int, value: float, classes: int = 2) -> np.ndarray:
    return np.full((count, classes), value, dtype=np.float32)


def set_count(store: ProjectStore) -> tuple[int, int]:
    """(sets, rows of scores) in the database."""
    connection = store.labels._database.conn
    return (
        connection.execute("SELECT count(*) FROM label_sets").fetchone()[0],
        connection.execute("SELECT count(*) FROM label_scores").fetchone()[0],
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
            if "FROM label_scores" in statement and not replaced:
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
