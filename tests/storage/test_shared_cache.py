"""What encoders gave on this machine, for all projects."""

import multiprocessing
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.method.view_plans import ViewPlan
from cdul_app.storage import shared_cache
from cdul_app.storage.shared_cache import KnownEncoder, KnownPhoto, SharedCache
from tests.storage.store_helpers import unit_views

PLAN = ViewPlan.parse("1x1")
PLENTY = 10**9


def photo(seed: int = 0, dimension: int = 8) -> KnownPhoto:
    return KnownPhoto(unit_views(2, dimension, seed), 640, 480)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "encoded.sqlite"


def test_what_was_kept_is_known_bit_for_bit(file: Path):
    encoder = KnownEncoder("key", 8, 0.01, '{"heads": 4}')
    vectors = {"a dog": np.linspace(-1, 1, 8, dtype=np.float32)}
    with SharedCache(file, most_bytes=PLENTY) as cache:
        cache.add_encoder("files", encoder)
        cache.add_texts("key", vectors)
        cache.add_photos("key", PLAN, [("content", photo())])
    with SharedCache(file, most_bytes=PLENTY) as cache:
        assert cache.encoder("files") == encoder
        assert cache.encoder("other files") is None
        known = cache.texts("key", ["a dog", "a cat"], dimension=8)
        assert list(known) == ["a dog"]
        np.testing.assert_array_equal(known["a dog"], vectors["a dog"])
        found = cache.photo("key", PLAN, "content", dimension=8)
        assert found is not None
        np.testing.assert_array_equal(found.views, photo().views)
        assert (found.width, found.height) == (640, 480)


def test_another_encoder_other_views_or_another_length_know_nothing(file: Path):
    with SharedCache(file, most_bytes=PLENTY) as cache:
        cache.add_photos("key", PLAN, [("content", photo())])
        cache.add_texts("key", {"a dog": np.ones(8, dtype=np.float32)})
        assert cache.photo("other", PLAN, "content", dimension=8) is None
        assert cache.photo("key", ViewPlan.parse("2x2"), "content", dimension=8) is None
        assert cache.photo("key", PLAN, "content", dimension=16) is None
        assert cache.texts("key", ["a dog"], dimension=16) == {}
        assert cache.knows_photos("key", PLAN)
        assert not cache.knows_photos("other", PLAN)


def test_what_was_not_used_for_longest_leaves_first(file: Path, monkeypatch: pytest.MonkeyPatch):
    clock = [1_000_000.0]
    monkeypatch.setattr(shared_cache.time, "time", lambda: clock[0])
    monkeypatch.setattr(shared_cache, "_GO_AT_ONCE", 4)
    each = KnownPhoto(unit_views(2, 4096), 4, 3)  # 16 kB
    with SharedCache(file, most_bytes=PLENTY) as cache:
        for number in range(20):
            clock[0] += 10 * 86_400
            cache.add_photos("key", PLAN, [(str(number), each)])
        clock[0] += 10 * 86_400
        assert cache.photo("key", PLAN, "0", dimension=4096) is not None  # used again
        size = cache.size()
    with SharedCache(file, most_bytes=size // 2) as cache:
        cache.trim_to_limit()
        assert cache.size() <= size // 2
        kept = {
            number
            for number in range(20)
            if cache.photo("key", PLAN, str(number), dimension=4096) is not None
        }
    assert 0 in kept
    assert kept - {0} == set(range(20 - len(kept) + 1, 20))
    assert len(kept) >= 3
    assert file.stat().st_size <= size // 2 + 100_000


def test_it_never_grows_beyond_its_limit(file: Path):
    each = KnownPhoto(unit_views(2, 4096), 4, 3)
    with SharedCache(file, most_bytes=1_000_000) as cache:
        for number in range(150):
            cache.add_photos("key", PLAN, [(str(number), each)])
            assert cache.size() <= 1_000_000 + 20_000
        assert cache.photo("key", PLAN, "149", dimension=4096) is not None


def test_switched_off_it_keeps_and_knows_no_photo_but_texts(file: Path):
    with SharedCache(file, most_bytes=PLENTY) as cache:
        cache.add_photos("key", PLAN, [("content", photo())])
    with SharedCache(file, most_bytes=0) as cache:
        cache.add_photos("key", PLAN, [("other", photo())])
        cache.add_texts("key", {"a dog": np.ones(8, dtype=np.float32)})
        assert cache.photo("key", PLAN, "content", dimension=8) is None
        assert not cache.knows_photos("key", PLAN)
        assert "a dog" in cache.texts("key", ["a dog"], dimension=8)
        cache.trim_to_limit()
    with SharedCache(file, most_bytes=PLENTY) as cache:
        assert not cache.knows_photos("key", PLAN)


def test_the_first_texts_leave_where_there_are_too_many(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shared_cache, "MOST_TEXTS", 3)
    with SharedCache(file, most_bytes=PLENTY) as cache:
        for text in "abcde":
            cache.add_texts("key", {text: np.ones(8, dtype=np.float32)})
        assert list(cache.texts("key", list("abcde"), dimension=8)) == ["c", "d", "e"]


def test_cleared_it_is_empty_and_small(file: Path):
    with SharedCache(file, most_bytes=PLENTY) as cache:
        cache.add_photos("key", PLAN, [(str(n), photo(n, 4096)) for n in range(50)])
        assert cache.size() > 500_000
        cache.clear()
        assert cache.size() == 0
    assert file.stat().st_size < 100_000


@given(st.data())
def test_a_damaged_file_is_made_anew(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    file = tmp_path_factory.mktemp("cache") / "encoded.sqlite"
    with SharedCache(file, most_bytes=PLENTY) as cache:
        cache.add_photos("key", PLAN, [(str(n), photo(n, 512)) for n in range(30)])
    content = bytearray(file.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    ruin = data.draw(st.binary(min_size=1, max_size=5000))
    content[start : start + len(ruin)] = ruin
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    for _ in range(2):  # where damage is met on the way, the next one has a new file
        with SharedCache(file, most_bytes=PLENTY) as cache:
            for number in range(30):
                cache.photo("key", PLAN, str(number), dimension=512)
            cache.add_photos("key", PLAN, [("new", photo(7, 512))])
            cache.size()


def test_a_file_of_another_kind_or_version_is_made_anew(file: Path):
    file.parent.mkdir()
    for content in (b"no database at all" * 100, b""):
        file.write_bytes(content)
        with SharedCache(file, most_bytes=PLENTY) as cache:
            cache.add_photos("key", PLAN, [("content", photo())])
            assert cache.knows_photos("key", PLAN)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with SharedCache(file, most_bytes=PLENTY) as cache:
        assert not cache.knows_photos("key", PLAN)
        cache.add_photos("key", PLAN, [("content", photo())])
        assert cache.knows_photos("key", PLAN)


def test_where_it_cannot_be_it_knows_nothing(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with SharedCache(tmp_path / "file" / "encoded.sqlite", most_bytes=PLENTY) as cache:
        cache.add_photos("key", PLAN, [("content", photo())])
        assert cache.photo("key", PLAN, "content", dimension=8) is None
        assert cache.size() == 0
        cache.clear()


def _add_many(file: Path, start: int) -> None:
    with SharedCache(file, most_bytes=PLENTY) as cache:
        for number in range(start, start + 40):
            cache.add_photos("key", PLAN, [(str(number), photo(number))])
            cache.add_texts("key", {str(number): np.ones(8, dtype=np.float32)})


def test_two_processes_write_at_once(file: Path):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_add_many, args=(file, start)) for start in (0, 40)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    with SharedCache(file, most_bytes=PLENTY) as cache:
        for number in range(80):
            found = cache.photo("key", PLAN, str(number), dimension=8)
            assert found is not None
            np.testing.assert_array_equal(found.views, photo(number).views)
        assert len(cache.texts("key", [str(n) for n in range(80)], dimension=8)) == 80
