"""Label sets while they are computed."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.records.label_records import LabelRecords

PHOTOS_PER_WRITE = 1000  # a transaction of 100 takes a tenth more in all, one of these milliseconds


class GrowingSets:
    """Begun with the first photo, written some photos at a time, and not seen until `finish`."""

    def __init__(
        self,
        records: LabelRecords,
        class_ids: Sequence[int],
        runs: Mapping[LabelKind, int],
        same: Mapping[LabelKind, LabelKind],
    ) -> None:
        """runs : by kind, in the order of the sets, the run that each is of; same : kinds whose
        scores are those of an earlier one."""
        self._records = records
        self._class_ids = class_ids
        self._runs = runs
        self._same = same
        self._sets: dict[LabelKind, int] = {}
        self._photos: list[int] = []  # that are not written yet
        self._scores: list[Mapping[LabelKind, NDArray[np.float32]]] = []

    def add(
        self, photo_ids: Sequence[int], scores: Mapping[LabelKind, NDArray[np.float32]]
    ) -> None:
        """scores : by kind, (n_photos, n_classes) in [0, 1]."""
        self._photos += photo_ids
        self._scores.append(scores)
        if len(self._photos) >= PHOTOS_PER_WRITE:
            self._write()

    def finish(self) -> bool:
        """Show them in place of the earlier ones; False where there was no photo."""
        if self._photos:
            self._write()
        if self._sets:
            self._records.finish_sets(list(self._sets.values()))
        return bool(self._sets)

    def _write(self) -> None:
        for kind in self._runs if not self._sets else ():
            shared = self._same.get(kind)
            self._sets[kind] = self._records.start_set(
                kind,
                self._class_ids,
                self._runs[kind],
                scores_of=None if shared is None else self._sets[shared],
            )
        self._records.add(
            self._photos,
            {
                set_id: np.concatenate([scores[kind] for scores in self._scores])
                for kind, set_id in self._sets.items()
                if kind not in self._same
            },
        )
        self._photos, self._scores = [], []
