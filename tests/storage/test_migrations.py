"""A project of an earlier version opens with everything a person decided in it."""

import sqlite3
from pathlib import Path

import numpy as np
from sqlite_utils import Database

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.migrations import project_migrations
from cdul_app.storage.project_file import APPLICATION_ID
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.blobs import scores_to_blob


def make_version_2(file: Path) -> None:
    """As that version wrote it: one row a cell in `decisions`."""
    database = Database(sqlite3.connect(file, isolation_level=None))
    project_migrations.apply(database, stop_before="log_all_decisions_as_steps")
    database.conn.execute("PRAGMA user_version = 2")
    for statement in (
        "INSERT INTO photos (id, path, size, modified_ns) VALUES (1, 'a.jpg', 1, 1)",
        "INSERT INTO photos (id, path, size, modified_ns) VALUES (2, 'b.jpg', 1, 1)",
        "INSERT INTO classes (id, position, name, prompts, threshold) "
        "VALUES (7, 0, 'cat', '[]', 0.3)",
        "INSERT INTO observed_labels VALUES (1, 7, 1, '2026-01-02T03:04:05+00:00')",
        "INSERT INTO decisions (step, photo_id, class_id, before, after, source, decided) VALUES "
        "('s1', 1, 7, NULL, 1, 'answer', '2026-01-02T03:04:05+00:00'), "
        "('s1', 2, 7, NULL, 0, 'answer', '2026-01-02T03:04:05+00:00'), "
        "('s2', 2, 7, 0, NULL, 'undo', '2026-01-02T03:05:00+00:00')",
    ):
        database.conn.execute(statement)
    database.close()


def test_answers_and_their_log_are_kept(tmp_path: Path):
    file = tmp_path / "project.sqlite"
    make_version_2(file)
    with ProjectStore(file) as store:
        assert store.answers.all() == [(1, 7, 1)]
        assert store.decisions.count() == 2
        assert store.decisions.recent() == []  # undo begins anew
        origin = store.answers.provenance(1, 7)
        assert origin is not None
        assert origin.answered == "2026-01-02T03:04:05+00:00"
        assert store.flags.all() == []


def test_label_scores_of_a_row_a_photo_are_those_of_the_blocks(tmp_path: Path):
    file = tmp_path / "project.sqlite"
    database = Database(sqlite3.connect(file, isolation_level=None))
    project_migrations.apply(database, stop_before="keep_label_scores_in_blocks")
    database.conn.execute("PRAGMA user_version = 6")
    database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    photos = range(1, 2502)  # more than one block
    values = np.random.default_rng(0).random((len(photos), 3), dtype=np.float32)
    database.conn.executemany(
        "INSERT INTO photos (id, path, size, modified_ns) VALUES (?, ?, 1, 1)",
        [(photo, f"{photo}.jpg") for photo in photos],
    )
    for identifier, kind, complete in ((4, "initial", 1), (9, "pseudo", 1), (10, "pseudo", 0)):
        database.conn.execute(
            "INSERT INTO label_sets VALUES (?, ?, '[7, 5, 3]', NULL, ?)",
            (identifier, kind, complete),
        )
        rows = values + identifier * np.float32(0.001)
        database.conn.executemany(
            "INSERT INTO label_scores VALUES (?, ?, ?)",
            [
                (identifier, photo, scores_to_blob(row))
                for photo, row in zip(photos, rows, strict=True)
            ],
        )
    database.close()
    with ProjectStore(file) as store:
        for identifier, kind in ((4, LabelKind.INITIAL), (9, LabelKind.PSEUDO)):
            read = store.labels.read(kind)
            assert read is not None
            assert (read.class_ids, read.photo_ids) == ((7, 5, 3), tuple(photos))
            np.testing.assert_array_equal(read.scores, values + identifier * np.float32(0.001))
