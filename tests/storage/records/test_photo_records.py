from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.storage.scan_changes import ScanChanges, ScannedFile
from tests.storage.store_helpers import add_classes, synchronise

A, B, C = ScannedFile("a.jpg", 10, 1), ScannedFile("b.jpg", 20, 2), ScannedFile("c.jpg", 30, 3)


def paths(store: ProjectStore) -> list[str]:
    return [photo.path for photo in store.photos.all()]


def identifier(store: ProjectStore, path: str) -> int:
    return next(photo.identifier for photo in store.photos.all() if photo.path == path)


def test_added_changed_missing_and_returned(store: ProjectStore):
    assert synchronise(store, [B, A]) == ScanChanges(2, 0, 0)
    assert paths(store) == ["a.jpg", "b.jpg"]
    assert synchronise(store, [A, B]) == ScanChanges(0, 0, 0)
    assert synchronise(store, [A, C]) == ScanChanges(1, 0, 1)
    assert paths(store) == ["a.jpg", "c.jpg"]
    assert store.photos.count() == 2
    changed = ScannedFile("b.jpg", 20, 99)
    assert synchronise(store, [A, changed, C]) == ScanChanges(1, 1, 0)
    assert paths(store) == ["a.jpg", "b.jpg", "c.jpg"]


def test_a_changed_file_is_read_anew_and_an_unchanged_one_is_not(store: ProjectStore):
    synchronise(store, [A, B])
    a, b = (identifier(store, path) for path in ("a.jpg", "b.jpg"))
    store.photos.set_fingerprints([(a, "fa"), (b, "fb")])
    store.photos.set_read([(a, 640, 480)], [(b, "It is damaged.")], [])
    synchronise(store, [A, ScannedFile("b.jpg", 21, 2)])
    first, second = store.photos.all()
    assert (first.fingerprint, first.width, first.height, first.error) == ("fa", 640, 480, None)
    assert (second.fingerprint, second.width, second.error) == (None, None, None)


def test_rows_and_answers_outlive_the_file(store: ProjectStore):
    synchronise(store, [A, B])
    (cat,) = add_classes(store, "cat")
    b = identifier(store, "b.jpg")
    store.photos.set_fingerprints([(b, "fb")])
    store.answers.apply([AnswerChange(b, cat, UNOBSERVED, YES)])
    synchronise(store, [A])
    assert store.answers.all() == [(b, cat, 1)]
    synchronise(store, [A, B])
    assert identifier(store, "b.jpg") == b
    assert store.photos.all()[1].fingerprint == "fb"


def test_names_with_newlines_quotes_and_emoji(store: ProjectStore):
    names = [
        "line\nbreak.jpg",
        'quo"te.jpg',
        "it's.jpg",
        "🐈/katze ü.jpg",
        "a,b;c.jpg",
        " lead.jpg",
    ]
    synchronise(store, [ScannedFile(name, 1, 1) for name in names])
    assert sorted(paths(store)) == sorted(names)
    assert synchronise(store, [ScannedFile(name, 1, 1) for name in names]).changed == 0


def test_damage_is_remembered_and_an_unreachable_file_is_not(store: ProjectStore):
    synchronise(store, [A, B])
    a, b = (identifier(store, path) for path in ("a.jpg", "b.jpg"))
    store.photos.set_fingerprints([(a, "fa"), (b, "fb")])
    store.photos.set_read([], [(a, "Damaged.")], [(b, "The file is gone.")])
    damaged, unreachable = store.photos.all()
    assert (damaged.fingerprint, damaged.error) == ("fa", "Damaged.")
    assert (unreachable.fingerprint, unreachable.error) == (None, "The file is gone.")
    store.photos.set_fingerprints([(b, "fb")])  # it can be read again
    assert store.photos.all()[1].error is None


def test_copies_share_what_was_read_of_one_of_them(store: ProjectStore):
    synchronise(store, [A, B, C, ScannedFile("d.jpg", 40, 4)])
    ids = [photo.identifier for photo in store.photos.all()]
    store.photos.set_fingerprints(zip(ids, ["same", "same", "bad", "bad"], strict=True))
    store.photos.set_read([(ids[1], 640, 480)], [(ids[3], "Damaged.")], [])
    store.photos.share_what_was_read()
    assert [(photo.width, photo.height, photo.error) for photo in store.photos.all()] == [
        (640, 480, None),
        (640, 480, None),
        (None, None, "Damaged."),
        (None, None, "Damaged."),
    ]
