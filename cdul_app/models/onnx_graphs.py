"""torch modules as ONNX graphs."""

import logging
import warnings
from collections.abc import Mapping

import torch
from torch import Tensor, nn


def onnx_program(
    module: nn.Module, example: Tensor, *, names: tuple[str, str], axes: Mapping[int, str]
) -> torch.onnx.ONNXProgram:
    """`module` as a graph from one tensor to one.

    names : of input and output; axes : those of the input that may have any length, and what they
    are called; none of them is 1 in the example.  Raises whatever an exporter meets in a network.
    """
    logging.getLogger("onnxscript").setLevel(logging.ERROR)  # tells what it does not simplify
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, of its exporter
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            input_names=[names[0]],
            output_names=[names[1]],
            dynamic_shapes=({axis: torch.export.Dim(name) for axis, name in axes.items()},),
            verbose=False,
        )
    assert program is not None
    return program
