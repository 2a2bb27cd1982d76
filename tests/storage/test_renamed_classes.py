"""Classes that are renamed or merged: in the record of answers, and in a database made from it."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.classes.class_edits import (
    merge_classes,
    move_class,
    remove_classes,
    rename_class,
    set_class_color,
    set_class_key,
)
from cdul_app.project.project import Project
from cdul_app.storage.journal.answer_journal import (
    AnswerJournal,
    project_of_journal,
    read_journal,
)
from cdul_app.storage.journal.journal_replay import replay
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.scan import scan_project
from tests.drawn_photos import copy_photos

Decided = tuple[dict[tuple[str, str], int], list[tuple[object, ...]]]


@pytest.fixture
def project(photo_folder: Path):
    with opened(photo_folder) as project:
        yield project


def opened(folder: Path) -> Project:
    with Project.open_folder(folder) as project:
        for _ in scan_project(project.location):
            pass
    project = Project.open_folder(folder)
    project.decisions.set_classes([ClassDefinition(name) for name in ("cat", "dog", "bird")])
    return project


def decided(store: ProjectStore) -> Decided:
    """Answers of the classes in use and these, by names."""
    connection = store._database.conn
    paths = dict(connection.execute("SELECT id, path FROM photos").fetchall())
    classes = store.classes.all()
    names = {each.identifier: each.name for each in classes}
    answers = {
        (paths[photo], names[class_id]): value
        for photo, class_id, value in store.answers.all()
        if class_id in names
    }
    return answers, [(each.name, each.threshold, each.color, each.key) for each in classes]


def made_again(journal: Path) -> Decided:
    with (
        tempfile.TemporaryDirectory() as folder,
        ProjectStore(Path(folder) / "project.sqlite", create=True) as store,
    ):
        store.settings.set("project_id", project_of_journal(journal))
        replay(store, read_journal(journal))
        return decided(store)


def test_a_new_name_stands_in_its_line_beside_the_old_one(project):
    rename_class(project, 1, "hound")
    assert read_journal(project.store.journal.file)[-1]["renamed"] == {"dog": "hound"}


def test_answers_under_the_old_name_are_those_of_the_new_one(project):
    project.decisions.answer([0, 1], 1, YES)
    rename_class(project, 1, "hound")
    project.decisions.answer([2], 1, NO)
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert sorted(found[0].values()) == [NO, YES, YES]
    assert {name for _, name in found[0]} == {"hound"}


def test_a_name_that_is_given_to_another_class_takes_no_answers_with_it(project):
    """Dogs are hounds now, and cats are called dogs."""
    project.decisions.answer([0], 1, YES)
    project.decisions.answer([1], 0, NO)
    rename_class(project, 1, "hound")
    rename_class(project, 0, "dog")
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert sorted((name, value) for (_, name), value in found[0].items()) == [
        ("dog", NO), ("hound", YES),
    ]  # fmt: skip


def test_a_rename_that_was_taken_back_is_none(project):
    project.decisions.answer([0], 1, YES)
    rename_class(project, 1, "hound")
    project.decisions.undo()
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert {name for _, name in found[0]} == {"dog"}


def test_renames_that_are_written_down_together_are_told_once(project):
    """As where the disk was full when the first was made."""
    project.decisions.answer([0], 1, YES)
    for name in ("hound", "wolf"):
        listed = [record.listed for record in project.store.classes.all()]
        renamed = replace(listed[1], definition=ClassDefinition(name))
        wanted = [listed[0], renamed, listed[2]]
        project.store.classes.edit(wanted, description="a name", instead_of=listed)
    project.store.journal.catch_up()
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert {name for _, name in found[0]} == {"wolf"}


def test_the_name_of_a_class_that_was_removed_brings_no_answers_of_it(project):
    project.decisions.answer([0, 1], 0, YES)
    remove_classes(project, [0])
    rename_class(project, 0, "cat")
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert not found[0]


def test_lines_that_are_written_together_have_the_names_of_their_time(project, monkeypatch):
    """Where a disk was full for a while: dogs were answered for, and are called cats since."""
    project.decisions.answer([0], 0, NO)
    remove_classes(project, [0])
    with monkeypatch.context() as full:
        full.setattr(AnswerJournal, "catch_up", no_room)
        project.decisions.answer([1, 2], 0, YES)
        rename_class(project, 0, "cat")
        project.decisions.answer([1], 0, NO)
        rename_class(project, 0, "wolf")
    project.store.journal.catch_up()
    lines = read_journal(project.store.journal.file)[-4:]
    assert [list(line.get("answers", {})) for line in lines] == [["dog"], [], ["cat"], []]
    assert [line.get("renamed") for line in lines] == [
        None, {"dog": "cat"}, None, {"cat": "wolf"},
    ]  # fmt: skip
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert sorted((name, value) for (_, name), value in found[0].items()) == [
        ("wolf", NO), ("wolf", YES),
    ]  # fmt: skip


def test_a_merge_is_there_with_the_answers_it_gave(project):
    project.decisions.answer([0, 1], 0, YES)
    project.decisions.answer([1], 1, NO)
    merge_classes(project, 0, 1)
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert [each[0] for each in found[1]] == ["dog", "bird"]
    assert sorted(found[0].values()) == [NO, YES]
    project.decisions.undo()
    assert made_again(project.store.journal.file) == decided(project.store)


def test_colour_key_and_place_come_back(project):
    set_class_color(project, 0, 5)
    set_class_key(project, 2, 0)
    move_class(project, 2, 0)
    found = made_again(project.store.journal.file)
    assert found == decided(project.store)
    assert [(each[0], *each[2:]) for each in found[1]] == [
        ("bird", None, 0), ("cat", 5, None), ("dog", None, None),
    ]  # fmt: skip


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 2), st.sampled_from([YES, NO])),
        st.tuples(st.just("rename"), st.integers(0, 2), st.sampled_from(["a", "b", "cat", "dog"])),
        st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("remove"), st.integers(0, 2), st.none()),
        st.tuples(st.just("undo"), st.none(), st.none()),
        st.tuples(st.sampled_from(["full", "free"]), st.none(), st.none()),  # the disk
    ),
    max_size=10,
)  # fmt: skip


def no_room(journal: AnswerJournal) -> None:
    """In place of writing down what was decided."""


@settings(max_examples=40)
@given(acts=ACTS)
def test_whatever_is_done_is_made_again(tmp_path_factory, acts):
    folder = tmp_path_factory.mktemp("renamed") / "photos"
    copy_photos(folder, 2)
    project = opened(folder)
    steps = 0  # that can be taken back; the first list stays
    with pytest.MonkeyPatch.context() as disk:
        for act, one, other in acts:
            last = project.store.decisions.last()
            column = 0 if one is None else one % len(project.classes)
            try:
                match act:
                    case "answer":
                        project.decisions.answer([0, 1], column, other)
                    case "rename":
                        rename_class(project, column, other)
                    case "merge":
                        merge_classes(project, column, other % len(project.classes))
                    case "remove":
                        remove_classes(project, [column])
                    case "undo" if steps:
                        project.decisions.undo()
                        steps -= 1
                        continue
                    case "full":
                        disk.setattr(AnswerJournal, "catch_up", no_room)
                    case "free":
                        disk.undo()
            except ClassListError:
                continue
            steps += project.store.decisions.last() != last
    project.store.journal.catch_up()
    assert made_again(project.store.journal.file) == decided(project.store)
    project.close()
