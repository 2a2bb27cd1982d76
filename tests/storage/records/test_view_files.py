import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import ProjectError
from cdul_app.paths import beside_database
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records import embedding_records, view_files
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.records.view_files import ViewFiles
from tests.storage.store_helpers import add_encoding, add_photos, unit_views

SHAPE = (3, 4)  # as of `add_encoding`


def some_views(count: int, seed: int = 0) -> np.ndarray:
    return unit_views(count * SHAPE[0], SHAPE[1], seed).reshape(count, *SHAPE)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[ViewFiles]:
    made = ViewFiles(tmp_path / "views")
    yield made
    made.close()


def read(files: ViewFiles, name: str, places: list[int], view_count: int = SHAPE[0]) -> np.ndarray:
    into = np.empty((len(places), view_count, SHAPE[1]), "<f2")
    files.read(name, places, SHAPE, into)
    return into


def test_views_come_back_from_any_places(files: ViewFiles):
    views = some_views(9)
    assert files.append(views[:5]) == ("0001.npy", 0)
    assert files.append(views[5:]) == ("0001.npy", 5)
    for places in ([0], [3, 4, 5, 6], [8, 0, 1, 2, 7], list(range(9)), [4, 4]):
        np.testing.assert_array_equal(read(files, "0001.npy", places), views[places])
        np.testing.assert_array_equal(read(files, "0001.npy", places, 1), views[places][:, :1])


def test_a_file_is_numpys_own_after_every_append(files: ViewFiles, tmp_path: Path):
    views = some_views(12)
    for start in range(0, 12, 4):
        files.append(views[start : start + 4])
        np.testing.assert_array_equal(np.load(tmp_path / "views/0001.npy"), views[: start + 4])


def test_a_full_file_and_views_of_another_shape_begin_a_new_one(
    files: ViewFiles, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(view_files, "MOST_BYTES", 5 * 3 * 4 * 2)
    names = [files.append(some_views(3))[0] for _ in range(3)]
    assert names == ["0001.npy", "0001.npy", "0002.npy"]
    assert files.append(np.ones((2, 1, 4), np.float16)) == ("0003.npy", 0)


def test_no_name_is_used_twice(files: ViewFiles, tmp_path: Path):
    files.append(some_views(1))
    other = ViewFiles(tmp_path / "views")
    assert other.append(some_views(1)) == ("0002.npy", 0)
    assert files.append(some_views(1)) == ("0001.npy", 1)
    other.close()


def test_a_disk_that_fills_leaves_what_was_saved(
    files: ViewFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    views = some_views(3)
    files.append(views)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match=r"views \(the disk is full\): .* then score again"):
        files.append(views)
    monkeypatch.undo()
    assert files.append(views) == ("0002.npy", 0)
    np.testing.assert_array_equal(read(files, "0001.npy", [0, 1, 2]), views)


@pytest.mark.parametrize("name", ["../0001.npy", "/etc/passwd", "", "0001.npy/..", "secret.txt"])
def test_a_name_does_not_lead_out_of_the_folder(files: ViewFiles, tmp_path: Path, name: str):
    files.append(some_views(1))
    (tmp_path / "0001.npy").write_bytes((tmp_path / "views/0001.npy").read_bytes())
    with pytest.raises(ProjectError, match="it is not there"):
        read(files, name, [0])
    assert not files.holds(name, 1, SHAPE)


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path):
    elsewhere = ViewFiles(tmp_path / "elsewhere")
    elsewhere.append(some_views(1))
    elsewhere.close()
    (tmp_path / "views").symlink_to(tmp_path / "elsewhere")
    files = ViewFiles(tmp_path / "views")
    with pytest.raises(ProjectError, match="it is a link, not a folder"):
        files.append(some_views(1))
    with pytest.raises(ProjectError, match="it is not there"):
        read(files, "0001.npy", [0])


@pytest.mark.parametrize("content", [b"", b"no npy", b"\x93NUMPY\x01\x00\xff\xff{'descr': '|O'"])
def test_other_content_is_refused(files: ViewFiles, tmp_path: Path, content: bytes):
    files.append(some_views(2))
    (tmp_path / "views/0001.npy").write_bytes(content)
    assert not files.holds("0001.npy", 1, SHAPE)
    with pytest.raises(ProjectError, match="or score again; its photos are encoded anew"):
        read(files, "0001.npy", [0])


def test_objects_are_never_unpickled(files: ViewFiles, tmp_path: Path):
    files.append(some_views(1))
    np.save(tmp_path / "views/0001.npy", np.array([[["a", None]]], dtype=object))
    with pytest.raises(ProjectError, match="it does not fit the project database"):
        read(files, "0001.npy", [0])


@pytest.mark.parametrize("place", [2, -1, 2**40, 2**62])
def test_a_place_that_is_not_there(files: ViewFiles, place: int):
    files.append(some_views(2))
    with pytest.raises(ProjectError, match="cannot be read"):
        read(files, "0001.npy", [place])


# In a project.


@pytest.fixture
def large(store: ProjectStore, monkeypatch: pytest.MonkeyPatch) -> tuple[Encoding, list[int]]:
    """A project of six photos, which counts as very large."""
    encoding = add_encoding(store)
    photos = add_photos(store, 6)
    store.photos.set_fingerprints((photo, str(photo)) for photo in photos)
    monkeypatch.setattr(embedding_records, "MOST_BYTES", 100)
    return encoding, photos


def add(store: ProjectStore, encoding: Encoding, photos: list[int], views: np.ndarray) -> None:
    store.embeddings.add(encoding, list(zip(map(str, photos), views, strict=True)))


def folder_of(store: ProjectStore) -> Path:
    return beside_database(store.file, "views")


def test_views_of_a_large_project_lie_in_files(
    store: ProjectStore, large: tuple[Encoding, list[int]]
):
    encoding, photos = large
    views = some_views(6)
    order = [4, 1, 0, 5, 2, 3]
    add(store, encoding, [photos[place] for place in order[:3]], views[order[:3]])
    add(store, encoding, [photos[place] for place in order[3:]], views[order[3:]])
    assert [file.name for file in folder_of(store).iterdir()] == ["0001.npy"]
    found = dict(store.embeddings.views_of_photos(encoding))
    np.testing.assert_array_equal([found[photo] for photo in photos], views)
    np.testing.assert_array_equal(store.embeddings.views_of_photo(encoding, photos[2]), views[2])
    whole = dict(store.embeddings.whole_photos(encoding))
    np.testing.assert_array_equal([whole[photo] for photo in photos], views[:, 0])
    assert store.embeddings.photos_without(encoding) == []
    assert store.embeddings.lost_files() == []


def test_views_in_the_database_and_in_files_are_read_as_one(
    store: ProjectStore, large: tuple[Encoding, list[int]], monkeypatch: pytest.MonkeyPatch
):
    encoding, photos = large
    views = some_views(6)
    add(store, encoding, photos[1::2], views[1::2])
    monkeypatch.undo()
    with ProjectStore(store.file) as later:
        add(later, encoding, photos[::2], views[::2])
        assert len(list(folder_of(store).iterdir())) == 1
        for at_once in (1, 4, 6):
            blocks = [found for _, found in later.embeddings.blocks_of_views(encoding, at_once)]
            np.testing.assert_array_equal(np.concatenate(blocks), views)


def test_photos_of_a_lost_file_are_encoded_again(
    store: ProjectStore, large: tuple[Encoding, list[int]], monkeypatch: pytest.MonkeyPatch
):
    encoding, photos = large
    monkeypatch.setattr(view_files, "MOST_BYTES", 1)
    views = some_views(6)
    add(store, encoding, photos[:2], views[:2])
    add(store, encoding, photos[2:], views[2:])
    (folder_of(store) / "0002.npy").unlink()
    np.testing.assert_array_equal(store.embeddings.views_of_photo(encoding, photos[1]), views[1])
    with pytest.raises(ProjectError, match=r"0002\.npy.*put it back where it was, or score again"):
        store.embeddings.views_of_photo(encoding, photos[2])
    lost = store.embeddings.forget_lost_files()
    assert [(file.name, file.photos) for file in lost] == [("0002.npy", 4)]
    assert [photo for photo, _ in store.embeddings.photos_without(encoding)] == photos[2:]
    add(store, encoding, photos[2:], views[2:])
    found = dict(store.embeddings.views_of_photos(encoding))
    np.testing.assert_array_equal([found[photo] for photo in photos], views)
    assert store.embeddings.forget_lost_files() == []


def test_a_file_that_was_cut_short_is_lost(store: ProjectStore, large: tuple[Encoding, list[int]]):
    encoding, photos = large
    add(store, encoding, photos, some_views(6))
    file = folder_of(store) / "0001.npy"
    os.truncate(file, file.stat().st_size - 1)
    assert store.embeddings.views_of_photo(encoding, photos[0]) is not None
    with pytest.raises(ProjectError, match="it was cut short"):
        store.embeddings.views_of_photo(encoding, photos[5])
    assert [file.photos for file in store.embeddings.lost_files()] == [6]
