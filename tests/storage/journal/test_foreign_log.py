"""An older copy of the database beside the log of a newer one, as copying by hand leaves it."""

import shutil
from pathlib import Path

from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.storage.journal.foreign_log import set_foreign_log_aside
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from tests.storage.store_helpers import add_classes, add_photos


def give(store: ProjectStore, photos: list[int], class_id: int) -> None:
    for photo in photos:
        store.answers.apply([AnswerChange(photo, class_id, UNOBSERVED, YES)])


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def test_a_log_of_another_life_is_recognised(database_file: Path, tmp_path: Path):
    store = ProjectStore(database_file, create=True)
    photos, (cat,) = add_photos(store, 3000), add_classes(store, "cat")
    store._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    older = tmp_path / "older.sqlite"
    shutil.copy(database_file, older)
    for start in range(0, 600, 200):
        give(store, photos[start : start + 200], cat)
        store.settings.set("long", "x" * 100_000 * (1 + start))
        store._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.settings.set("long", 1)  # frees pages that the older copy does not have
    give(store, photos[600:700], cat)
    crashed = tmp_path / "crashed" / "project.sqlite"
    crashed.parent.mkdir()
    shutil.copy(log_of(database_file), log_of(crashed))
    store.close()
    shutil.copy(older, crashed)
    content = log_of(crashed).read_bytes()
    kept = set_foreign_log_aside(crashed)
    assert kept is not None
    assert kept.read_bytes() == content
    assert crashed.read_bytes() == older.read_bytes()
    with ProjectStore(crashed) as restored:
        restored.check_all()
        assert restored.answers.count() == 0


def test_a_log_of_a_crash_stays(database_file: Path, tmp_path: Path):
    store = ProjectStore(database_file, create=True)
    photos, (cat,) = add_photos(store, 3), add_classes(store, "cat")
    give(store, photos, cat)
    crashed = tmp_path / "crashed.sqlite"
    for file, copy in ((database_file, crashed), (log_of(database_file), log_of(crashed))):
        shutil.copy(file, copy)
    store.close()
    assert set_foreign_log_aside(crashed) is None
    with ProjectStore(crashed) as restored:
        assert restored.answers.count() == 3


def test_a_log_that_is_damaged_itself_is_sqlite_s_affair(database_file: Path, tmp_path: Path):
    """Its own checksums tell it where to stop."""
    ProjectStore(database_file, create=True).close()
    log_of(database_file).write_bytes(b"rubbish" * 1000)
    assert set_foreign_log_aside(database_file) is None
    ProjectStore(database_file).close()
