"""What a worker does with a batch of photos that are to be encoded: a shard."""

from collections.abc import Collection, Sequence
from pathlib import Path

from cdul_app.errors import ClusterError, in_words
from cdul_app.language import tr
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.photos.elsewhere.places import give_places
from cdul_app.photos.unreadable import PASSING
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.tasks.distributed.batches import Answer, KeyedPath, require_folder
from cdul_app.tasks.distributed.shards import SUFFIX, ShardRow, write_shard
from cdul_app.tasks.score.photo_queue import PhotoQueue


class ShardEncoder:
    """Encodes as the one machine does, and answers with the name of a file in `shards`.

    run : begins that name, so that a shard of another run is not written over.
    places : where photos outside the folder may be looked for, as `named_places`.
    Raises UserError: an encoder that is not there or another one, a folder that is not there.
    """

    def __init__(
        self,
        folder: Path,
        encoding: Encoding,
        device: str,
        batch_size: int | None,
        shards: Path,
        run: str,
        places: Collection[str] = (),
    ) -> None:
        from cdul_app.models.devices import choose_device
        from cdul_app.models.encoder.encoder import load_known_encoder

        require_folder(folder)
        give_places(places)
        self._folder = folder
        self._encoding = encoding
        self._batch_size = batch_size
        self._shards = shards
        self._run = run
        self._encoder = load_known_encoder(
            encoding.encoder,
            encoding.encoder_key,
            device=choose_device(device),
            made=tr("the run began with"),
            remedy=tr("copy the same file to every machine of the cluster"),
        )

    def __call__(self, photos: Sequence[KeyedPath]) -> list[Answer]:
        file = self._shards / f"{self._run}-{photos[0][0]}-{photos[-1][0]}{SUFFIX}"
        try:
            write_shard(file, self._encoding, self._rows(dict(photos)))
        except OSError as error:
            raise ClusterError(
                tr(
                    "{file} cannot be written ({why}): photos and project must lie on a disk that "
                    "all machines of the cluster see under the same path and can write.",
                    file=file,
                    why=in_words(error),
                )
            ) from error
        return [Answer(text=file.name)]

    def _rows(self, paths: dict[int, str]) -> list[ShardRow]:
        from cdul_app.models.encoder.embedding import embed_photos

        queue = PhotoQueue(paths, self._folder, set(), self._encoding, None)
        rows: dict[int, ShardRow] = {}
        items = embed_photos(
            self._encoder, queue.photos(), self._encoding.plan, batch_size=self._batch_size
        )
        for item in items:
            path, fingerprint = paths[item.key], queue.fingerprints[item.key]
            if isinstance(item, EmbeddedPhoto):
                row = ShardRow(
                    path, fingerprint, width=item.width, height=item.height, note=item.note,
                    views=item.views,
                )  # fmt: skip
            else:
                lasting = item.reason not in PASSING and queue.is_still_there(item.key)
                row = ShardRow(path, fingerprint, item.reason, lasting)
            rows[item.key] = row
        for key, reason in queue.unsaved_unreachable:
            rows[key] = ShardRow(paths[key], reason=reason)
        for key, fingerprint in queue.fingerprints.items():  # the same photo under another name
            rows.setdefault(key, ShardRow(paths[key], fingerprint))
        return [rows[key] for key in paths]
