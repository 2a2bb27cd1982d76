"""The number type an encoder computes in."""

from pathlib import Path

import open_clip
import pytest
import torch
from open_clip.modified_resnet import ModifiedResNet

from cdul_app.models.accelerated.half_precision import half_type, halve_where_faithful
from cdul_app.models.encoder.encoder import Encoder, is_convolutional, load_encoder
from tests.models.encoder_makers import TINY_RESNET, TINY_VIT, save_tiny_encoder

VIEWS = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(0))


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
    chosen = half_type(device_type, convolutional=convolutional, has_bfloat16=has_bfloat16)
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


def tiny(folder: Path, vision: dict) -> Encoder:
    return load_encoder(save_tiny_encoder(folder, vision), device=torch.device("cpu"))


@pytest.mark.parametrize("vision", [TINY_VIT, TINY_RESNET], ids=["vit", "resnet"])
def test_a_faithful_tower_is_halved_and_its_texts_are_not(tmp_path: Path, vision: dict):
    model = tiny(tmp_path, vision).model
    exact = model.encode_image(VIEWS)
    assert halve_where_faithful(model, VIEWS, torch.bfloat16) == torch.bfloat16
    vectors = model.encode_image(VIEWS.bfloat16())
    assert vectors.dtype == torch.bfloat16
    assert torch.cosine_similarity(vectors.float(), exact).min() > 0.99
    assert model.token_embedding.weight.dtype == torch.float32


def test_a_tower_that_overflows_stays_as_it_was(tmp_path: Path):
    model = tiny(tmp_path, TINY_VIT).model
    model.visual.conv1.weight.mul_(1e6)
    exact = model.encode_image(VIEWS)
    assert halve_where_faithful(model, VIEWS, torch.float16) == torch.float32
    torch.testing.assert_close(model.encode_image(VIEWS), exact, rtol=0, atol=0)


class OwnBuffers(torch.nn.Module):
    """A tower with numbers that no file has, which does not compute in half precision."""

    def __init__(self, tower: torch.nn.Module) -> None:
        super().__init__()
        self.tower = tower
        self.register_buffer("places", torch.tensor([1 / 3]), persistent=False)

    def forward(self, views: torch.Tensor) -> torch.Tensor:
        if views.dtype != torch.float32:
            raise RuntimeError("expected scalar type Float but found BFloat16")
        return self.tower(views) * self.places


def test_a_tower_that_cannot_stays_as_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    model = tiny(tmp_path, TINY_VIT).model
    model.visual = OwnBuffers(model.visual)
    exact = model.encode_image(VIEWS)
    assert halve_where_faithful(model, VIEWS, torch.bfloat16) == torch.float32
    torch.testing.assert_close(model.encode_image(VIEWS), exact, rtol=0, atol=0)
    assert "expected scalar type" in caplog.text


def vectors_of_rn50x64(width: int, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Of the paper's image tower in all its depth: in float32 and in bfloat16."""
    config = open_clip.get_model_config("RN50x64")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        tower = ModifiedResNet(
            config["vision_cfg"]["layers"], config["embed_dim"], width // 2, side, width
        )
        views = torch.randn(1, 3, side, side)
    tower.eval()
    with torch.inference_mode():
        exact = tower(views)
        return exact, tower.bfloat16()(views.bfloat16()).float()


@pytest.mark.parametrize(("width", "side"), [(16, 64), (128, 448)])
def test_the_papers_encoder_is_finite_in_bfloat16(
    width: int, side: int, request: pytest.FixtureRequest
):
    if side == 448 and not request.config.getoption("--long"):
        pytest.skip("420 million weights: a minute and 2 GB of memory, with --long")
    exact, half = vectors_of_rn50x64(width, side)
    assert torch.isfinite(half).all()
    assert torch.nn.functional.cosine_similarity(exact, half).min() > 0.99


def test_a_cpu_computes_in_float32():
    encoder = load_encoder("demo", device=torch.device("cpu"))
    assert encoder.number_type == torch.float32
