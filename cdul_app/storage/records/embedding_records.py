"""Cached embeddings: of views by file content and encoding, of prompts by encoder."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.language import tr
from cdul_app.method.view_plans import ViewPlan
from cdul_app.storage.records.blobs import (
    HALF_BYTES,
    blob_to_scores,
    blob_to_views,
    scores_to_blob,
    views_to_blob,
)
from cdul_app.storage.records.json_cells import reading_cells
from cdul_app.storage.transactions import writing


@dataclass(frozen=True)
class Encoding:
    """An encoder with its preprocessing and the views it was given."""

    identifier: int
    encoder_key: str
    encoder: str
    plan: ViewPlan
    dimension: int
    temperature: float


_PHOTOS_PER_PAGE = 256
# The column is called grid since before there were plans; it holds the plan's text.
_ENCODING_COLUMNS = "id, encoder_key, encoder, grid, dimension, temperature"


class EmbeddingRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def latest_encoding(self, encoder: str, plan: ViewPlan | None = None) -> Encoding | None:
        """The encoding last used under this encoder identifier, with any views where no plan is
        given; None where there is none."""
        if plan is None:
            return self._find("encoder = ?", encoder)
        return self._find("encoder = ? AND grid = ?", encoder, str(plan))

    def encoding_of(self, encoder_key: str, plan: ViewPlan) -> Encoding | None:
        return self._find("encoder_key = ? AND grid = ?", encoder_key, str(plan))

    def encoding(self, identifier: int) -> Encoding | None:
        return self._find("id = ?", identifier)

    def _find(self, condition: str, *values: object) -> Encoding | None:
        row = self._database.conn.execute(
            f"SELECT {_ENCODING_COLUMNS} FROM encodings WHERE {condition} ORDER BY id DESC LIMIT 1",
            values,
        ).fetchone()
        return _to_encoding(row) if row else None

    def ensure_encoding(
        self,
        *,
        encoder_key: str,
        encoder: str,
        plan: ViewPlan,
        dimension: int,
        temperature: float,
    ) -> Encoding:
        """Find or add the encoding of an encoder's weights and a plan of views."""
        with writing(self._database):
            row = self._database.conn.execute(
                "INSERT INTO encodings (encoder_key, encoder, grid, dimension, temperature) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (encoder_key, grid) "
                f"DO UPDATE SET encoder = excluded.encoder RETURNING {_ENCODING_COLUMNS}",
                (encoder_key, encoder, str(plan), dimension, temperature),
            ).fetchone()
        return _to_encoding(row)

    def fingerprints(self, encoding: Encoding) -> set[str]:
        """Files whose embeddings are there."""
        rows = self._database.conn.execute(
            "SELECT fingerprint FROM embeddings WHERE encoding_id = ?", (encoding.identifier,)
        )
        return {row[0] for row in rows}

    def count(self, encoding: Encoding) -> int:
        """How many files that is, without reading them."""
        row = self._database.conn.execute(
            "SELECT count(*) FROM embeddings WHERE encoding_id = ?", (encoding.identifier,)
        )
        return int(row.fetchone()[0])

    def add(
        self, encoding: Encoding, embeddings: Iterable[tuple[str, NDArray[np.float16]]]
    ) -> None:
        """Pairs (fingerprint, views (n_views, dimension))."""
        rows = [
            (encoding.identifier, fingerprint, views_to_blob(views))
            for fingerprint, views in embeddings
        ]
        with writing(self._database):
            self._database.conn.executemany(
                "INSERT OR REPLACE INTO embeddings (encoding_id, fingerprint, views) "
                "VALUES (?, ?, ?)",
                rows,
            )

    def views_of_photos(self, encoding: Encoding) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Pairs (photo, views (n_views, dimension)) of the photos in the folder, by path."""
        for photos, views in self.blocks_of_views(encoding):
            yield from zip(photos, views, strict=True)

    def blocks_of_views(
        self, encoding: Encoding, photos_at_once: int = _PHOTOS_PER_PAGE
    ) -> Iterator[tuple[list[int], NDArray[np.float16]]]:
        """Those photos, some at a time, and their views (n_photos, n_views, dimension)."""
        for photos, blobs in self._blobs_of_photos(encoding, "embeddings.views", photos_at_once):
            views = blob_to_views(b"".join(blobs), dimension=encoding.dimension)
            yield photos, views.reshape(len(photos), -1, encoding.dimension)

    def whole_photos(self, encoding: Encoding) -> Iterator[tuple[int, bytes]]:
        """Pairs (photo, its first view (dimension,) as a blob) of those photos, by path."""
        first = f"substr(embeddings.views, 1, {encoding.dimension * HALF_BYTES})"
        for photos, blobs in self._blobs_of_photos(encoding, first):
            yield from zip(photos, blobs, strict=True)

    def _blobs_of_photos(
        self, encoding: Encoding, column: str, photos_at_once: int = _PHOTOS_PER_PAGE
    ) -> Iterator[tuple[list[int], list[bytes]]]:
        """Read a page at a time: an open cursor would hold on to one state of the database, and
        this connection's next write would fail where another thread has written since."""
        last_path = ""
        while rows := self._database.conn.execute(
            # A cross join keeps SQLite to this order: photos by path, then the embeddings of each.
            f"SELECT photos.path, photos.id, {column} FROM photos CROSS JOIN embeddings "
            "ON embeddings.encoding_id = ? AND embeddings.fingerprint = photos.fingerprint "
            "WHERE NOT photos.missing AND photos.path > ? ORDER BY photos.path LIMIT ?",
            (encoding.identifier, last_path, photos_at_once),
        ).fetchall():
            yield [row[1] for row in rows], [row[2] for row in rows]
            last_path = rows[-1][0]

    def photos_without(self, encoding: Encoding | None) -> list[tuple[int, str]]:
        """Pairs (photo, path) of the photos in the folder that have no embeddings, by path; not
        those known to be damaged."""
        return self._database.conn.execute(
            "SELECT id, path FROM photos WHERE NOT missing AND (coalesce(fingerprint, '') = '' OR "
            "(coalesce(error, '') = '' AND NOT EXISTS (SELECT 1 FROM embeddings "
            "WHERE encoding_id = ? AND embeddings.fingerprint = photos.fingerprint))) "
            "ORDER BY path",
            (None if encoding is None else encoding.identifier,),
        ).fetchall()

    def encoded_photos(self, encoding: Encoding) -> list[tuple[int, str]]:
        """Pairs (photo, fingerprint) of the photos in the folder that are encoded, by path."""
        return self._database.conn.execute(
            "SELECT photos.id, photos.fingerprint FROM photos CROSS JOIN embeddings "
            "ON embeddings.encoding_id = ? AND embeddings.fingerprint = photos.fingerprint "
            "WHERE NOT photos.missing ORDER BY photos.path",
            (encoding.identifier,),
        ).fetchall()

    def views_of_photo(self, encoding: Encoding, photo: int) -> NDArray[np.float16] | None:
        """(n_views, dimension), None where the photo is not encoded."""
        row = self._database.conn.execute(
            "SELECT embeddings.views FROM photos JOIN embeddings "
            "ON embeddings.encoding_id = ? AND embeddings.fingerprint = photos.fingerprint "
            "WHERE photos.id = ?",
            (encoding.identifier, photo),
        ).fetchone()
        return blob_to_views(row[0], dimension=encoding.dimension) if row else None

    def prompt_embeddings(
        self, encoder_key: str, prompts: Sequence[tuple[str, ...]]
    ) -> dict[tuple[str, ...], NDArray[np.float32]]:
        """The embeddings (dimension,) that are there of these classes' prompts."""
        found: dict[tuple[str, ...], NDArray[np.float32]] = {}
        for texts in prompts:
            row = self._database.conn.execute(
                "SELECT embedding FROM prompt_embeddings WHERE encoder_key = ? AND prompts = ?",
                (encoder_key, json.dumps(texts)),
            ).fetchone()
            if row:
                found[texts] = blob_to_scores(row[0])
        return found

    def add_prompt_embeddings(
        self, encoder_key: str, embeddings: Mapping[tuple[str, ...], NDArray[np.float32]]
    ) -> None:
        with writing(self._database):
            self._database.conn.executemany(
                "INSERT OR REPLACE INTO prompt_embeddings VALUES (?, ?, ?)",
                [
                    (encoder_key, json.dumps(texts), scores_to_blob(embedding))
                    for texts, embedding in embeddings.items()
                ],
            )


def _to_encoding(row: tuple[int, str, str, str, int, float]) -> Encoding:
    identifier, encoder_key, encoder, plan, dimension, temperature = row
    with reading_cells(tr("the views of encoding {identifier}", identifier=str(identifier))):
        views = ViewPlan.parse(plan)
    return Encoding(identifier, encoder_key, encoder, views, dimension, temperature)
