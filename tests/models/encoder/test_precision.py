"""The number type an encoder computes in."""

import open_clip
import pytest
import torch

from cdul_app.models.encoder.encoder import autocast_type, is_convolutional, load_encoder


@pytest.mark.parametrize(
    ("device_type", "convolutional", "has_bfloat16", "wanted"),
    [
        ("cuda", False, True, torch.float16),
        ("cuda", False, False, torch.float16),
        # They overflow float16: RN50x64 gives NaN.
        ("cuda", True, True, torch.bfloat16),
        ("cuda", True, False, None),
        ("cpu", False, True, None),
        ("cpu", True, True, None),
        ("mps", False, True, None),
        ("mps", True, False, None),
    ],
)
def test_half_precision_is_for_what_bears_it(device_type, convolutional, has_bfloat16, wanted):
    chosen = autocast_type(device_type, convolutional=convolutional, has_bfloat16=has_bfloat16)
    assert chosen == wanted


@pytest.mark.parametrize(
    ("name", "convolutional"),
    [
        ("RN50x64", True),
        ("RN50", True),
        ("convnext_base", True),
        ("MobileCLIP2-S0", True),
        ("ViT-B-32", False),
        ("ViT-L-14", False),
    ],
)
def test_towers_that_are_convolutional(name: str, convolutional: bool):
    vision = open_clip.get_model_config(name)["vision_cfg"]
    assert is_convolutional(vision) is convolutional


def test_a_cpu_computes_in_float32():
    encoder = load_encoder("demo", device=torch.device("cpu"))
    assert encoder.autocast_type is None
