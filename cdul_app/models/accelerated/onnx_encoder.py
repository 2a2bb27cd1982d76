"""The image tower of an encoder, computed by ONNX Runtime on a CPU.

Of the runtimes that `tests.benchmarks.bench_runtimes` compares it is the one that earns its code:
to torch's own pace, for a MobileNetV2 and for ViT-B-32, 1.52 and 1.06 by ONNX Runtime, 1.36 and
1.10 by OpenVINO (a second extra for as much), 1.06 and 0.91 by `torch.compile` (which needs a C++
compiler as well).
"""

import logging
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cdul_app.method.arrays import FloatArray
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import cpu_lanes
from cdul_app.models.encoder.views import ViewFormat
from cdul_app.models.onnx_graphs import onnx_program

_INPUT, _OUTPUT = "views", "vectors"

logger = logging.getLogger(__name__)


class OnnxEncoder:
    """A ViewEncoder that says what its encoder says, up to rounding.

    Where the runtime fails, torch computes from there on.
    """

    def __init__(self, encoder: Encoder) -> None:
        """Takes seconds.  Raises whatever exporter or runtime meet in an image tower."""
        self._encoder = encoder
        self._session: Any = _session(encoder)

    @property
    def device(self) -> torch.device:
        return self._encoder.device

    @property
    def view_format(self) -> ViewFormat:
        return self._encoder.view_format

    @property
    def default_batch_size(self) -> int:
        return self._encoder.default_batch_size

    def encode_pixels(self, pixels: Tensor) -> FloatArray:
        """As `Encoder.encode_pixels`, from several threads at once."""
        return self._encoder.encode_pixels(pixels, tower=self._tower)

    def _tower(self, views: Tensor) -> Tensor:
        session = self._session
        if session is not None:
            try:
                (vectors,) = session.run([_OUTPUT], {_INPUT: views.contiguous().numpy()})
                return torch.from_numpy(vectors)
            except Exception as error:  # onnxruntime has errors of its own, of no common kind
                logger.warning("torch encodes from here on, ONNX Runtime failed: %s", error)
                self._session = None
        return torch.as_tensor(self._encoder.model.encode_image(views))


class _ImageTower(nn.Module):
    """Without the text half, which a graph would hold too; some towers give tokens beside."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, views: Tensor) -> Tensor:
        vectors = self.visual(views)
        first: Tensor = vectors[0] if isinstance(vectors, tuple) else vectors
        return first


def _session(encoder: Encoder) -> Any:
    """An onnxruntime.InferenceSession of the image tower, with the processor's cores for those
    lanes that call it and threads of its own together."""
    import onnxruntime

    example = torch.zeros(2, 3, *encoder.image_size)
    program = onnx_program(
        _ImageTower(encoder.model.visual).eval(),
        example,
        names=(_INPUT, _OUTPUT),
        axes={0: "count"},
    )
    options = onnxruntime.SessionOptions()
    cores = torch.get_num_threads()
    # A caller counts as one of these threads, and those that wait must not take a lane's core.
    options.intra_op_num_threads = cores - cpu_lanes(cores) + 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "tower.onnx"
        program.save(file, external_data=True)  # a file itself ends at 2 GB
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
