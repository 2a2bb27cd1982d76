"""An accelerator's way on tensors that say they are on CUDA and hold no numbers.

torch checks of each operation whether CUDA has it for these types and shapes, on any machine.
"""

from collections.abc import Iterator

import open_clip
import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.device_views import _matrices, cut_on_device
from cdul_app.models.accelerated.half_precision import half_type
from cdul_app.models.dense.dense import DenseEncoder
from cdul_app.models.encoder.encoder import Encoder, is_convolutional
from cdul_app.models.encoder.views import ViewFormat

CUDA = torch.device("cuda", 0)
GREY = (0.5, 0.5, 0.5)


@pytest.fixture(autouse=True)
def no_matrices_are_left() -> Iterator[None]:
    yield
    _matrices.on.cache_clear()


def on_cuda(model: nn.Module, half: torch.dtype) -> None:
    """Weights of a model in half precision, wherever they were."""
    for module in model.modules():
        for held in (module._parameters, module._buffers):
            for name, values in held.items():
                if values is None:
                    continue
                kind = half if values.is_floating_point() else values.dtype
                made = torch.empty_strided(values.shape, values.stride(), dtype=kind, device=CUDA)
                is_weight = held is module._parameters
                held[name] = nn.Parameter(made, requires_grad=False) if is_weight else made


def pixels_of(view_format: ViewFormat, count: int = 2) -> torch.Tensor:
    shape = (count, view_format.height, view_format.width, 3)
    return torch.empty(shape, dtype=torch.uint8, device=CUDA)


@pytest.mark.parametrize("name", ["ViT-B-32", "ViT-L-14", "RN50", "RN50x64"])
@pytest.mark.parametrize("views", ["3x3", "dense:3x3", "dense@2:3x3half"])
def test_image_towers_compute_in_half_precision(name: str, views: str):
    with torch.device("meta"):
        model = open_clip.create_model(name, device="meta").eval()
    vision = open_clip.get_model_config(name)["vision_cfg"]
    half = half_type("cuda", convolutional=is_convolutional(vision), has_bfloat16=True)
    assert half is not None
    plan = ViewPlan.parse(views)
    with FakeTensorMode(allow_non_fake_inputs=True), torch.no_grad():
        on_cuda(model, half)
        form = ViewFormat.from_preprocessing(model.visual.preprocess_cfg)
        size = (form.height, form.width)
        encoder = Encoder(name, name, 8, size, 0.01, CUDA, form, model, None, half)
        if plan.is_dense:
            dense = DenseEncoder(encoder, plan)
            inputs = encoder.normalised(pixels_of(dense.view_format))
            vectors = dense.tower(inputs)
            assert vectors.shape[1] == plan.view_count - (not dense.same_size)
        else:
            inputs = encoder.normalised(pixels_of(form))
            vectors = model.encode_image(inputs)
            assert vectors.dtype == half
    assert inputs.dtype == half
    assert inputs.is_contiguous(memory_format=torch.channels_last)
    assert vectors.device == CUDA
    assert len(vectors) == 2


@pytest.mark.parametrize("views", ["3x3", "2x2+3x3", "3x3half", "2x2+mirrored"])
def test_views_are_cut_in_half_precision(views: str):
    form, plan = ViewFormat(224, 224, GREY, GREY), ViewPlan.parse(views)
    boxes = plan.pixel_boxes(640, 480)
    # What is kept of matrices is made of numbers, and is there before there are none.
    cut_on_device(torch.zeros(1, 3, 480, 640, dtype=torch.uint8), boxes, form)
    with FakeTensorMode(allow_non_fake_inputs=True):
        photos = torch.empty(5, 3, 480, 640, dtype=torch.uint8, device=CUDA)
        cut = cut_on_device(photos, boxes, form, mirrored=plan.mirrored)
    assert cut.shape == (5, plan.encoded_count, 224, 224, 3)
    assert (cut.dtype, cut.device) == (torch.uint8, CUDA)
    assert cut.is_contiguous()
