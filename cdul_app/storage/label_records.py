"""Label scores, the machine's output: one set for each kind of label."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.blobs import blob_to_scores, scores_to_blob
from cdul_app.storage.json_cells import cell_of, reading_cells
from cdul_app.storage.transactions import reading, writing

_ROWS_PER_WRITE = 5000  # so that an answer given meanwhile waits milliseconds
_ROWS_PER_READ = 1000


@dataclass(frozen=True)
class LabelSet:
    """Scores of some photos for some classes."""

    kind: LabelKind
    class_ids: tuple[int, ...]
    run_id: int | None
    photo_ids: tuple[int, ...]
    scores: NDArray[np.float32]  # (n_photos, n_classes), in [0, 1]


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

    def start_set(self, kind: LabelKind, class_ids: Sequence[int], run_id: int | None) -> int:
        """Begin a set; it is not seen until `finish_sets`."""
        with writing(self._database):
            cursor = self._database.conn.execute(
                "INSERT INTO label_sets (kind, class_ids, run_id) VALUES (?, ?, ?)",
                (kind.value, json.dumps(list(class_ids)), run_id),
            )
            return int(cursor.lastrowid or 0)

    def add(self, photo_ids: Sequence[int], scores: Mapping[int, NDArray[np.float32]]) -> None:
        """In one transaction.  scores : by set, (n_photos, n_classes) in [0, 1]."""
        rows = [
            (set_id, int(photo), scores_to_blob(row))
            for set_id, of_set in scores.items()
            for photo, row in zip(photo_ids, of_set, strict=True)
        ]
        with writing(self._database):
            self._database.conn.executemany("INSERT INTO label_scores VALUES (?, ?, ?)", rows)

    def finish_sets(self, set_ids: Sequence[int]) -> None:
        """Show these sets in place of the earlier ones of their kinds, all at once.

        The earlier ones are then deleted, as is what a run that was killed has left unfinished.
        """
        marks = ",".join("?" * len(set_ids))
        kinds = f"kind IN (SELECT kind FROM label_sets WHERE id IN ({marks}))"
        connection = self._database.conn
        with writing(self._database):
            connection.execute(
                f"UPDATE label_sets SET complete = (id IN ({marks})) WHERE {kinds}",
                [*set_ids, *set_ids],
            )
        hidden = connection.execute(
            f"SELECT id FROM label_sets WHERE NOT complete AND {kinds}", list(set_ids)
        ).fetchall()
        for (set_id,) in hidden:
            self._delete_set(set_id)

    def _delete_set(self, set_id: int) -> None:
        connection = self._database.conn
        deleted = _ROWS_PER_WRITE
        while deleted == _ROWS_PER_WRITE:
            with writing(self._database):
                deleted = connection.execute(
                    "DELETE FROM label_scores WHERE set_id = ?1 AND photo_id IN "
                    "(SELECT photo_id FROM label_scores WHERE set_id = ?1 LIMIT ?2)",
                    (set_id, _ROWS_PER_WRITE),
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
        for start in range(0, len(photo_ids), _ROWS_PER_WRITE):
            rows = slice(start, start + _ROWS_PER_WRITE)
            self.add(photo_ids[rows], {set_id: scores[rows]})
        self.finish_sets([set_id])

    def run_of(self, kind: LabelKind) -> int | None:
        """The run that wrote the current set of a kind."""
        row = self._database.conn.execute(
            "SELECT run_id FROM label_sets WHERE kind = ? AND complete ORDER BY id DESC LIMIT 1",
            (kind.value,),
        ).fetchone()
        return None if row is None else row[0]

    def read(self, kind: LabelKind) -> LabelSet | None:
        """The current set of a kind, None where there is none."""
        connection = self._database.conn
        with reading(self._database):
            row = connection.execute(
                "SELECT id, class_ids, run_id FROM label_sets WHERE kind = ? AND complete "
                "ORDER BY id DESC LIMIT 1",
                (kind.value,),
            ).fetchone()
            if row is None:
                return None
            set_id, run_id = row[0], row[2]
            with reading_cells(f"the list of classes of the {kind.value} labels"):
                class_ids = tuple(int(each) for each in cell_of(list, row[1]))
            count = connection.execute(
                "SELECT count(*) FROM label_scores WHERE set_id = ?", (set_id,)
            ).fetchone()[0]
            # Straight into their place: at 100,000 photos each copy more is 32 MB.
            scores = np.empty((count, len(class_ids)), dtype=np.float32)
            photo_ids: list[int] = []
            rows = connection.execute(
                "SELECT photo_id, scores FROM label_scores WHERE set_id = ? ORDER BY photo_id",
                (set_id,),
            )
            while chunk := rows.fetchmany(_ROWS_PER_READ):
                start = len(photo_ids)
                photo_ids += [photo for photo, _ in chunk]
                with reading_cells(f"the scores of the {kind.value} labels"):
                    joined = blob_to_scores(b"".join(blob for _, blob in chunk))
                    scores[start : len(photo_ids)] = joined.reshape(len(chunk), len(class_ids))
        return LabelSet(kind, class_ids, run_id, tuple(photo_ids), scores)
