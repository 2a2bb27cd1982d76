import shutil
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import DamagedProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project import read_ahead
from cdul_app.project.foreign_changes import Changed, ForeignChanges, read_photos
from cdul_app.project.project import Project
from cdul_app.project.read_ahead import opened_ahead, takes_long
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from tests.events import run_task


@pytest.fixture
def location(scored_folder: Path) -> ProjectLocation:
    return locate_project(scored_folder)


def test_it_is_the_project_that_one_reads_oneself(location):
    with Project(location) as project:
        project.decisions.answer([2], 1, NO)
    _, read = run_task(read_ahead.read_ahead(location))
    with Project(location) as own, opened_ahead(location, read) as project:
        assert project.photos is read.project.photos
        assert project.photos.paths == own.photos.paths
        assert np.array_equal(project.answers, own.answers)
        assert project.classes.ids == own.classes.ids
        assert project.label_kinds == own.label_kinds
        for kind in (LabelKind.PSEUDO, LabelKind.RANKING):
            assert np.array_equal(project.scores(kind), own.scores(kind), equal_nan=True)
        assert np.array_equal(project.facts.states.values(), own.facts.states.values())
        assert project.facts.class_counts().tolist() == own.facts.class_counts().tolist()
        assert project.decisions.can_undo


def test_an_answer_in_it_is_counted_and_stored(location):
    _, read = run_task(read_ahead.read_ahead(location))
    with opened_ahead(location, read) as project:
        project.decisions.answer([0, 3], 0, NO)
        counts = project.facts.class_counts().tolist()
    with Project(location) as own:
        assert own.answers[[0, 3], 0].tolist() == [NO, NO]
        assert own.facts.class_counts().tolist() == counts


def test_what_is_decided_elsewhere_meanwhile_is_there(location):
    _, read = run_task(read_ahead.read_ahead(location))
    with Project(location) as other:
        other.decisions.answer([1], 0, YES)
    with opened_ahead(location, read) as project:
        assert project.answers[1, 0] == YES


def test_photos_that_went_meanwhile_are_found_by_the_look_at_other_programs(location):
    _, read = run_task(read_ahead.read_ahead(location))
    with Project(location) as other:
        other.store._database.execute("UPDATE photos SET missing = 1 WHERE path = ?",
                                      [other.photos.paths[0]])  # fmt: skip
    with opened_ahead(location, read) as project:
        assert ForeignChanges(project).find() == {Changed.LISTING}
        _, found = run_task(read_photos(location, len(project.photos)))
        assert len(found) == len(project.photos) - 1
        assert run_task(read_photos(location, len(found)))[1] is None


def test_a_log_of_another_life_is_set_aside_before_anything_is_read(location, tmp_path):
    """Else what is read would be a mixture of both."""
    older, log = tmp_path / "older.sqlite", location.database.with_name("project.sqlite-wal")
    with ProjectStore(location.database) as store:
        (first, *_), truncate = store.classes.all(), "PRAGMA wal_checkpoint(TRUNCATE)"
        photos = store.photos.add_names([f"new/{number:05}.jpg" for number in range(3000)])

        def answer(chosen: range) -> None:
            for photo in chosen:
                change = AnswerChange(photo, first.identifier, UNOBSERVED, YES)
                store.answers.apply([change])

        store._database.conn.execute(truncate)
        shutil.copy(location.database, older)
        for start in range(0, 600, 200):
            answer(photos[start : start + 200])
            store.settings.set("long", "x" * 100_000 * (1 + start))
            store._database.conn.execute(truncate)
        store.settings.set("long", 1)  # frees pages that the older copy does not have
        answer(photos[600:700])
        content = log.read_bytes()
    shutil.copy(older, location.database)
    log.write_bytes(content)
    _, read = run_task(read_ahead.read_ahead(location))
    with Project(location) as own:
        assert read.project.photos.paths == own.photos.paths
    assert ".sqlite-wal.1" in read.project.store.opening_note


def test_damage_is_told(location):
    with location.database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 4)
    with pytest.raises(DamagedProjectError):
        run_task(read_ahead.read_ahead(location))


def test_only_a_large_database_takes_long(location, tmp_path, monkeypatch):
    assert not takes_long(location)
    assert not takes_long(locate_project(tmp_path / "none"))
    monkeypatch.setattr(read_ahead, "_READ_AT_ONCE", 0)
    assert takes_long(location)
