"""An image tower in whole numbers of 8 bits, for ONNX Runtime.

Transformers have their products in int8, scaled as each input comes (dynamic); of convolutions, for
which ONNX Runtime has no such way, the ranges are measured on views beforehand (static).
"""

from pathlib import Path

import numpy as np
from torch import nn

from cdul_app.models.accelerated.int8_products import with_int8_products
from cdul_app.models.accelerated.onnx_encoder import INPUT

FEWEST_VIEWS = 8  # that ranges can be measured on


def write_int8(file: Path, target: Path, views: np.ndarray, *, convolutional: bool) -> None:
    """views : (n, 3, H, W) float32, normalised, for the ranges of convolutions.

    Raises errors of onnx and onnxruntime, which are of no common kind.
    """
    if convolutional:
        _write_static(file, target, views)
    else:
        import onnx

        onnx.save(with_int8_products(onnx.load(file)), target)


def is_mostly_convolutions(tower: nn.Module) -> bool:
    """By its weights; the first layer of a vision transformer is one, too."""
    weights = sum(each.numel() for each in tower.parameters())
    convolutions = [each for each in tower.modules() if isinstance(each, nn.Conv2d)]
    return 2 * sum(each.weight.numel() for each in convolutions) > weights


def _write_static(file: Path, target: Path, views: np.ndarray) -> None:
    from onnxruntime.quantization import QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = target.with_name("ready.onnx")
    quant_pre_process(file, ready, skip_symbolic_shape=True)
    quantize_static(
        ready,
        target,
        _Reader(views),
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )


class _Reader:
    """Gives views out one by one, as quantize_static reads them."""

    def __init__(self, views: np.ndarray) -> None:
        self._views = iter(views)

    def get_next(self) -> dict[str, np.ndarray] | None:
        view = next(self._views, None)
        return None if view is None else {INPUT: view[None]}
