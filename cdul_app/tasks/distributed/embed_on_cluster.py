"""Encoding the photos that are not yet in the cache, on a Ray cluster."""

import secrets
from collections.abc import Callable, Generator

from cdul_app.events import Events, PhotosLabelled
from cdul_app.paths import ProjectLocation, beside_database
from cdul_app.photos.elsewhere.places import named_places
from cdul_app.progress import count_text
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.shared_cache import SharedCache
from cdul_app.tasks.distributed.batches import (
    Answer,
    KeyedPath,
    run_batches,
    worker_count,
    worker_needs,
)
from cdul_app.tasks.distributed.cluster import joined
from cdul_app.tasks.distributed.encode_shard import ShardEncoder
from cdul_app.tasks.distributed.shard_queue import ShardQueue
from cdul_app.tasks.score.embed import EncodedPhoto, store_encoded


def embed_on_cluster(
    location: ProjectLocation,
    store: ProjectStore,
    encoding: Encoding,
    address: str,
    *,
    device: str,
    batch_size: int | None,
    label: Callable[[list[EncodedPhoto]], PhotosLabelled] | None = None,
    shared: SharedCache | None = None,
) -> Events[set[str]]:
    """As `embed_project_photos`, by the workers of a cluster; see `joined` for the address.

    Each batch comes back as a shard beside the database, which is removed when it is stored; the
    shards of a run that was killed are taken up first.  Raises ClusterError.
    """
    from cdul_app.models.encoder.encoder_store import encoder_on_disk

    checkpoint = encoder_on_disk(encoding.encoder)
    model_bytes = checkpoint.stat().st_size if checkpoint is not None else 0
    waiting = dict(store.embeddings.photos_without(encoding))
    shards = beside_database(location.database, "shards")
    queue = ShardQueue(waiting, location.folder, encoding, shards)
    with joined(address):
        needs = worker_needs(device, model_bytes=model_bytes)

        def encode(photos: list[KeyedPath]) -> Generator[Answer, None, None]:
            settings = {
                "folder": location.folder,
                "encoding": encoding,
                "device": "cpu" if device == "cpu" else "auto",  # Ray shows a worker its own GPU
                "batch_size": batch_size,
                "shards": shards,
                "run": secrets.token_hex(4),
                "places": named_places(),
            }
            return run_batches(ShardEncoder, settings, photos, needs, folder=location.folder)

        workers = count_text(worker_count(needs, len(waiting)), "Ray worker")
        return (
            yield from store_encoded(
                store, encoding, waiting, queue, queue.items(encode),
                device=workers, label=label, shared=shared,
            )
        )  # fmt: skip
