"""Which files a project replaces without a question."""

from pathlib import Path

import pytest

from cdul_app.project.exchange.own_files import (
    StrangersFileError,
    check_replaced,
    remember_written,
    would_replace_another,
)
from cdul_app.project.project import Project


def test_only_a_file_that_it_wrote_and_nobody_touched_is_its_own(project: Project, tmp_path: Path):
    file, store = tmp_path / "labels.csv", project.store
    check_replaced(store, file, overwrite=False)  # nothing is there
    file.write_text("a friend's", encoding="utf-8")
    with pytest.raises(StrangersFileError, match="did not write"):
        check_replaced(store, file, overwrite=False)
    check_replaced(store, file, overwrite=True)
    remember_written(store, file)
    assert not would_replace_another(store, file)
    file.write_text("edited since", encoding="utf-8")
    assert would_replace_another(store, file)


def test_it_is_remembered_by_the_next_opening_and_by_no_other_project(
    project: Project, photo_folder: Path, tmp_path: Path
):
    file = tmp_path / "labels.csv"
    file.write_text("mine", encoding="utf-8")
    remember_written(project.store, file)
    with Project(project.location) as again:
        assert not would_replace_another(again.store, file)
    with Project.open_folder(photo_folder) as other:
        assert would_replace_another(other.store, file)


def test_the_same_file_under_another_name(project: Project, tmp_path: Path):
    file, link = tmp_path / "labels.csv", tmp_path / "link.csv"
    file.write_text("mine", encoding="utf-8")
    link.symlink_to(file)
    remember_written(project.store, link)
    assert not would_replace_another(project.store, file)


def test_the_last_hundred_files_are_remembered(project: Project, tmp_path: Path):
    files = [tmp_path / f"{number}.csv" for number in range(103)]
    for file in files:
        file.write_text("mine", encoding="utf-8")
        remember_written(project.store, file)
    others = [would_replace_another(project.store, file) for file in files]
    assert others == [True] * 3 + [False] * 100
