"""Averages over windows of a map, where a window may cover part of a location."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import ViewBox


@dataclass(frozen=True)
class MapBoxes:
    """Boxes of a photo that are looked at in a map of `rows` x `columns` locations."""

    boxes: Sequence[ViewBox]
    rows: int
    columns: int
    device: torch.device

    def weights(self) -> Tensor:
        """What each location of the map counts in the average over each box.

        Returns (n_boxes, rows * columns) float32, in [0, 1], each row sums to 1; the weights of a
        box over the whole map are all the same.
        """
        weights = [
            np.outer(
                coverage(float(box.top), float(box.bottom), self.rows),
                coverage(float(box.left), float(box.right), self.columns),
            ).ravel()
            for box in self.boxes
        ]
        return torch.from_numpy(np.stack(weights).astype(np.float32)).to(self.device)


def coverage(start: float, end: float, locations: int) -> FloatArray:
    """How much of a stretch lies on each of `locations` equal parts of a line.

    start, end : in [0, 1], start < end.  Returns (locations,), in [0, 1], sums to 1.
    Raises ValueError for an empty stretch or one that leaves the line.
    """
    if not 0 <= start < end <= 1 or locations < 1:
        raise ValueError(f"no stretch of {locations} locations: {start} to {end}")
    edges = np.arange(locations + 1) / locations
    shares = np.clip(np.minimum(edges[1:], end) - np.maximum(edges[:-1], start), 0, None)
    return np.asarray(shares / shares.sum())


def pool_windows(locations: Tensor, weights: Tensor) -> Tensor:
    """(B, n_locations, C) and (n_boxes, n_locations) to (B, n_boxes, C), in float32.

    Half precision would lose in the sum what is small.
    """
    return torch.matmul(weights, locations.float())
