import json
import os
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import DamagedProjectError, ProjectError
from cdul_app.measures.reviews import NO, YES
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.project import Project
from cdul_app.tasks.answer_record import write_down_decisions
from cdul_app.tasks.backups import (
    Backup,
    back_up_daily,
    back_up_project,
    check_project,
    project_backups,
    restore_project,
)
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


def answer(location: ProjectLocation, row: int, value: int = YES) -> None:
    with Project(location) as project:
        project.decisions.answer([row], 0, value)


def answers(location: ProjectLocation) -> list[int]:
    with Project(location) as project:
        return project.answers[:4, 0].tolist()


def reasons(location: ProjectLocation) -> list[str]:
    return [backup.reason for backup in project_backups(location)]


def age(backup: Backup, days: float) -> None:
    stamp = datetime.now(UTC) - timedelta(days=days)
    name = f"{stamp:%Y%m%d-%H%M%S-%f}-{backup.file.name[23:]}"
    backup.file.rename(backup.file.with_name(name))


def test_once_a_day_where_a_person_decided_something(scored: ProjectLocation):
    run_task(back_up_daily(scored))
    assert reasons(scored) == []
    answer(scored, 0)
    run_task(back_up_daily(scored))
    run_task(back_up_daily(scored))
    assert reasons(scored) == ["daily"]
    age(project_backups(scored)[0], days=1.1)
    run_task(back_up_daily(scored))
    assert reasons(scored) == ["daily", "daily"]


def test_a_new_project_has_nothing_to_back_up(photo_folder: Path):
    location = Project.open_folder(photo_folder)
    location.close()
    run_task(back_up_daily(location.location))
    assert project_backups(location.location) == []


def test_a_scoring_with_other_classes_is_backed_up_before(scored: ProjectLocation):
    answer(scored, 0)
    with Project(scored) as project:
        config = project.settings.scoring
        same = [record.definition for record in project.classes]
    run_task(back_up_daily(scored))
    run_task(score_project(scored, config))
    assert reasons(scored) == ["daily"]
    with Project(scored) as project:
        project.decisions.set_classes([*same[:3], ClassDefinition("gnu")])
    run_task(score_project(scored, config))
    assert reasons(scored) == ["before scoring", "daily"]
    assert project_backups(scored)[0].answers == 1


@pytest.mark.parametrize("exactly", [False, True])
def test_restoring_with_and_without_what_came_later(scored: ProjectLocation, exactly: bool):
    answer(scored, 0)
    run_task(back_up_project(scored))
    answer(scored, 1, NO)
    answer(scored, 0, NO)
    run_task(restore_project(scored, later_answers=not exactly))
    assert answers(scored)[:2] == ([YES, -1] if exactly else [NO, NO])
    answer(scored, 2)  # and it goes on from there, restored once more
    run_task(restore_project(scored))
    assert answers(scored)[:3] == ([YES, -1, YES] if exactly else [NO, NO, YES])


def test_without_a_backup_it_is_made_again_from_the_record(scored: ProjectLocation):
    answer(scored, 0)
    answer(scored, 1, NO)
    with Project(scored) as project:
        names = project.classes.names
    scored.database.unlink()
    with pytest.raises(DamagedProjectError, match=r"is gone, but answers\.jsonl is there"):
        Project(scored)
    with pytest.raises(DamagedProjectError, match="is gone"):
        Project(scored, create=True)
    run_task(restore_project(scored))
    with Project(scored) as project:
        assert project.classes.names == names
        assert project.store.answers.count() == 2
        config = project.settings.scoring
        assert len(project.photos) == 0  # until the folder is looked at
    run_task(score_project(scored, replace(config, encoder="demo", device="cpu")))
    assert answers(scored) == [YES, NO, -1, -1]


def test_an_older_copy_put_in_place_by_hand_is_completed(scored: ProjectLocation):
    answer(scored, 0)
    older = scored.database.read_bytes()
    answer(scored, 1, NO)
    scored.database.write_bytes(older)
    with Project(scored) as project:
        assert "is an older copy: 1 decision" in project.store.opening_note
        assert project.answers[:2, 0].tolist() == [YES, NO]
        assert project.decisions.undo() is not None
        assert project.answers[:2, 0].tolist() == [YES, -1]


def test_the_file_alone_of_an_open_project_has_what_was_decided(
    scored: ProjectLocation, tmp_path: Path
):
    with Project(scored) as project:
        project.decisions.answer([0, 1], 0, YES)
        run_task(write_down_decisions(scored))
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(scored.database.read_bytes())
    with Project(ProjectLocation(scored.folder, copy)) as copied:
        assert copied.store.answers.count() == 2


def test_a_lock_of_another_program_does_not_hold_up_a_window_that_closes(scored: ProjectLocation):
    answer(scored, 0)
    other = sqlite3.connect(scored.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    run_task(write_down_decisions(scored))
    assert time.monotonic() - begun < 10  # half a second; the machine may be busy
    other.close()


def test_a_sound_project_is_told_so(scored: ProjectLocation):
    answer(scored, 0)
    _, result = run_task(check_project(scored))
    assert (result.answers, result.backups) == (1, 0)


def test_damage_anywhere_is_found(scored: ProjectLocation):
    """In the embeddings, which opening a project does not look at."""
    content = bytearray(scored.database.read_bytes())
    with Project(scored) as project:
        connection = project.store._database.conn
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'embeddings'"
        ).fetchone()
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content[(root - 1) * size : root * size] = os.urandom(size)
    scored.database.write_bytes(content)
    Project(scored).close()
    with pytest.raises(DamagedProjectError, match="damaged"):
        run_task(check_project(scored))


def test_nothing_to_restore_is_said(photo_folder: Path):
    with Project.open_folder(photo_folder) as project:
        location = project.location
    location.answers_file.unlink()
    with pytest.raises(ProjectError, match="no record of answers"):
        run_task(restore_project(location))


def test_a_record_that_exactly_passes_by_is_not_denied(scored: ProjectLocation):
    answer(scored, 0)
    with pytest.raises(ProjectError, match="leave out --exactly"):
        run_task(restore_project(scored, later_answers=False))
    run_task(restore_project(scored))
    with Project(scored) as project:
        assert project.store.answers.count() == 1


@pytest.mark.parametrize("way", ["restored exactly", "record renamed"])
def test_a_record_that_cannot_be_used_is_left_as_its_sentence_says(
    scored: ProjectLocation, way: str
):
    answer(scored, 0)
    run_task(back_up_project(scored))
    line = {"step": 99, "when": "2027-01-02T03:04:05+00:00", "answers": {"cat": ["a"]}}
    with scored.answers_file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    with pytest.raises(ProjectError, match=r"cannot be used .* --exactly.* rename the record"):
        Project(scored)
    with pytest.raises(ProjectError, match="cannot be used"):
        run_task(restore_project(scored))
    if way == "record renamed":
        scored.answers_file.rename(scored.answers_file.with_suffix(".old"))
    else:
        run_task(restore_project(scored, later_answers=False))
    assert answers(scored)[0] == YES
    answer(scored, 1)
    assert answers(scored)[:2] == [YES, YES]


@pytest.mark.parametrize("begun_beside", [True, False])
def test_a_folder_is_to_be_deleted_only_where_it_is_the_projects_own(
    photo_folder: Path, tmp_path: Path, begun_beside: bool
):
    chosen = None if begun_beside else tmp_path / "pets.sqlite"
    location = locate_project(photo_folder, chosen)
    with Project(location, create=True) as project:
        project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    location.database.unlink()
    with pytest.raises(DamagedProjectError, match="is gone") as lost:
        Project(location)
    if begun_beside:
        assert f"delete {photo_folder / '.cdul'}." in str(lost.value)
    else:
        assert f"delete {tmp_path}" not in str(lost.value)
        assert "name another file with --project" in str(lost.value)
