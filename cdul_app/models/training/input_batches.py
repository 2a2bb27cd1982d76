"""Batches of what a classifier reads, from stored embeddings or from photo files."""

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cdul_app.method.arrays import IntArray
from cdul_app.models.classifier.feature_head import FeatureHead
from cdul_app.models.classifier.photo_transform import PhotoTransform
from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.unreadable import UnreadablePhoto

_BATCHES_AHEAD = 2
_KEPT_FEATURE_BYTES = 2**30  # 170,000 photos of 512 dimensions
_NO_EMBEDDING = "It has no stored embedding: score it first."


@dataclass(frozen=True)
class LoadedBatch:
    rows: IntArray  # (n,) of those that could be read
    inputs: Tensor  # (n, ...) on the CPU
    failures: tuple[tuple[int, str], ...] = ()  # (row, reason) of the others


class BatchSource(Protocol):
    def batches(
        self, row_batches: Sequence[IntArray], *, augment_seed: tuple[int, ...] | None = None
    ) -> Generator[LoadedBatch, None, None]:
        """One LoadedBatch for each array of rows; augmented where a seed is given.

        Closing the generator ends its threads.
        """
        ...


class FeatureBatches:
    """What the feature head reads, made once from the stored embeddings where memory allows."""

    def __init__(self, views: NDArray[np.float16], head: FeatureHead) -> None:
        """views : (n_images, 1 + n_snippets, dim), any float type; may be a memory-map."""
        self._views = views
        self._head = head
        width = 3 * head.settings.dim + head.settings.class_count
        self._features: Tensor | None = None  # (n_images, width)
        if 4 * len(views) * width <= _KEPT_FEATURE_BYTES:
            self._features = torch.empty(len(views), width)
        self._made = np.zeros(len(views), dtype=bool)
        self._unscored = np.zeros(len(views), dtype=bool)

    def batches(
        self, row_batches: Sequence[IntArray], *, augment_seed: tuple[int, ...] | None = None
    ) -> Generator[LoadedBatch, None, None]:
        """Embeddings are never augmented, whatever the seed."""
        for rows in row_batches:
            features = self._describe(rows)
            lost = self._unscored[rows]
            failures = tuple((int(row), _NO_EMBEDDING) for row in rows[lost])
            if failures:
                features = features[torch.from_numpy(~lost)]
            yield LoadedBatch(rows[~lost], features, failures)

    def _describe(self, rows: IntArray) -> Tensor:
        """(n_rows, width); rows without an embedding are marked and hold nothing of use."""
        if self._features is None:
            return self._describe_now(rows)
        new = rows[~self._made[rows]]
        if len(new):
            self._features[torch.from_numpy(new)] = self._describe_now(new)
            self._made[new] = True
        return self._features[torch.from_numpy(rows)]

    def _describe_now(self, rows: IntArray) -> Tensor:
        views = torch.from_numpy(np.ascontiguousarray(self._views[rows]))
        lengths = views.float().norm(dim=-1)  # (n_rows, n_views)
        # A length of 0 or NaN: no embedding was stored.
        self._unscored[rows] = ~((lengths > 0) & lengths.isfinite()).all(dim=1).numpy()
        return self._head.describe(views.to(self._head.class_embeddings.device)).cpu()


@dataclass(frozen=True)
class PhotoBatches:
    """Photos as a classifier's pixels, decoded two batches ahead."""

    paths: Sequence[Path]
    transform: PhotoTransform

    def batches(
        self, row_batches: Sequence[IntArray], *, augment_seed: tuple[int, ...] | None = None
    ) -> Generator[LoadedBatch, None, None]:
        def read(row: int) -> Tensor | str:
            path = self.paths[row]
            try:
                if augment_seed is None:
                    return self.transform.for_prediction(path)
                return self.transform.for_training(path, seed=(*augment_seed, row))
            except UnreadablePhoto as reason:
                return str(reason)

        rows = [int(row) for batch in row_batches for row in batch]
        ahead = _BATCHES_AHEAD * max(map(len, row_batches), default=0)
        threads = min(16, os.cpu_count() or 1)
        with closing(read_ahead(read, rows, threads=threads, ahead=ahead)) as reading:
            for batch in row_batches:
                found = list(zip(batch, islice(reading, len(batch)), strict=True))
                pixels = [item for _, item in found if isinstance(item, Tensor)]
                yield LoadedBatch(
                    np.array([row for row, item in found if isinstance(item, Tensor)], np.int64),
                    torch.stack(pixels) if pixels else torch.empty(0, 3, 1, 1, dtype=torch.uint8),
                    tuple((int(row), item) for row, item in found if isinstance(item, str)),
                )


def even_batches(rows: IntArray, batch_size: int) -> list[IntArray]:
    """Cut `rows` into batches of at most `batch_size` that differ by one row at most.

    A last batch of a single photo would leave batch normalisation without a variance.
    """
    if len(rows) == 0:
        return []
    return np.array_split(rows, -(-len(rows) // batch_size))
