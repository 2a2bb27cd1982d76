"""torch modules as ONNX graphs."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

_OPSET = 20  # the newest that the older exporter writes


def onnx_program(
    module: nn.Module, example: Tensor, *, names: tuple[str, str], axes: Mapping[int, str]
) -> torch.onnx.ONNXProgram:
    """`module` as a graph from one tensor to one.

    names : of input and output; axes : those of the input that may have any length, and what they
    are called; none of them is 1 in the example.  Raises whatever an exporter meets in a network.
    """
    logging.getLogger("onnxscript").setLevel(logging.ERROR)  # tells what it does not simplify
    with _without_warnings():
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


def write_traced(
    module: nn.Module,
    example: Tensor,
    file: Path,
    *,
    names: tuple[str, str],
    axes: Mapping[int, str],
) -> None:
    """As `onnx_program`, by torch's older exporter: in a third to a twentieth of the time, and in
    one file of 2 GB at the most.

    It follows one run over the example: of what a network does by its input's sizes it keeps the
    way that those took, so that what it gives is to be compared.  torch means to take it away.
    """
    torch._C._jit_set_onnx_log_output_stream("stderr")  # of a network that it cannot write
    has_fast_path = torch.backends.mha.get_fastpath_enabled()  # attention in one piece is one
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with _without_warnings(), torch.no_grad():
            torch.onnx.export(
                module,
                (example,),
                file,
                dynamo=False,
                input_names=[names[0]],
                output_names=[names[1]],
                dynamic_axes={names[0]: dict(axes)},
                opset_version=_OPSET,
            )
    finally:
        torch.backends.mha.set_fastpath_enabled(has_fast_path)


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Of torch's own, of its exporters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
