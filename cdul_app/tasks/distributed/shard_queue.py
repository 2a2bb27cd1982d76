"""Photos that workers encode, and that come back in shards."""

import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.photos.files import photo_file
from cdul_app.photos.unreadable import LOST
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.tasks.distributed.batches import Answer, KeyedPath
from cdul_app.tasks.distributed.shards import SUFFIX, ShardRow, read_shard
from cdul_app.tasks.scan.fingerprints import fingerprint_file

if TYPE_CHECKING:
    from cdul_app.models.encoder.photo_results import UnreadableItem

_Items: TypeAlias = 'Generator["EmbeddedPhoto | UnreadableItem", None, None]'


class ShardQueue:
    """See `EncodedQueue`: a shard is removed once it is stored.

    shards : their folder, which is gone at the end.
    """

    def __init__(
        self, waiting: Mapping[int, str], folder: Path, encoding: Encoding, shards: Path
    ) -> None:
        self.known: set[int] = set()
        self.fingerprints: dict[int, str] = {}
        self.unsaved_fingerprints: list[tuple[int, str]] = []
        self.unsaved_unreachable: list[tuple[int, str]] = []
        self._waiting = waiting
        self._keys = {path: key for key, path in waiting.items()}
        self._folder = folder
        self._encoding = encoding
        self._shards = shards
        self._seen: set[int] = set()
        self._encoded: set[str] = set()  # digests
        self._lasting: set[int] = set()
        self._given_out: list[Path] = []
        self._is_done = False

    def is_still_there(self, key: int) -> bool:
        return key in self._lasting

    def saved(self) -> None:
        shards, self._given_out = self._given_out, []
        for shard in shards:
            with suppress(OSError):
                shard.unlink(missing_ok=True)
        if self._is_done:
            # Also what a worker wrote that was taken for dead and had only been slow.
            shutil.rmtree(self._shards, ignore_errors=True)

    def items(self, encode: Callable[[list[KeyedPath]], Generator[Answer, None, None]]) -> _Items:
        """What lies here of a run that was killed, then what `encode`, whose answers name shards,
        makes of the rest."""
        from cdul_app.models.encoder.photo_results import UnreadableItem

        for shard in sorted(self._shards.glob(f"*{SUFFIX}")):
            yield from self._shard(shard, is_left_over=True)
        rest = [(key, path) for key, path in self._waiting.items() if key not in self._seen]
        with closing(encode(rest)) as answers:
            for answer in answers:
                yield from self._shard(self._shards / answer.text, is_left_over=False)
        for key, _ in rest:
            if key not in self._seen:
                yield UnreadableItem(key, LOST)
        self._is_done = True

    def _shard(self, file: Path, *, is_left_over: bool) -> _Items:
        for row in read_shard(file, self._encoding) or ():
            key = self._keys.get(row.path)
            if key is None or key in self._seen:
                continue
            if is_left_over and not self._is_as_it_was(row):
                continue
            is_copy = row.fingerprint and not row.reason and row.views is None
            if is_copy and row.fingerprint not in self._encoded:
                continue
            self._seen.add(key)
            yield from self._item(key, row)
        self._given_out.append(file)

    def _is_as_it_was(self, row: ShardRow) -> bool:
        try:
            found = fingerprint_file(photo_file(self._folder, row.path))
        except OSError:
            return False
        return found == row.fingerprint

    def _item(self, key: int, row: ShardRow) -> _Items:
        from cdul_app.models.encoder.photo_results import UnreadableItem

        if not row.fingerprint:
            self.unsaved_unreachable.append((key, row.reason))
            return
        self.fingerprints[key] = row.fingerprint
        self.unsaved_fingerprints.append((key, row.fingerprint))
        if row.reason:
            if row.lasting:
                self._lasting.add(key)
            yield UnreadableItem(key, row.reason)
        elif row.views is not None:
            self._encoded.add(row.fingerprint)
            yield EmbeddedPhoto(key, row.views, row.width, row.height, row.note)
