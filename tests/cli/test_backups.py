"""`backup`, `restore` and `check` in the terminal."""

from pathlib import Path

from cdul_app.measures.reviews import YES
from cdul_app.paths import locate_project
from cdul_app.project.project import Project


def test_a_project_is_backed_up_listed_checked_and_restored(command, scored_folder: Path):
    location = locate_project(scored_folder)
    with Project(location) as project:
        project.decisions.answer([0, 1], 0, YES)
    command("backup", scored_folder)
    listed = command("restore", scored_folder, "--list").stdout
    (name,) = (file.name for file in location.backups_dir.iterdir())
    assert listed.startswith(name)
    assert "2 answers, 8 photos" in listed
    with Project(location) as project:
        project.decisions.answer([2], 0, YES)
    assert "3 answers" in command("restore", scored_folder).stderr
    told = command("restore", scored_folder, "--exactly", "--from", name).stderr
    assert "Restored 2 answers" in told
    assert "sound: 2 answers, 8 photos, 1 backup." in command("check", scored_folder).stderr


def test_a_lost_database_is_told_by_every_command(refused, scored_folder: Path):
    location = locate_project(scored_folder)
    Project(location).close()
    location.database.unlink()
    for name in ("info", "score", "train", "check"):
        told = refused(name, scored_folder)
        assert "is gone" in told or "no project" in told
    assert not location.database.exists()
