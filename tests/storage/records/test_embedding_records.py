import threading
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from cdul_app.method.view_plans import ViewPlan
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.blobs import (
    blob_to_scores,
    blob_to_views,
    scores_to_blob,
    views_to_blob,
)
from cdul_app.storage.scan_changes import ScannedFile
from tests.storage.store_helpers import add_encoding, add_photos, synchronise, unit_views


@given(st.integers(1, 20), st.integers(1, 40), st.integers(0, 2**31))
def test_views_come_back_bit_for_bit_and_of_unit_norm(count: int, dimension: int, seed: int):
    views = unit_views(count, dimension, seed)
    back = blob_to_views(views_to_blob(views), dimension=dimension)
    assert back.dtype == np.float16
    np.testing.assert_array_equal(back, views)
    lengths = np.linalg.norm(back.astype(np.float64), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=2e-3)


@given(st_numpy.arrays(np.float32, st.integers(0, 50), elements=st.floats(0, 1, width=32)))
def test_scores_come_back_bit_for_bit(values: np.ndarray):
    np.testing.assert_array_equal(blob_to_scores(scores_to_blob(values)), values)


def test_strided_and_big_endian_arrays_are_stored_by_value():
    views = unit_views(6, 8)
    for other in (views[::2, ::-1], np.asfortranarray(views), views.astype(">f2")):
        back = blob_to_views(views_to_blob(other), dimension=8)
        np.testing.assert_array_equal(back, other)


def test_an_encoding_from_before_there_were_plans_is_found(store: ProjectStore):
    store.embeddings._database.conn.execute(
        "INSERT INTO encodings (encoder_key, encoder, grid, dimension, temperature) "
        "VALUES ('weights', 'demo', '3x3', 4, 0.01)"
    )
    store.embeddings._database.conn.commit()
    found = store.embeddings.latest_encoding("demo", ViewPlan())
    assert found is not None
    assert found.plan == ViewPlan()
    assert store.embeddings.encoding_of("weights", ViewPlan.parse("3x3")) == found
    for other in ("2x2+3x3", "dense:3x3", "dense@2:3x3", "3x3half"):
        assert store.embeddings.encoding_of("weights", ViewPlan.parse(other)) is None


def test_an_encoding_is_found_again_by_weights_and_grid(store: ProjectStore):
    first = add_encoding(store, "weights one")
    assert add_encoding(store, "weights one") == first
    second = add_encoding(store, "weights two")
    assert second.identifier != first.identifier
    assert store.embeddings.encoding(first.identifier) == first
    assert store.embeddings.encoding_of("weights two", ViewPlan.parse("1x2")) == second
    assert store.embeddings.encoding_of("weights two", ViewPlan.parse("3x3")) is None
    assert store.embeddings.latest_encoding("demo", ViewPlan.parse("1x2")) == second
    assert store.embeddings.latest_encoding("demo", ViewPlan.parse("2x1")) is None


def test_photos_of_the_same_content_share_an_embedding(store: ProjectStore):
    encoding = add_encoding(store)
    first, second, third = add_photos(store, 3)
    store.photos.set_fingerprints([(first, "same"), (second, "same")])
    views = unit_views(3, 4)
    store.embeddings.add(encoding, [("same", views)])
    found = dict(store.embeddings.views_of_photos(encoding))
    assert sorted(found) == [first, second]
    np.testing.assert_array_equal(found[second], views)
    one = store.embeddings.views_of_photo(encoding, first)
    assert one is not None
    np.testing.assert_array_equal(one, views)
    assert store.embeddings.views_of_photo(encoding, third) is None
    assert store.embeddings.fingerprints(encoding) == {"same"}
    assert store.embeddings.fingerprints(add_encoding(store, "another")) == set()


def test_every_photo_once_by_path_over_many_pages(store: ProjectStore):
    encoding = add_encoding(store)
    names = [f"{index % 7}/{index}.jpg" for index in range(700)]
    synchronise(store, [ScannedFile(name, 1, 1) for name in names])
    photos = store.photos.all()
    store.photos.set_fingerprints((photo.identifier, photo.path) for photo in photos)
    store.embeddings.add(encoding, [(name, unit_views(3, 4)) for name in names[:-5]])
    synchronise(store, [ScannedFile(name, 1, 1) for name in names[10:]])
    expected = [photo.identifier for photo in photos if photo.path in set(names[10:-5])]
    assert [photo for photo, _ in store.embeddings.views_of_photos(encoding)] == expected


def test_another_thread_may_write_while_the_views_are_read(database_file: Path):
    """An open cursor would make the reader's own next write fail with “database is locked”."""
    with ProjectStore(database_file, create=True) as store:
        encoding = add_encoding(store)
        photos = add_photos(store, 600)
        store.photos.set_fingerprints((photo, str(photo)) for photo in photos)
        store.embeddings.add(encoding, [(str(photo), unit_views(3, 4)) for photo in photos])

        def write_elsewhere() -> None:
            with ProjectStore(database_file) as other:
                other.settings.set("written by", "another thread")

        views = store.embeddings.views_of_photos(encoding)
        next(views)
        thread = threading.Thread(target=write_elsewhere)
        thread.start()
        thread.join()
        store.settings.set("written by", "this one")
        assert len(list(views)) == 599


def test_prompts_are_cached_by_encoder_and_text(store: ProjectStore):
    one, two = ("a photo of a cat.",), ("a cat", "a “kitten”\n")
    vectors = {one: np.array([0.6, 0.8], np.float32), two: np.array([1, 0], np.float32)}
    store.embeddings.add_prompt_embeddings("key", vectors)
    found = store.embeddings.prompt_embeddings("key", [two, one, ("absent",)])
    assert set(found) == {one, two}
    np.testing.assert_array_equal(found[one], vectors[one])
    assert store.embeddings.prompt_embeddings("other key", [one]) == {}


def test_photos_without_embeddings_are_those_that_can_have_some(store: ProjectStore):
    encoding = add_encoding(store)
    done, other_content, damaged, unread, gone_for_now = add_photos(store, 5)
    store.photos.set_fingerprints(
        [(done, "done"), (other_content, "other"), (damaged, "damaged"), (gone_for_now, "gone")]
    )
    store.photos.set_read([], [(damaged, "It is damaged.")], [(gone_for_now, "It is away.")])
    store.embeddings.add(encoding, [("done", unit_views(3, 4))])
    without = store.embeddings.photos_without
    assert [photo for photo, _ in without(encoding)] == [other_content, unread, gone_for_now]
    assert [photo for photo, _ in without(add_encoding(store, "another"))] == [
        done, other_content, unread, gone_for_now,
    ]  # fmt: skip
    assert without(None) == without(add_encoding(store, "a third"))
    assert [reason for _, reason in store.photos.unusable()] == ["It is damaged.", "It is away."]


def test_views_come_in_blocks(store: ProjectStore):
    encoding = add_encoding(store)
    photos = add_photos(store, 7)
    store.photos.set_fingerprints((photo, str(photo)) for photo in photos)
    stored = {photo: unit_views(3, 4) for photo in photos}
    store.embeddings.add(encoding, [(str(photo), views) for photo, views in stored.items()])
    blocks = list(store.embeddings.blocks_of_views(encoding, 3))
    assert [len(block) for block, _ in blocks] == [3, 3, 1]
    assert [photo for block, _ in blocks for photo in block] == store.photos.ids().tolist()
    for block, views in blocks:
        np.testing.assert_array_equal(views, [stored[photo] for photo in block])
