"""Cached embeddings: of views by file content and encoding, of prompts by encoder."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
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
from cdul_app.storage.records.view_files import LostFile, ViewFiles
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


MOST_BYTES = 2 * 2**30  # of views in the database: 200,000 photos of ten views of 512 numbers
_PHOTOS_PER_PAGE = 256
# The column is called grid since before there were plans; it holds the plan's text.
_ENCODING_COLUMNS = "id, encoder_key, encoder, grid, dimension, temperature"


class EmbeddingRecords:
    def __init__(self, database: Database, files: ViewFiles) -> None:
        """files : for the views of projects where they are more than MOST_BYTES in all."""
        self._database = database
        self._files = files
        self._in_files: dict[int, bool] = {}  # by encoding

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
        self, encoding: Encoding, embeddings: Sequence[tuple[str, NDArray[np.float16]]]
    ) -> None:
        """Pairs (fingerprint, views (n_views, dimension)).  Raises ProjectError."""
        if embeddings and self._belongs_in_files(encoding):
            self._add_in_file(encoding, embeddings)
            return
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

    def _belongs_in_files(self, encoding: Encoding) -> bool:
        if encoding.identifier not in self._in_files:
            photos = self._database.conn.execute(
                "SELECT count(*) FROM photos WHERE NOT missing"
            ).fetchone()[0]
            size = photos * math.prod(_shape(encoding)) * HALF_BYTES
            self._in_files[encoding.identifier] = size > MOST_BYTES
        return self._in_files[encoding.identifier]

    def _add_in_file(
        self, encoding: Encoding, embeddings: Sequence[tuple[str, NDArray[np.float16]]]
    ) -> None:
        name, first = self._files.append(np.stack([views for _, views in embeddings]))
        with writing(self._database):
            file = self._database.conn.execute(
                "INSERT INTO view_files (encoding_id, name, photos) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET photos = excluded.photos RETURNING id",
                (encoding.identifier, name, first + len(embeddings)),
            ).fetchone()[0]
            self._database.conn.executemany(
                "INSERT OR REPLACE INTO embeddings (encoding_id, fingerprint, views, file, place) "
                "VALUES (?, ?, x'', ?, ?)",
                [
                    (encoding.identifier, fingerprint, file, place)
                    for place, (fingerprint, _) in enumerate(embeddings, first)
                ],
            )

    def lost_files(self) -> list[LostFile]:
        """The files of views that are not as they were written."""
        rows = self._database.conn.execute(
            "SELECT id, name, photos, encoding_id FROM view_files ORDER BY id"
        ).fetchall()
        found = []
        for identifier, name, photos, encoding_id in rows:
            encoding = self.encoding(encoding_id)
            if encoding is None or not self._files.holds(name, photos, _shape(encoding)):
                found.append(LostFile(identifier, name, photos))
        return found

    def forget_lost_files(self) -> list[LostFile]:
        """What lay in them counts as not encoded from now on.  Returns them."""
        lost = self.lost_files()
        if lost:
            gone = [(file.identifier,) for file in lost]
            with writing(self._database):
                self._database.conn.executemany("DELETE FROM embeddings WHERE file = ?", gone)
                self._database.conn.executemany("DELETE FROM view_files WHERE id = ?", gone)
        return lost

    def views_of_photos(self, encoding: Encoding) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Pairs (photo, views (n_views, dimension)) of the photos in the folder, by path.

        Here and below: raises ProjectError where a file of views is gone or damaged.
        """
        for photos, views in self.blocks_of_views(encoding):
            yield from zip(photos, views, strict=True)

    def blocks_of_views(
        self, encoding: Encoding, photos_at_once: int = _PHOTOS_PER_PAGE
    ) -> Iterator[tuple[list[int], NDArray[np.float16]]]:
        """Those photos, some at a time, and their views (n_photos, n_views, dimension)."""
        return self._blocks(encoding, encoding.plan.view_count, photos_at_once)

    def whole_photos(self, encoding: Encoding) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Pairs (photo, its first view (dimension,)) of those photos, by path."""
        for photos, views in self._blocks(encoding, 1, _PHOTOS_PER_PAGE):
            yield from zip(photos, views[:, 0], strict=True)

    def _blocks(
        self, encoding: Encoding, view_count: int, photos_at_once: int
    ) -> Iterator[tuple[list[int], NDArray[np.float16]]]:
        """Read a page at a time: an open cursor would hold on to one state of the database, and
        this connection's next write would fail where another thread has written since."""
        views = "embeddings.views"
        if view_count < encoding.plan.view_count:
            views = f"substr({views}, 1, {view_count * encoding.dimension * HALF_BYTES})"
        last_path = ""
        while rows := self._database.conn.execute(
            # A cross join keeps SQLite to this order: photos by path, then the embeddings of each.
            f"SELECT photos.path, photos.id, {views}, embeddings.file, embeddings.place "
            "FROM photos CROSS JOIN embeddings "
            "ON embeddings.encoding_id = ? AND embeddings.fingerprint = photos.fingerprint "
            "WHERE NOT photos.missing AND photos.path > ? ORDER BY photos.path LIMIT ?",
            (encoding.identifier, last_path, photos_at_once),
        ).fetchall():
            cells = [row[2:] for row in rows]
            yield [row[1] for row in rows], self._read(encoding, cells, view_count)
            last_path = rows[-1][0]

    def _read(
        self,
        encoding: Encoding,
        cells: Sequence[tuple[bytes, int | None, int | None]],
        view_count: int,
    ) -> NDArray[np.float16]:
        """(n_photos, view_count, dimension) of cells (views, file, place)."""
        shape = (len(cells), view_count, encoding.dimension)
        files = {file for _, file, _ in cells if file is not None}
        if not files:
            views = blob_to_views(b"".join(blob for blob, _, _ in cells), dimension=shape[2])
            return views.reshape(shape)
        views = np.empty(shape, dtype="<f2")
        for file in files:
            rows = [row for row, cell in enumerate(cells) if cell[1] == file]
            read = np.empty((len(rows), *shape[1:]), dtype="<f2")
            places = [cells[row][2] or 0 for row in rows]
            self._files.read(self._name_of(file), places, _shape(encoding), read)
            views[rows] = read
        for row, (blob, in_file, _) in enumerate(cells):
            if in_file is None:
                views[row] = blob_to_views(blob, dimension=shape[2])
        return views

    def _name_of(self, file: int) -> str:
        row = self._database.conn.execute(
            "SELECT name FROM view_files WHERE id = ?", (file,)
        ).fetchone()
        return str(row[0]) if row else ""

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
            "SELECT embeddings.views, embeddings.file, embeddings.place "
            "FROM photos JOIN embeddings "
            "ON embeddings.encoding_id = ? AND embeddings.fingerprint = photos.fingerprint "
            "WHERE photos.id = ?",
            (encoding.identifier, photo),
        ).fetchone()
        return self._read(encoding, [row], encoding.plan.view_count)[0] if row else None

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


def _shape(encoding: Encoding) -> tuple[int, int]:
    """Of a photo's views."""
    return encoding.plan.view_count, encoding.dimension


def _to_encoding(row: tuple[int, str, str, str, int, float]) -> Encoding:
    identifier, encoder_key, encoder, plan, dimension, temperature = row
    with reading_cells(tr("the views of encoding {identifier}", identifier=str(identifier))):
        views = ViewPlan.parse(plan)
    return Encoding(identifier, encoder_key, encoder, views, dimension, temperature)
