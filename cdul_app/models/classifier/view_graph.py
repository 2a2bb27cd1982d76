"""Cutting and squashing views as a part of a graph, for photos of any size."""

import math
from collections.abc import Sequence
from fractions import Fraction

import torch
from torch import Tensor, nn

from cdul_app.method.view_plans import ViewBox

# Of torch's 8-bit kernel: its weights are whole numbers of 15 bits, of at most 22 binary places.
_WEIGHT_LIMIT, _MOST_PLACES = 2**15, 22
_REACH = {"bilinear": 1.0, "bicubic": 2.0, "lanczos": 3.0}  # of each filter, in pixels


class CutViews(nn.Module):
    """What `cut_views` and Pillow's `resize` do, in floating point.

    Squashing is a product with a matrix for the rows and one for the columns, so that a graph needs
    no operation that runtimes implement in different ways.
    """

    row_edges: Tensor
    column_edges: Tensor

    def __init__(
        self,
        boxes: Sequence[ViewBox],
        height: int,
        width: int,
        interpolation: str,
        *,
        as_torch: bool = True,
    ) -> None:
        """height, width : of each view; as_torch : with the rounded weights that torch has and
        Pillow has not.  Raises ValueError for an interpolation without a filter here."""
        super().__init__()
        if interpolation not in _REACH:
            raise ValueError(f"no filter is known for {interpolation}")
        self.height, self.width, self.interpolation = height, width, interpolation
        self.as_torch = as_torch
        rows = [(box.top, box.bottom) for box in boxes]
        columns = [(box.left, box.right) for box in boxes]
        row_bands, column_bands = list(dict.fromkeys(rows)), list(dict.fromkeys(columns))
        # Views of the same rows, or columns, share the work on these.
        self.rows = [row_bands.index(band) for band in rows]
        self.columns = [column_bands.index(band) for band in columns]
        self.register_buffer("row_edges", _edges(row_bands))
        self.register_buffer("column_edges", _edges(column_bands))

    def forward(self, pixels: Tensor) -> Tensor:
        """pixels : (n, h, w, 3), of 0 to 255.
        Returns (n, n_boxes, 3, height, width) float32, whole numbers of 0 to 255."""
        channels = pixels.permute(0, 3, 1, 2).to(torch.float32)  # (n, 3, h, w)
        across = self._weights(
            self.column_edges, channels.shape[3], self.width
        )  # (bands, width, w)
        down = self._weights(self.row_edges, channels.shape[2], self.height)  # (bands, height, h)
        narrow = _whole_numbers(channels[:, None] @ across.mT[None, self.columns, None])
        return _whole_numbers(down[None, self.rows, None] @ narrow)

    def _weights(self, edges: Tensor, length: int, size: int) -> Tensor:
        """What each of `length` pixels counts in each of `size`, of every band.

        Returns (n_bands, size, length), each row sums to 1.
        """
        starts, ends = (_rounded(length, edges[:, place]) for place in (0, 1))
        earliest = length * edges[:, 0, 0] // edges[:, 0, 1]
        is_empty = starts >= ends  # more bands than pixels: see `ViewPlan.pixel_boxes`
        starts = torch.where(is_empty, earliest.clamp(max=length - 1), starts)[:, None, None]
        ends = torch.where(is_empty[:, None, None], starts + 1, ends[:, None, None])
        scale = (ends - starts).to(torch.float64) / size  # (n_bands, 1, 1)
        middles = (torch.arange(size, device=edges.device) + 0.5)[:, None] * scale
        places = torch.arange(length, device=edges.device) - starts  # (n_bands, 1, length)
        # Filters grow where a photo is made smaller, so that no pixel is passed over.
        distances = (places + 0.5 - middles) / scale.clamp(min=1)
        inside = (places >= 0) & (places < ends - starts)
        weights = torch.where(inside, _filter(self.interpolation, distances), 0.0)
        weights = weights / weights.sum(dim=2, keepdim=True)
        return (_rounded_weights(weights) if self.as_torch else weights).to(torch.float32)


def _edges(bands: Sequence[tuple[Fraction, Fraction]]) -> Tensor:
    """(n_bands, 2, 2) int64: start and end, each as numerator and denominator."""
    return torch.tensor([[edge.as_integer_ratio() for edge in band] for band in bands])


def _rounded(length: int, fractions: Tensor) -> Tensor:
    """`round(length * fraction)` as Python has it, halves to the even number.

    fractions : (n, 2) numerators and denominators.  Returns (n,) int64.
    """
    of_all, denominators = length * fractions[:, 0], fractions[:, 1]
    is_odd = of_all // denominators % 2
    return (2 * of_all + denominators - 1 + is_odd) // (2 * denominators)


def _rounded_weights(weights: Tensor) -> Tensor:
    """(n_bands, size, length), with as many binary places as the largest of a band leaves."""
    scales = 2.0 ** torch.arange(1, _MOST_PLACES + 1, device=weights.device)
    largest = weights.amax(dim=(1, 2))[:, None]
    fitting = (largest * scales + 0.5).floor() < _WEIGHT_LIMIT  # (n_bands, places)
    scale = torch.exp2(fitting.sum(dim=1).to(torch.float64))[:, None, None]
    return (weights * scale).round() / scale


def _filter(interpolation: str, distances: Tensor) -> Tensor:
    """Pillow's filters of these names, which are torch's."""
    far = distances.abs()
    if interpolation == "bilinear":
        return (1 - far).clamp(min=0)
    if interpolation == "lanczos":
        turns = math.pi * far.clamp(min=1e-6)
        windowed = 3 * turns.sin() * (turns / 3).sin() / turns.square()
        return torch.where(far < _REACH[interpolation], windowed, 0.0)
    near = (1.5 * far - 2.5) * far.square() + 1
    beyond = ((2.5 - 0.5 * far) * far - 4) * far + 2
    return torch.where(far < 1, near, torch.where(far < _REACH[interpolation], beyond, 0.0))


def _whole_numbers(values: Tensor) -> Tensor:
    return (values + 0.5).floor().clamp(0, 255)
