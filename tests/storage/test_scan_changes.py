import pytest

from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.storage.records.photo_records import ReadFile
from cdul_app.storage.scan_changes import (
    NOT_LOOKED_AT,
    Move,
    ScanChanges,
    ScannedFile,
    StoredFile,
    compare_scan,
)
from tests.storage.store_helpers import add_classes, synchronise


def by_path(store: ProjectStore) -> dict[str, int]:
    return {photo.path: photo.identifier for photo in store.photos.all()}


def found(*files: ScannedFile) -> dict[str, ScannedFile]:
    return {file.path: file for file in files}


def test_a_scan_beside_what_is_known():
    known = {
        "same.jpg": StoredFile(1, 10, 1, False),
        "changed.jpg": StoredFile(2, 20, 2, False),
        "gone.jpg": StoredFile(3, 30, 3, False),
        "gone before.jpg": StoredFile(4, 40, 4, True),
        "back.jpg": StoredFile(5, 50, 5, True),
        "name only.jpg": StoredFile(6, NOT_LOOKED_AT, NOT_LOOKED_AT, False),
    }
    same, changed = ScannedFile("same.jpg", 10, 1), ScannedFile("changed.jpg", 20, 99)
    back, new = ScannedFile("back.jpg", 50, 5), ScannedFile("new.jpg", 70, 7)
    listed = ScannedFile("name only.jpg", 60, 6)
    differences = compare_scan(known, found(same, changed, back, new, listed))
    assert differences.added == [new]
    assert differences.listed == [listed]
    assert differences.changed == [changed]
    assert differences.returned == ["back.jpg"]
    assert differences.missing == ["gone.jpg"]


def test_names_are_stored_first_and_count_as_added_when_they_are_looked_at(store: ProjectStore):
    assert store.photos.is_new
    first = store.photos.add_names(["a.jpg", "b.jpg"])
    second = store.photos.add_names(["c.jpg"])
    assert [*first, *second] == list(by_path(store).values())
    assert not store.photos.is_new
    files = [ScannedFile(name, 10, 1) for name in ("a.jpg", "b.jpg", "c.jpg")]
    assert synchronise(store, files) == ScanChanges(3, 0, 0)
    assert synchronise(store, files) == ScanChanges(0, 0, 0)
    assert list(by_path(store).values()) == [*first, *second]


def test_photos_that_change_places_keep_their_rows_and_answers(store: ProjectStore):
    a, b = ScannedFile("a.jpg", 10, 1), ScannedFile("b.jpg", 20, 2)
    synchronise(store, [a, b])
    rows = by_path(store)
    (cat,) = add_classes(store, "cat")
    store.answers.apply([AnswerChange(rows["a.jpg"], cat, UNOBSERVED, YES)])
    now = found(ScannedFile("a.jpg", 20, 2), ScannedFile("b.jpg", 10, 1))
    moves = [Move(rows["a.jpg"], now["b.jpg"]), Move(rows["b.jpg"], now["a.jpg"])]
    changes = store.photos.apply(compare_scan(store.photos.stored_files(), now), moves)
    assert changes == ScanChanges(0, 0, 0, moved=2)
    assert by_path(store) == {"a.jpg": rows["b.jpg"], "b.jpg": rows["a.jpg"]}
    assert store.answers.all() == [(rows["a.jpg"], cat, 1)]
    assert synchronise(store, now.values()) == ScanChanges(0, 0, 0)


def test_a_photo_in_the_place_of_one_that_moved_is_new(store: ProjectStore):
    synchronise(store, [ScannedFile("a.jpg", 10, 1)])
    row = by_path(store)["a.jpg"]
    now = found(ScannedFile("a.jpg", 99, 9), ScannedFile("z.jpg", 10, 1))
    differences = compare_scan(store.photos.stored_files(), now)
    changes = store.photos.apply(differences, [Move(row, now["z.jpg"])], {"a.jpg": "fa"})
    assert changes == ScanChanges(1, 0, 0, moved=1)
    assert by_path(store)["z.jpg"] == row
    assert store.photos.all()[0].fingerprint == "fa"


def test_a_file_that_was_only_touched_keeps_what_was_read_of_it(store: ProjectStore):
    synchronise(store, [ScannedFile("a.jpg", 10, 1), ScannedFile("b.jpg", 10, 1)])
    a, b = by_path(store).values()
    store.photos.set_fingerprints([(a, "fa"), (b, "fb")])
    store.photos.set_read([(a, 640, 480)], [(b, "Damaged.")], [])
    touched = found(ScannedFile("a.jpg", 10, 2), ScannedFile("b.jpg", 10, 2))
    differences = compare_scan(store.photos.stored_files(), touched)
    store.photos.apply(differences, fingerprints={"a.jpg": "fa", "b.jpg": "other"})
    first, second = store.photos.all()
    assert (first.fingerprint, first.width, first.error) == ("fa", 640, None)
    assert (second.fingerprint, second.width, second.error) == ("other", None, None)


def test_what_was_read_in_the_background_holds_for_the_file_that_was_read(store: ProjectStore):
    files = [ScannedFile(f"{name}.jpg", 10, 1) for name in "abcd"]
    synchronise(store, files)
    a, b, c, d = by_path(store).values()
    store.photos.set_fingerprints([(c, "scored")])
    store.photos.set_read([], [], [(d, "The file is gone.")])
    assert [photo for photo, _ in store.photos.unread()] == [a, b]
    read = [ReadFile(photo, 10, 1, f"f{photo}", 640, 480) for photo in (a, c, d)]
    store.photos.add_read([*read, ReadFile(b, 10, 99, "older", 1, 1)])
    first, second, third, fourth = store.photos.all()
    assert (first.fingerprint, first.width, first.height) == (f"f{a}", 640, 480)
    assert second.fingerprint is None  # the file that was read is not the one that was scanned
    assert third.fingerprint == "scored"
    assert (fourth.fingerprint, fourth.error) == (None, "The file is gone.")


def test_a_header_that_tells_no_size_leaves_none(store: ProjectStore):
    synchronise(store, [ScannedFile("a.jpg", 10, 1)])
    (a,) = by_path(store).values()
    store.photos.add_read([ReadFile(a, 10, 1, "fa", 0, 0)])
    (photo,) = store.photos.all()
    assert (photo.fingerprint, photo.width, photo.height) == ("fa", None, None)
    assert store.photos.unread() == []


def test_an_error_of_a_copy_is_shared_though_its_size_is_known(store: ProjectStore):
    synchronise(store, [ScannedFile("a.jpg", 10, 1), ScannedFile("b.jpg", 10, 1)])
    a, b = by_path(store).values()
    store.photos.add_read([ReadFile(photo, 10, 1, "same", 640, 480) for photo in (a, b)])
    store.photos.set_read([], [(a, "Damaged.")], [])
    store.photos.share_what_was_read()
    assert [photo.error for photo in store.photos.all()] == ["Damaged.", "Damaged."]


@pytest.mark.parametrize("photos", [0, 1, 2500])
def test_columns_are_the_rows_of_all(store: ProjectStore, photos: int):
    names = [f"{index % 7}/{index:05}.jpg" for index in range(photos)]
    synchronise(store, [ScannedFile(name, 10, 1) for name in names])
    rows = store.photos.all()
    damaged = [(row.identifier, f"Error {row.path}") for row in rows[5::500]]
    store.photos.set_read([(row.identifier, 64, 48) for row in rows[::3]], damaged, [])
    if rows:  # a gap between the numbers, wider than a text of names, and a photo that is gone
        store._database.execute("UPDATE photos SET id = 300000 WHERE id = ?", [rows[-1].identifier])
        store._database.execute("UPDATE photos SET missing = 1 WHERE id = ?", [rows[0].identifier])
    rows, columns = store.photos.all(), store.photos.columns()
    assert columns.ids.tolist() == [row.identifier for row in rows]
    assert columns.paths == [row.path for row in rows]
    assert columns.widths.tolist() == [row.width or 0 for row in rows]
    assert columns.heights.tolist() == [row.height or 0 for row in rows]
    assert columns.errors == {
        place: row.error for place, row in enumerate(rows) if row.error is not None
    }
