"""A database that is taken from under an open project."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from tests.storage.store_helpers import add_classes, add_photos


def give(store: ProjectStore, photo: int, class_id: int) -> None:
    store.answers.apply([AnswerChange(photo, class_id, UNOBSERVED, YES)])


def checkpoint(store: ProjectStore) -> None:
    store._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def delete(file: Path, older: Path) -> None:
    file.unlink()


def replace(file: Path, older: Path) -> None:
    shutil.copy(older, file.with_name("copy"))
    file.with_name("copy").rename(file)


def overwrite(file: Path, older: Path) -> None:
    file.write_bytes(older.read_bytes())


def overwrite_with_another_project(file: Path, older: Path) -> None:
    ProjectStore(file.with_name("other.sqlite"), create=True).close()
    file.write_bytes(file.with_name("other.sqlite").read_bytes())


def overwrite_with_rubbish(file: Path, older: Path) -> None:
    file.write_bytes(b"rubbish" * 1000)


@pytest.mark.parametrize(
    "take", [delete, replace, overwrite, overwrite_with_another_project, overwrite_with_rubbish]
)
def test_it_is_noticed(database_file: Path, take: Callable[[Path, Path], None]):
    store = ProjectStore(database_file, create=True)
    photos, (cat,) = add_photos(store, 3), add_classes(store, "cat")
    store.check_in_place()
    checkpoint(store)
    older = database_file.with_name("older.sqlite")
    shutil.copy(database_file, older)
    give(store, photos[0], cat)
    checkpoint(store)
    store.check_in_place()
    take(database_file, older)
    for _ in range(2):  # and not forgotten
        with pytest.raises(ProjectError, match=r"is gone|was replaced"):
            store.check_in_place()
    store.close()


def test_what_the_app_itself_writes_is_no_replacement(database_file: Path):
    with ProjectStore(database_file, create=True) as store, ProjectStore(database_file) as other:
        photos, (cat,) = add_photos(store, 40), add_classes(store, "cat")
        store.check_in_place()
        for photo in photos:
            give((store, other)[photo % 2], photo, cat)
            if photo % 5 == 0:
                checkpoint(other)
            store.check_in_place()
