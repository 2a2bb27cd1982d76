"""torch modules as graphs, read by ONNX Runtime."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cdul_app.models.onnx_graphs import onnx_program, write_traced

onnxruntime = pytest.importorskip("onnxruntime", reason="cdul-app[onnx] is not installed")
NAMES, AXES = ("values", "result"), {0: "count"}


class Unwritable(nn.Module):
    def forward(self, values: Tensor) -> Tensor:
        return torch.special.bessel_j0(values)


class Attention(nn.Module):
    """As open_clip has it; torch does it in one piece where no gradients are asked for."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.MultiheadAttention(16, 2, batch_first=True)
        self.eval().requires_grad_(False)

    def forward(self, values: Tensor) -> Tensor:
        result: Tensor = self.layer(values, values, values, need_weights=False)[0]
        return result


def computed(file: Path, values: Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return np.asarray(session.run([NAMES[1]], {NAMES[0]: values.numpy()})[0])


@pytest.mark.parametrize("count", [1, 2, 7])
def test_both_ways_write_what_torch_computes_of_any_number(tmp_path: Path, count: int):
    module, example = Attention(), torch.randn(2, 5, 16)
    traced, program = tmp_path / "traced.onnx", tmp_path / "program.onnx"
    write_traced(module, example, traced, names=NAMES, axes=AXES)
    onnx_program(module, example, names=NAMES, axes=AXES).save(program)
    values = torch.randn(count, 5, 16)
    exact = module(values).numpy()
    for file in (traced, program):
        assert np.abs(computed(file, values) - exact).max() < 1e-5


def test_torch_is_left_as_it_was_and_a_network_it_cannot_write_raises(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    for wanted in (True, False):
        torch.backends.mha.set_fastpath_enabled(wanted)
        try:
            with pytest.raises(torch.onnx.errors.OnnxExporterError):
                write_traced(
                    Unwritable(), torch.ones(2, 3), tmp_path / "a.onnx", names=NAMES, axes=AXES
                )
            assert torch.backends.mha.get_fastpath_enabled() == wanted
        finally:
            torch.backends.mha.set_fastpath_enabled(True)
    assert capfd.readouterr().out == ""  # where results go
