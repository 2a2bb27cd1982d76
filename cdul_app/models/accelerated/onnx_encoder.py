"""The image tower of an encoder, computed by ONNX Runtime on a CPU."""

import logging
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cdul_app.method.arrays import FloatArray
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import cpu_lanes
from cdul_app.models.encoder.views import ViewFormat
from cdul_app.models.onnx_graphs import onnx_program, write_traced

INPUT, OUTPUT = "views", "vectors"

logger = logging.getLogger(__name__)


class OnnxEncoder:
    """A ViewEncoder whose image tower is a graph in a file, which is not needed afterwards.

    Where the runtime fails, torch computes from there on.
    """

    def __init__(self, encoder: Encoder, file: Path) -> None:
        """Raises errors of onnxruntime, which are of no common kind."""
        self._encoder = encoder
        self._session: Any = _session(file)

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
                (vectors,) = session.run([OUTPUT], {INPUT: views.contiguous().numpy()})
                return torch.from_numpy(vectors)
            except Exception as error:
                logger.warning("torch encodes from here on, ONNX Runtime failed: %s", error)
                self._session = None
        return torch.as_tensor(self._encoder.model.encode_image(views))


def write_tower(encoder: Encoder, file: Path, *, in_one_file: bool) -> None:
    """The image tower as a graph that takes any number of views; where it is not `in_one_file`,
    which ends at 2 GB, its weights stand in another beside it.

    Raises whatever an exporter meets in one of 1,000 networks.
    """
    example = torch.zeros(2, 3, *encoder.image_size)
    tower = ImageTowerOnly(encoder.model.visual).eval()
    names, axes = (INPUT, OUTPUT), {0: "count"}
    if in_one_file:
        try:
            write_traced(tower, example, file, names=names, axes=axes)
            return
        except Exception as error:  # of a network, or of a torch that has no such exporter
            logger.info("%s is written the slow way: %s", encoder.identifier, error)
    program = onnx_program(tower, example, names=names, axes=axes)
    program.save(file, external_data=not in_one_file)


class ImageTowerOnly(nn.Module):
    """Without the text half, which a graph would hold too; some towers give tokens beside."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, views: Tensor) -> Tensor:
        vectors = self.visual(views)
        first: Tensor = vectors[0] if isinstance(vectors, tuple) else vectors
        return first


def _session(file: Path) -> Any:
    """An onnxruntime.InferenceSession that shares the cores with the lanes that call it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    cores = torch.get_num_threads()
    # A caller counts as one of these threads, and those that wait must not take a lane's core.
    options.intra_op_num_threads = cores - cpu_lanes(cores) + 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
