"""What a batch gave, in a file, and what is taken up again of a run that was killed."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="shards are Parquet: pip install pyarrow")

from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import UnreadableItem
from cdul_app.photos.unreadable import LOST
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.tasks.distributed.batches import Answer, KeyedPath
from cdul_app.tasks.distributed.shard_queue import ShardQueue
from cdul_app.tasks.distributed.shards import ShardRow, read_shard, write_shard
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from tests.drawn_photos import copy_photos

ENCODING = Encoding(1, "key", "name", ViewPlan.parse("1x1"), 4, 0.01)
OTHER = Encoding(2, "other key", "name", ViewPlan.parse("1x1"), 4, 0.01)


def views(value: float = 0.5) -> np.ndarray:
    return np.full((ENCODING.plan.view_count, 4), value, dtype=np.float16)


ROWS = [
    ShardRow("é/a.jpg", "f1", width=4, height=3, note="half of it", views=views()),
    ShardRow("b.jpg", "f2", "It is damaged.", lasting=True),
    ShardRow("c.jpg", reason="The file is gone."),
    ShardRow("d.jpg", "f1"),
]


def test_a_shard_is_read_as_it_was_written(tmp_path: Path):
    file = tmp_path / "new" / "1.parquet"
    write_shard(file, ENCODING, ROWS)
    rows = read_shard(file, ENCODING)
    assert rows is not None
    np.testing.assert_array_equal(rows[0].views, views())
    assert [(row.path, row.fingerprint, row.reason, row.lasting, row.note) for row in rows] == [
        (row.path, row.fingerprint, row.reason, row.lasting, row.note) for row in ROWS
    ]
    assert [row.views is None for row in rows] == [False, True, True, True]
    assert read_shard(file, OTHER) is None


def test_no_other_file_is_taken_for_a_shard(tmp_path: Path):
    file = tmp_path / "1.parquet"
    write_shard(file, ENCODING, ROWS)
    content, random = file.read_bytes(), np.random.default_rng(0)
    for _ in range(60):
        changed = bytearray(content[: random.integers(len(content)) + 1])
        for place in random.integers(0, len(changed), 3):
            changed[place] = random.integers(256)
        file.write_bytes(changed)
        for row in read_shard(file, ENCODING) or ():
            assert row.views is None or row.views.shape == views().shape
    assert read_shard(tmp_path, ENCODING) is None
    write_shard(file, ENCODING, [ShardRow("a.jpg", "f", views=views(np.inf))])
    assert read_shard(file, ENCODING) is None
    write_shard(file, ENCODING, [ShardRow("a.jpg", "f", views=views()[:1])])
    assert read_shard(file, ENCODING) is None


class Workers:
    """Encode what they are asked for, each photo into a shard of its own, but for those named."""

    def __init__(self, folder: Path, shards: Path, *lost: str) -> None:
        self.folder, self.shards, self.lost = folder, shards, lost
        self.asked: list[str] = []

    def __call__(self, photos: list[KeyedPath]) -> Generator[Answer, None, None]:
        for key, path in photos:
            self.asked.append(path)
            if path not in self.lost:
                fingerprint = fingerprint_file(self.folder / path)
                row = ShardRow(path, fingerprint, width=1, height=1, views=views(0.25))
                write_shard(self.shards / f"{key}.parquet", ENCODING, [row])
                yield Answer(text=f"{key}.parquet")


def test_shards_of_a_killed_run_are_taken_up_where_their_photos_are_as_they_were(tmp_path: Path):
    folder, shards = tmp_path / "photos", tmp_path / "shards"
    same, changed, new, lost = (photo.name for photo in copy_photos(folder, 4))
    rows = [
        ShardRow(name, fingerprint_file(folder / name), width=1, height=1, views=views())
        for name in (same, changed)
    ]
    (folder / changed).write_bytes((folder / new).read_bytes() + b"more")
    write_shard(shards / "left.parquet", ENCODING, rows)
    write_shard(shards / "other.parquet", OTHER, rows)
    (shards / "damaged.parquet").write_bytes(b"PAR1")

    waiting = dict(enumerate((same, changed, new, lost)))
    queue, workers = ShardQueue(waiting, folder, ENCODING, shards), Workers(folder, shards, lost)
    items = list(queue.items(workers))
    assert workers.asked == [changed, new, lost]
    found = {item.key: float(item.views[0, 0]) for item in items if isinstance(item, EmbeddedPhoto)}
    assert found == {0: 0.5, 1: 0.25, 2: 0.25}
    assert items[-1] == UnreadableItem(3, LOST)
    assert not queue.is_still_there(3)
    assert queue.unsaved_fingerprints == [
        (key, fingerprint_file(folder / waiting[key])) for key in range(3)
    ]
    queue.saved()
    assert not shards.exists()


def test_a_shard_stays_until_it_is_stored(tmp_path: Path):
    folder, shards = tmp_path / "photos", tmp_path / "shards"
    names = [photo.name for photo in copy_photos(folder, 3)]
    queue = ShardQueue(dict(enumerate(names)), folder, ENCODING, shards)
    items = queue.items(Workers(folder, shards))
    next(items)
    queue.saved()  # before the last photo of the shard was asked for, for all that is known
    assert [file.name for file in shards.iterdir()] == ["0.parquet"]
    next(items)
    assert {file.name for file in shards.iterdir()} == {"0.parquet", "1.parquet"}
    queue.saved()
    assert [file.name for file in shards.iterdir()] == ["1.parquet"]
    items.close()
    queue.saved()
    assert [file.name for file in shards.iterdir()] == ["1.parquet"]
