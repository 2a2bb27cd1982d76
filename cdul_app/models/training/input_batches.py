"""Batches of what a classifier reads, from photo files."""

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from cdul_app.method.arrays import IntArray
from cdul_app.models.classifier.photo_transform import PhotoTransform
from cdul_app.models.encoder.views import Pixels
from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.photos.unreadable import UnreadablePhoto

_BATCHES_AHEAD = 2


@dataclass(frozen=True)
class LoadedBatch:
    rows: IntArray  # (n,) of those that could be read
    inputs: Tensor  # (n, 3, height, width) uint8 on the CPU, channels last in memory
    failures: tuple[tuple[int, str], ...] = ()  # (row, reason) of the others


@dataclass(frozen=True)
class PhotoBatches:
    """Photos as a classifier's pixels, decoded two batches ahead."""

    photos: Sequence[PhotoSource]
    transform: PhotoTransform

    def batches(
        self, row_batches: Sequence[IntArray], *, augment_seed: tuple[int, ...] | None = None
    ) -> Generator[LoadedBatch, None, None]:
        """One LoadedBatch for each array of rows; augmented where a seed is given.

        Closing the generator ends its threads.
        """

        def read(row: int) -> Pixels | str:
            source = self.photos[row]
            try:
                if augment_seed is None:
                    return self.transform.for_prediction(source)
                return self.transform.for_training(source, seed=(*augment_seed, row))
            except UnreadablePhoto as reason:
                return str(reason)

        rows = [int(row) for batch in row_batches for row in batch]
        ahead = _BATCHES_AHEAD * max(map(len, row_batches), default=0)
        threads = min(16, os.cpu_count() or 1)
        with closing(read_ahead(read, rows, threads=threads, ahead=ahead)) as reading:
            for batch in row_batches:
                found = list(zip(batch, islice(reading, len(batch)), strict=True))
                pixels = [item for _, item in found if not isinstance(item, str)]
                stack = np.stack(pixels) if pixels else np.empty((0, 1, 1, 3), np.uint8)
                yield LoadedBatch(
                    np.array([row for row, item in found if not isinstance(item, str)], np.int64),
                    torch.from_numpy(stack).permute(0, 3, 1, 2),
                    tuple((int(row), item) for row, item in found if isinstance(item, str)),
                )


def even_batches(rows: IntArray, batch_size: int) -> list[IntArray]:
    """Cut `rows` into batches of at most `batch_size` that differ by one row at most.

    A last batch of a single photo would leave batch normalisation without a variance.
    """
    if len(rows) == 0:
        return []
    return np.array_split(rows, -(-len(rows) // batch_size))
