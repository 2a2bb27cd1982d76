"""Shards: what a batch of photos gave, in a Parquet file, until it is stored in the project.

A row a photo: its path, the digest of its file (empty where it could not be read), why it was left
out (empty where it was not) and whether that will hold, its pixels, a note, and its views (float16,
n_views x dimension; absent where another row of the shard has the same digest).
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.input_files import read_input
from cdul_app.storage.records.blobs import HALF_BYTES, blob_to_views, views_to_blob
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.written_files import make_folder, replacing

SUFFIX = ".parquet"
_MOST_BYTES = 2 * 2**30  # 512 photos of 100 views of 2,048 numbers have a tenth of it
_ABOUT = b"cdul_app"


@dataclass(frozen=True, eq=False)
class ShardRow:
    path: str
    fingerprint: str = ""
    reason: str = ""
    lasting: bool = False
    width: int = 0
    height: int = 0
    note: str = ""
    views: NDArray[np.float16] | None = None  # (n_views, dimension)


def write_shard(file: Path, encoding: Encoding, rows: Sequence[ShardRow]) -> None:
    """Whole or not at all.  Raises OSError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("path", "fingerprint", "reason", "lasting", "width", "height", "note")
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    views = [None if row.views is None else views_to_blob(row.views) for row in rows]
    table = pa.table(columns | {"views": pa.array(views, pa.binary())})
    table = table.replace_schema_metadata({_ABOUT: _about(encoding)})
    make_folder(file.parent)
    with replacing(file, synced=False) as stream:  # of a photo that is lost the file is there
        pq.write_table(table, stream, compression="none", write_statistics=False)


def read_shard(file: Path, encoding: Encoding) -> list[ShardRow] | None:
    """None for what is no whole shard of this encoding: its photos are encoded again."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(read_input(file, most_bytes=_MOST_BYTES)))
        if (table.schema.metadata or {}).get(_ABOUT) != _about(encoding):
            return None
        return [_row(values, encoding) for values in table.to_pylist()]
    except (OSError, ValueError, TypeError, pa.ArrowException):
        return None


def _row(values: dict[str, object], encoding: Encoding) -> ShardRow:
    """Raises TypeError, ValueError."""
    blob = values.pop("views", None)
    row = ShardRow(**values)  # type: ignore[arg-type]
    for name in ("path", "fingerprint", "reason", "note"):
        if not isinstance(getattr(row, name), str):
            raise TypeError(name)
    if not (isinstance(row.width, int) and isinstance(row.height, int)):
        raise TypeError("size")
    if blob is None:
        return row
    if not isinstance(blob, bytes) or len(blob) != _view_bytes(encoding):
        raise ValueError("views")
    views = blob_to_views(blob, dimension=encoding.dimension)
    if not np.isfinite(views).all():
        raise ValueError("views")
    return ShardRow(**values, views=views)  # type: ignore[arg-type]


def _view_bytes(encoding: Encoding) -> int:
    return encoding.plan.view_count * encoding.dimension * HALF_BYTES


def _about(encoding: Encoding) -> bytes:
    told = [encoding.encoder_key, str(encoding.plan), encoding.dimension]
    return json.dumps(told).encode()
