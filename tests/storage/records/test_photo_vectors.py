import numpy as np
import pytest

from cdul_app.events import Progressed
from cdul_app.storage.records.photo_vectors import open_vectors, vectors_file, write_vectors
from tests.storage.store_helpers import add_encoding, add_photos, unit_views


@pytest.fixture
def encoded(store):
    """1,100 photos, of which all but the last are encoded; three views each."""
    photos = add_photos(store, 1100)
    encoding = add_encoding(store, dimension=4)
    store.photos.set_fingerprints((photo, f"print {photo}") for photo in photos)
    views = {photo: unit_views(3, 4, seed=photo) for photo in photos[:-1]}
    store.embeddings.add(encoding, ((f"print {photo}", each) for photo, each in views.items()))
    return encoding, views


def write(store, encoding, file):
    return list(write_vectors(store.embeddings, encoding, file))


def read(vectors):
    return np.concatenate([block.copy() for _, block in vectors.blocks()])


def test_the_first_view_of_each_photo_is_copied(store, database_file, encoded):
    encoding, views = encoded
    assert open_vectors(store.embeddings, encoding, database_file) is None
    assert write(store, encoding, database_file) == [Progressed(1000)]
    vectors = open_vectors(store.embeddings, encoding, database_file)
    assert vectors.photos.tolist() == list(views)
    np.testing.assert_array_equal(read(vectors), np.array([each[0] for each in views.values()]))
    rows = [rows for rows, _ in vectors.blocks()]
    assert [part.start for part in rows[1:]] == [part.stop for part in rows[:-1]]
    assert rows[-1].stop == len(views)


def test_a_copy_that_does_not_fit_the_database_is_none(store, database_file, encoded):
    encoding, views = encoded
    write(store, encoding, database_file)
    other = add_encoding(store, key="other weights", dimension=4)
    assert open_vectors(store.embeddings, other, database_file) is None
    photo = next(iter(views))
    store.photos.set_fingerprints([(photo, "another file")])
    assert open_vectors(store.embeddings, encoding, database_file) is None
    write(store, encoding, database_file)
    assert len(open_vectors(store.embeddings, encoding, database_file).photos) == len(views) - 1


@pytest.mark.parametrize("content", [b"", b"cdul vectors 1\n{}", b"\xff" * 400])
def test_a_damaged_copy_is_none(store, database_file, encoded, content):
    vectors_file(database_file).write_bytes(content)
    assert open_vectors(store.embeddings, encoded[0], database_file) is None


def test_a_short_copy_is_none(store, database_file, encoded):
    write(store, encoded[0], database_file)
    file = vectors_file(database_file)
    file.write_bytes(file.read_bytes()[:-1])
    assert open_vectors(store.embeddings, encoded[0], database_file) is None


def test_what_was_not_finished_leaves_no_file(store, database_file, encoded):
    writing = write_vectors(store.embeddings, encoded[0], database_file)
    next(writing)
    writing.close()
    assert [file.name for file in database_file.parent.glob("*.vectors*")] == []


def test_photos_that_change_meanwhile_leave_no_file(store, database_file, encoded):
    encoding, views = encoded
    writing = write_vectors(store.embeddings, encoding, database_file)
    next(writing)
    store.photos.set_fingerprints([(list(views)[-1], "another file")])
    list(writing)
    # The last page was read before or after: in either case what lies there fits or is not used.
    assert open_vectors(store.embeddings, encoding, database_file) is None


def test_nothing_encoded(store, database_file):
    encoding = add_encoding(store)
    assert write(store, encoding, database_file) == []
    vectors = open_vectors(store.embeddings, encoding, database_file)
    assert len(vectors.photos) == 0
    assert list(vectors.blocks()) == []
