"""Label scores, the machine's output: one set for each kind of label.

The scores of a set lie in blocks of some hundred photos: a row a photo would take ten times as long
to write, and to read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.records.blobs import (
    blob_to_photos,
    blob_to_scores,
    photos_to_blob,
    scores_to_blob,
)
from cdul_app.storage.records.json_cells import cell_of, reading_cells
from cdul_app.storage.transactions import reading, writing

# So that an answer given meanwhile waits milliseconds.
_PHOTOS_PER_BLOCK = 5000
_BLOCKS_PER_DELETION = 64


@dataclass(frozen=True)
class LabelSet:
    """Scores of some photos for some classes."""

    kind: LabelKind
    class_ids: tuple[int, ...]
    run_id: int | None
    photos: NDArray[np.int64]  # (n_photos,) identifiers, sorted
    scores: NDArray[np.float32]  # (n_photos, n_classes), in [0, 1]

    @cached_property
    def photo_ids(self) -> tuple[int, ...]:
        return tuple(self.photos.tolist())


class LabelRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    def kinds(self) -> list[LabelKind]:
        """The kinds that exist, in the method's order."""
        rows = self._database.conn.execute("SELECT DISTINCT kind FROM label_sets WHERE complete")
        found = {row[0] for row in rows}
        return [kind for kind in LabelKind if kind in found]

    def newest(self) -> int:
        """The newest set that is complete, 0 where there is none."""
        row = self._database.conn.execute(
            "SELECT coalesce(max(id), 0) FROM label_sets WHERE complete"
        ).fetchone()
        return int(row[0])

    def start_set(
        self,
        kind: LabelKind,
        class_ids: Sequence[int],
        run_id: int | None,
        *,
        scores_of: int | None = None,
    ) -> int:
        """Begin a set; it is not seen until `finish_sets`.

        scores_of : another set begun beside it whose scores it shares; none are added to it then.
        """
        connection = self._database.conn
        with writing(self._database):
            set_id = connection.execute(
                "INSERT INTO label_sets (kind, class_ids, run_id) VALUES (?, ?, ?)",
                (kind.value, json.dumps(list(class_ids)), run_id),
            ).lastrowid
            connection.execute(
                "UPDATE label_sets SET scores_of = coalesce(?, id) WHERE id = ?",
                (scores_of, set_id),
            )
        return int(set_id or 0)

    def add(self, photo_ids: Sequence[int], scores: Mapping[int, NDArray[np.float32]]) -> None:
        """In one transaction.  scores : by set, (n_photos, n_classes) in [0, 1]."""
        photos = np.asarray(photo_ids, dtype=np.int64)
        rows = [
            (set_id, int(photos[0]), photos_to_blob(photos), scores_to_blob(of_set))
            for set_id, of_set in scores.items()
        ]
        with writing(self._database):
            self._database.conn.executemany("INSERT INTO label_blocks VALUES (?, ?, ?, ?)", rows)

    def finish_sets(self, set_ids: Sequence[int]) -> None:
        """Show these sets in place of the earlier ones of their kinds, all at once.

        The earlier ones are then deleted, as are those that a run that was killed has left
        unfinished, and those of a kind that only an earlier version had.
        """
        marks = ",".join("?" * len(set_ids))
        kinds = f"kind IN (SELECT kind FROM label_sets WHERE id IN ({marks}))"
        connection = self._database.conn
        with writing(self._database):
            connection.execute(
                f"UPDATE label_sets SET complete = (id IN ({marks})) WHERE {kinds}",
                [*set_ids, *set_ids],
            )
        known = ",".join("?" * len(LabelKind))
        hidden = connection.execute(
            f"SELECT id FROM label_sets WHERE (NOT complete AND {kinds}) OR kind NOT IN ({known}) "
            "ORDER BY id DESC",
            [*set_ids, *LabelKind],
        ).fetchall()
        for (set_id,) in hidden:
            self._delete_set(set_id)

    def _delete_set(self, set_id: int) -> None:
        """It stays hidden where a later set shows its scores, until that one is replaced as well
        and this kind again."""
        connection = self._database.conn
        shared = "SELECT 1 FROM label_sets WHERE scores_of = ?1 AND id <> ?1"
        if connection.execute(shared, (set_id,)).fetchone():
            return
        deleted = _BLOCKS_PER_DELETION
        while deleted == _BLOCKS_PER_DELETION:
            with writing(self._database):
                deleted = connection.execute(
                    "DELETE FROM label_blocks WHERE rowid IN "
                    "(SELECT rowid FROM label_blocks WHERE set_id = ? LIMIT ?)",
                    (set_id, _BLOCKS_PER_DELETION),
                ).rowcount
        with writing(self._database):
            connection.execute("DELETE FROM label_sets WHERE id = ?", (set_id,))

    def write_set(
        self,
        kind: LabelKind,
        class_ids: Sequence[int],
        photo_ids: Sequence[int],
        scores: NDArray[np.float32],
        *,
        run_id: int | None,
    ) -> None:
        """Replace the labels of a kind.  scores : (n_photos, n_classes), in [0, 1]."""
        set_id = self.start_set(kind, class_ids, run_id)
        for start in range(0, len(photo_ids), _PHOTOS_PER_BLOCK):
            rows = slice(start, start + _PHOTOS_PER_BLOCK)
            self.add(photo_ids[rows], {set_id: scores[rows]})
        self.finish_sets([set_id])

    def run_of(self, kind: LabelKind) -> int | None:
        """The run that wrote the current set of a kind."""
        row = self._database.conn.execute(
            "SELECT run_id FROM label_sets WHERE kind = ? AND complete ORDER BY id DESC LIMIT 1",
            (kind.value,),
        ).fetchone()
        return None if row is None else row[0]

    def class_ids(self, kind: LabelKind) -> tuple[int, ...]:
        """The classes of the current set of a kind, of which no score is read."""
        row = self._database.conn.execute(
            "SELECT class_ids FROM label_sets WHERE kind = ? AND complete ORDER BY id DESC LIMIT 1",
            (kind.value,),
        ).fetchone()
        return () if row is None else _class_ids(kind, row[0])

    def read(self, kind: LabelKind) -> LabelSet | None:
        """The current set of a kind, None where there is none."""
        connection = self._database.conn
        with reading(self._database):
            row = connection.execute(
                "SELECT scores_of, class_ids, run_id FROM label_sets WHERE kind = ? AND complete "
                "ORDER BY id DESC LIMIT 1",
                (kind.value,),
            ).fetchone()
            if row is None:
                return None
            class_ids = _class_ids(kind, row[1])
            photos = [np.zeros(0, dtype=np.int64)]
            blocks = "FROM label_blocks WHERE set_id = ? ORDER BY first_photo"
            with reading_cells(tr("the scores of the {kind} labels", kind=kind.value)):
                for (blob,) in connection.execute(f"SELECT photo_ids {blocks}", row[:1]):
                    photos.append(blob_to_photos(blob))
                photo_ids = np.concatenate(photos)
                # Mostly sorted already: a slice takes a third of what places take.
                is_sorted = bool((photo_ids[1:] > photo_ids[:-1]).all())
                order = np.argsort(photo_ids, kind="stable")
                places = None if is_sorted else np.argsort(order, kind="stable")
                # Straight into their place: at 100,000 photos each copy more is 32 MB.
                scores = np.empty((len(photo_ids), len(class_ids)), dtype=np.float32)
                done = 0
                for (blob,) in connection.execute(f"SELECT scores {blocks}", row[:1]):
                    joined = blob_to_scores(blob).reshape(-1, len(class_ids))
                    rows = slice(done, done + len(joined))
                    scores[rows if places is None else places[rows]] = joined
                    done += len(joined)
                if done < len(scores):
                    raise ValueError("scores of fewer photos")
        return LabelSet(kind, class_ids, row[2], photo_ids[order], scores)


def _class_ids(kind: LabelKind, cell: str) -> tuple[int, ...]:
    with reading_cells(tr("the list of classes of the {kind} labels", kind=kind.value)):
        return tuple(int(each) for each in cell_of(list, cell))
