"""The record of answers: always as far as the database, and enough to make it again."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.storage.journal.answer_journal import project_of_journal, read_journal
from cdul_app.storage.journal.journal_replay import replay
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.storage.records.blobs import CELL_CHANGE
from tests.storage.store_helpers import add_classes, add_photos

State = tuple[object, ...]


def state(store: ProjectStore) -> State:
    """What a person decided, by names: identifiers may be others in a database made again."""
    connection = store._database.conn
    paths = dict(connection.execute("SELECT id, path FROM photos").fetchall())
    names = dict(connection.execute("SELECT id, name FROM classes").fetchall())
    answers = {(paths[p], names[c]): value for p, c, value in store.answers.all()}
    when = {
        (paths[photo], names[c]): (origin.answered, origin.score, origin.shown)
        for (photo, c), origin in store.answers.provenances().items()
    }
    classes = [(r.definition, r.threshold, r.threshold_origin) for r in store.classes.all()]
    return answers, when, sorted(paths[photo] for photo in store.flags.all()), classes


def made_again(journal: Path, place: Path) -> State:
    with ProjectStore(place, create=True) as store:
        store.settings.set("project_id", project_of_journal(journal))
        replay(store, read_journal(journal))
        assert store.journal.file != journal
        return state(store)


def answer(store: ProjectStore, photo: int, class_id: int, value: int) -> int | None:
    before = {(p, c): v for p, c, v in store.answers.all()}.get((photo, class_id), UNOBSERVED)
    if before == value:
        return None
    return store.answers.apply([AnswerChange(photo, class_id, before, value)]).step


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 3), st.integers(0, 1),
                  st.sampled_from([UNOBSERVED, NO, YES])),
        st.tuples(st.just("flag"), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("threshold"), st.integers(0, 1), st.floats(0, 1)),
        st.tuples(st.just("classes"), st.permutations(["cat", "dog", "a “bird”: no?"])),
        st.tuples(st.just("undo")),
        st.tuples(st.just("cut"), st.integers(1, 60)),  # a kill while a line is written
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=40)
@given(acts=ACTS)
def test_a_lost_database_is_made_again_from_it(tmp_path_factory, acts):
    folder = tmp_path_factory.mktemp("journal")
    with ProjectStore(folder / "project.sqlite", create=True) as store:
        photos, classes = add_photos(store, 4), add_classes(store, "cat", "dog")
        store.photos.set_fingerprints([(photos[0], "digest of the first")])
        store.journal.catch_up()
        steps: list[int] = []
        for act, *values in acts:
            if act == "answer":
                step = answer(store, photos[values[0]], classes[values[1]], values[2])
                steps += [step] if step is not None else []
            elif act == "flag":
                store.flags.apply(np.array([photos[values[0]]]), values[1], description="flag")
            elif act == "threshold":
                store.classes.set_threshold(classes[values[0]], values[1], description="moved")
            elif act == "classes":
                names = [name for name in values[0] if name != "dog"]
                store.classes.replace(map(ClassDefinition, names), description="classes")
            elif act == "undo" and steps:
                store.answers.undo(store.decisions.step(steps.pop()))
            elif act == "cut":
                content = store.journal.file.read_bytes()
                store.journal.file.write_bytes(content[: -values[0]])
            store.journal.catch_up()
        expected = state(store)
    answers, when, flags, made = made_again(folder / "answers.jsonl", folder / "again.sqlite")
    assert (answers, flags, made) == (expected[0], expected[2], expected[3])
    assert when.keys() == answers.keys()


def test_it_can_be_read_and_holds_each_step_once(store: ProjectStore):
    (photo,), (cat,) = add_photos(store, 1), add_classes(store, "cat")
    store.journal.catch_up()
    step = answer(store, photo, cat, YES)
    store.journal.catch_up()
    store.journal.catch_up()
    lines = [json.loads(line) for line in store.journal.file.read_text().splitlines()]
    assert lines[0]["project"] == store.settings.get("project_id")
    assert [line["step"] for line in lines[1:]] == [1, step]
    assert lines[-1]["answers"] == {"cat": [["00000.jpg", None, 1, None]]}
    assert lines[-1]["source"] == "person"


def test_a_step_about_many_photos_is_one_line_with_each_of_them(store: ProjectStore):
    photos, (cat,) = np.array(add_photos(store, 10_500)), add_classes(store, "cat")
    store.journal.catch_up()
    cells = np.zeros(len(photos), dtype=CELL_CHANGE)
    cells["photo"], cells["class"], cells["before"] = photos, cat, UNOBSERVED
    cells["after"], cells["score"] = np.arange(len(photos)) % 2, np.nan
    store.answers.apply(cells)
    store.journal.catch_up()
    found = read_journal(store.journal.file)[-1]["answers"]["cat"]
    assert found == [[f"{place:05}.jpg", None, place % 2, None] for place in range(len(photos))]


def test_the_last_answer_of_a_line_about_a_photo_holds(database_file: Path):
    """Two names of one photo: its content is known under another one."""
    with ProjectStore(database_file, create=True) as store:
        (photo,), (cat,) = add_photos(store, 1), add_classes(store, "cat")
        store.photos.set_fingerprints([(photo, "digest")])
        both = [["gone.jpg", "digest", 1, None], ["moved.jpg", "digest", 0, None]]
        line = {"step": 9, "when": "2026-01-02", "what": "", "source": "person"}
        replay(store, [line | {"answers": {"cat": both}}])
        assert store.answers.all() == [(photo, cat, NO)]


def test_answers_of_before_there_was_a_record_are_in_it(store: ProjectStore):
    (photo,), (cat,) = add_photos(store, 1), add_classes(store, "cat")
    answer(store, photo, cat, NO)
    store.journal.catch_up()
    assert read_journal(store.journal.file)[-1]["answers"] == {
        "cat": [["00000.jpg", None, 0, None]]
    }


def test_two_processes_write_one_record(database_file: Path):
    with ProjectStore(database_file, create=True) as one, ProjectStore(database_file) as other:
        photos, (cat,) = add_photos(one, 6), add_classes(one, "cat")
        for number, photo in enumerate(photos):
            store = (one, other)[number % 2]
            answer(store, photo, cat, YES)
            store.journal.catch_up()
        steps = [line["step"] for line in read_journal(one.journal.file)]
        assert steps == sorted(set(steps))
        assert made_again(one.journal.file, database_file.with_name("b.sqlite"))[0] == state(one)[0]


def test_an_older_copy_of_the_database_is_known_and_completed(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        photos, (cat,) = add_photos(store, 3), add_classes(store, "cat")
        answer(store, photos[0], cat, YES)
        store.journal.catch_up()
    older = database_file.read_bytes()
    with ProjectStore(database_file) as store:
        answer(store, photos[1], cat, NO)
        answer(store, photos[0], cat, NO)
        store.journal.catch_up()
        expected = state(store)
        assert store.journal.lines_ahead() == []
    database_file.write_bytes(older)
    with ProjectStore(database_file) as store:
        ahead = store.journal.lines_ahead()
        assert [list(line["answers"]) for line in ahead] == [["cat"], ["cat"]]
        store.journal.catch_up()  # writes nothing: what is ahead stays
        assert len(store.journal.lines_ahead()) == 2
        assert replay(store, ahead) == 2
        assert state(store) == expected
        assert store.journal.lines_ahead() == []


@pytest.mark.parametrize(
    "line",
    [
        {"answers": {"cat": [["a.jpg", None, 7, None]]}},
        {"answers": {"cat": ["a"]}},
        {"answers": 3},
        {"flags": [["a.jpg"]]},
        {"classes": [{"name": "cat"}]},
        {"classes": [{"name": "cat", "prompts": 1, "threshold": "x", "origin": "none"}]},
    ],
)
def test_a_record_that_is_damaged_changes_nothing(store: ProjectStore, line: dict[str, object]):
    add_classes(store, "dog")
    before = state(store)
    with pytest.raises(ProjectError, match="cannot be used"):
        replay(store, [{"step": 1, "when": "2026-01-02T03:04:05+00:00", **line}])
    assert state(store) == before


@pytest.mark.parametrize(
    "damaged",
    [
        b'{"step": 7, "when": "2026"',
        b'{"step": 7, "when": "2026", "what": "\xff"}',
        b'{"step": 7, "when": "2026"}\0\0',
        b'{"step": "7", "when": "2026"}',
        b'{"step": 7.5, "when": "2026"}',
        b'{"step": 7, "when": {}}',
        b"[7]",
        b"7",
        b"",
    ],
)
def test_it_ends_with_the_last_line_that_is_whole(store: ProjectStore, damaged: bytes):
    (photo,), (cat,) = add_photos(store, 1), add_classes(store, "cat")
    store.journal.catch_up()
    step = answer(store, photo, cat, YES)
    store.journal.catch_up()
    with store.journal.file.open("ab") as stream:
        stream.write((damaged + b"\n") * 20_000)  # more than is read at first
    end = store.journal.end()
    assert end is not None
    assert end.step == step
    assert read_journal(store.journal.file)[-1]["step"] == step


def test_a_record_of_another_project_is_set_aside(database_file: Path):
    with ProjectStore(database_file, create=True) as store:
        store.journal.catch_up()
        store.settings.set("project_id", "other")
        assert not store.journal.is_of_project()
        kept = store.journal.set_aside()
        assert kept.is_file()
        assert store.journal.is_of_project()  # there is none
        store.journal.catch_up()
        assert store.journal.is_of_project()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
@pytest.mark.parametrize("kind", ["pipe", "link", "device"])
def test_what_a_stranger_put_in_its_place_is_neither_read_nor_written(
    database_file: Path, tmp_path: Path, kind: str
):
    """To open a pipe would wait for ever, to follow a link would write into another file."""
    other = tmp_path / "letter.txt"
    other.write_text("dear")
    with ProjectStore(database_file, create=True) as store:
        (photo,), (cat,) = add_photos(store, 1), add_classes(store, "cat")
        if kind == "pipe":
            os.mkfifo(store.journal.file)
        else:
            store.journal.file.symlink_to("/dev/zero" if kind == "device" else other)
        answer(store, photo, cat, YES)
        for act in (store.journal.catch_up, store.journal.is_of_project, store.journal.end):
            with pytest.raises(OSError, match=r"it is a"):
                act()
    assert other.read_text() == "dear"
