import sqlite3
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import DamagedProjectError, ProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.storage import backups
from cdul_app.storage.backups import MOST_KEPT, back_up, list_backups, restore
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records import embedding_records
from cdul_app.storage.records.answer_records import AnswerChange
from tests.storage.store_helpers import add_classes, add_encoding, add_photos, unit_views


@pytest.fixture
def project(database_file: Path) -> Path:
    """Three photos with embeddings, labels and one answer."""
    with ProjectStore(database_file, create=True) as store:
        photos, (cat,) = add_photos(store, 3), add_classes(store, "cat")
        store.photos.set_fingerprints([(photo, f"digest {photo}") for photo in photos])
        encoding = add_encoding(store)
        store.embeddings.add(encoding, [(f"digest {p}", unit_views(3, 4)) for p in photos])
        run = store.runs.start("score", {})
        scores = np.full((3, 1), 0.5, dtype=np.float32)
        store.labels.write_set(LabelKind.PSEUDO, [cat], photos, scores, run_id=run)
        store.answers.apply([AnswerChange(photos[0], cat, UNOBSERVED, YES)])
    return database_file


def dump(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


def embeddings(file: Path) -> int:
    with ProjectStore(file) as store:
        return len(store.embeddings._database.conn.execute("SELECT 1 FROM embeddings").fetchall())


def test_a_copy_of_an_open_project_is_whole(project: Path):
    with ProjectStore(project) as store:
        store.settings.set("in the log alone", 1)
        made = back_up(project, "on request")
        assert (made.reason, made.photos, made.answers) == ("on request", 3, 1)
    assert dump(made.file) == dump(project)
    ProjectStore(made.file).close()


def test_the_newest_are_kept(project: Path):
    made = [back_up(project, "daily").file for _ in range(MOST_KEPT + 2)]
    kept = [backup.file for backup in list_backups(project)]
    assert kept == made[::-1][:MOST_KEPT]
    assert sorted(made[0].parent.iterdir()) == sorted(kept)  # nothing half made is left


def test_what_cannot_be_read_is_no_backup(project: Path):
    made = back_up(project, "daily")
    (made.file.parent / "20260101-000000-000000-x.sqlite").write_bytes(b"damaged" * 100)
    (made.file.parent / "20260101-000000-y.sqlite").write_bytes(made.file.read_bytes())
    assert list_backups(project) == [made]


def test_restoring_gives_back_what_was_and_keeps_what_is(project: Path):
    before = dump(project)
    made = back_up(project, "daily")
    with ProjectStore(project) as store:
        store.settings.set("later", 1)
        after = dump(project)
    kept = restore(project, made.file)
    assert dump(project) == before
    assert kept is not None
    assert dump(kept) == after


def test_a_log_that_was_left_does_not_meet_the_restored_database(project: Path):
    made = back_up(project, "daily")
    store = ProjectStore(project)
    store.settings.set("in the log alone", 1)
    log = project.with_name("project.sqlite-wal")
    content, database = log.read_bytes(), project.read_bytes()
    store.close()
    project.write_bytes(database)
    log.write_bytes(content)
    kept = restore(project, made.file)
    with ProjectStore(project) as restored:
        assert restored.settings.get("in the log alone") is None
    assert kept is not None
    with ProjectStore(kept) as before:
        assert before.settings.get("in the log alone") == 1


def test_of_a_large_project_what_can_be_computed_is_left_out_and_taken_back(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backups, "MOST_COMPLETE_BYTES", 1)
    before = dump(project)
    made = back_up(project, "daily")
    assert embeddings(made.file) == 0
    with ProjectStore(made.file) as store:
        assert store.answers.count() == 1
        assert store.labels.kinds() == []
    restore(project, made.file)
    assert dump(project) == before


def test_views_in_files_are_taken_back_with_the_files_that_are_known(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(embedding_records, "MOST_BYTES", 1)
    monkeypatch.setattr(backups, "MOST_COMPLETE_BYTES", 1)
    with ProjectStore(project) as store:
        encoding = add_encoding(store)
        store.embeddings.add(encoding, [("digest 1", unit_views(3, 4, seed=1))])
    before = dump(project)
    made = back_up(project, "daily")
    with ProjectStore(project) as store:
        later = unit_views(3, 4, seed=2)
        store.embeddings.add(encoding, [("digest 2", later)])
    restore(project, made.file)
    assert len(dump(project)) == len(before) + 1  # the later file, too
    with ProjectStore(project) as store:
        np.testing.assert_array_equal(store.embeddings.views_of_photo(encoding, 2), later)
        assert store.embeddings.lost_files() == []


def test_a_backup_of_a_version_without_files_takes_no_views_that_lie_in_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backups, "MOST_COMPLETE_BYTES", 1)
    made = back_up(project, "before an update")
    connection = sqlite3.connect(made.file)
    connection.executescript(
        "ALTER TABLE embeddings DROP COLUMN file; ALTER TABLE embeddings DROP COLUMN place;"
        "DROP TABLE view_files; PRAGMA user_version = 7;"
        "DELETE FROM _sqlite_migrations WHERE name = 'let_views_lie_in_files';"
    )
    connection.close()
    monkeypatch.setattr(embedding_records, "MOST_BYTES", 1)
    with ProjectStore(project) as store:
        encoding = add_encoding(store)
        store.embeddings.add(encoding, [("digest 1", unit_views(3, 4, seed=1))])
    restore(project, made.file)
    assert embeddings(project) == 2
    with ProjectStore(project) as store:
        assert store.embeddings.views_of_photo(encoding, 1) is None
        assert store.embeddings.views_of_photo(encoding, 2) is not None


def test_labels_of_photos_that_a_backup_does_not_know_are_not_taken_back(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    """Their numbers would be those of other photos one day."""
    monkeypatch.setattr(backups, "MOST_COMPLETE_BYTES", 1)
    made = back_up(project, "daily")
    with ProjectStore(project) as store:
        store.photos.add_names(["later.jpg"])
        scored = store.labels.read(LabelKind.PSEUDO)
        assert scored is not None
        photos = [*scored.photo_ids, store.photos.newest()]
        scores = np.array([[0.1], [0.2], [0.3], [0.4]], dtype=np.float32)
        store.labels.write_set(
            LabelKind.PSEUDO, scored.class_ids, photos, scores, run_id=scored.run_id
        )
    restore(project, made.file)
    with ProjectStore(project) as store:
        taken = store.labels.read(LabelKind.PSEUDO)
        assert taken is not None
        assert taken.photo_ids == scored.photo_ids
        np.testing.assert_array_equal(taken.scores, scores[:3])


def test_what_cannot_be_read_of_the_damaged_database_is_left_out(
    project: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(backups, "MOST_COMPLETE_BYTES", 1)
    made = back_up(project, "daily")
    project.write_bytes(b"damaged" * 1000)
    assert restore(project, made.file) is not None
    with ProjectStore(project) as store:
        assert store.answers.count() == 1
        assert store.labels.kinds() == []


def test_a_damaged_database_is_found_when_it_is_copied(project: Path):
    content = bytearray(project.read_bytes())
    content[len(content) // 2 :] = b"\xff" * len(content[len(content) // 2 :])
    project.write_bytes(content)
    with pytest.raises(DamagedProjectError, match="damaged"):
        back_up(project, "daily")
    assert list(project.with_name("backups").iterdir()) == []


@pytest.mark.parametrize("kind", ["absent", "no database", "damaged", "of a stranger"])
def test_a_backup_that_cannot_be_used_changes_nothing(project: Path, kind: str):
    made = back_up(project, "daily").file
    if kind == "absent":
        made.unlink()
    elif kind == "no database":
        made.write_bytes(b"text")
    elif kind == "damaged":
        content = bytearray(made.read_bytes())
        content[8192:] = b"\xff" * len(content[8192:])
        made.write_bytes(content)
    else:
        connection = sqlite3.connect(made)
        connection.execute("CREATE TRIGGER t AFTER INSERT ON flags BEGIN DELETE FROM flags; END")
        connection.close()
    before = project.read_bytes()
    with pytest.raises(ProjectError):
        restore(project, made)
    assert project.read_bytes() == before
    assert not list(project.parent.glob(".cdul-*"))


def test_an_old_project_is_copied_before_it_is_brought_up_to_date(tmp_path: Path):
    old = Path(__file__).parents[1] / "old_projects" / "version_0_1" / "project.sqlite"
    file = tmp_path / "project.sqlite"
    file.write_bytes(old.read_bytes())
    with ProjectStore(file) as store:
        answers = store.answers.count()
    (made,) = list_backups(file)
    assert (made.reason, made.answers) == ("before an update", answers)
    assert dump(made.file) == dump(old)


def test_a_folder_of_backups_that_leads_elsewhere_is_not_used(project: Path, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    project.with_name("backups").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProjectError, match="it is a link"):
        back_up(project, "daily")
    assert list((tmp_path / "elsewhere").iterdir()) == []
