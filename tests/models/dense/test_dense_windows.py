"""A window of one pass is what the tower makes of the window alone, by architecture."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.dense.dense_towers import build_dense_tower
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from tests.models.encoder_makers import TINY_RESNET, TINY_VIT, save_tiny_encoder
from tests.models.tiny_towers import TINY_PE, TINY_PE_BIGG, TINY_SIGLIP

CPU = torch.device("cpu")


def quarters(maps: Tensor) -> list[Tensor]:
    """(B, rows, columns, ...) cut in four, left to right and top to bottom."""
    rows, columns = maps.shape[1] // 2, maps.shape[2] // 2
    return [
        maps[:, top : top + rows, left : left + columns]
        for top in (0, rows)
        for left in (0, columns)
    ]


def of_attention_pool(visual: Any, views: Tensor) -> list[Tensor]:
    trunk = visual.trunk
    tokens = trunk.forward_features(views)[:, getattr(trunk, "num_prefix_tokens", 0) :]
    side = round(tokens.shape[1] ** 0.5)
    windows = quarters(tokens.unflatten(1, (side, side)))
    return [visual.head(trunk.head(trunk.attn_pool(each.flatten(1, 2)))) for each in windows]


def of_resnet(visual: Any, views: Tensor) -> list[Tensor]:
    """At twice the input a quarter has as many places as the pool was made for."""
    maps = visual.stem(views)
    for layer in (visual.layer1, visual.layer2, visual.layer3, visual.layer4):
        maps = layer(maps)
    return [visual.attnpool(each.movedim(-1, 1)) for each in quarters(maps.movedim(1, -1))]


def of_class_token_vit(visual: Any, views: Tensor) -> list[Tensor]:
    """The mean of the patches, each attending by how alike its value is."""
    tokens = visual._embeds(views)
    *blocks, last = visual.transformer.resblocks
    for block in blocks:
        tokens = block(tokens)
    value = last.attn.embed_dim
    last.attn.in_proj_weight[: 2 * value] = last.attn.in_proj_weight[2 * value :].repeat(2, 1)
    last.attn.in_proj_bias[: 2 * value] = last.attn.in_proj_bias[2 * value :].repeat(2)
    patches = visual.ln_post(last(tokens))[:, 1:] @ visual.proj
    return [each.mean((1, 2)) for each in quarters(patches.unflatten(1, (4, 4)))]


Pooled = Callable[[Any, Tensor], list[Tensor]]
TOWERS: dict[str, tuple[dict[str, Any], int, Pooled]] = {  # and the side of its input
    "siglip": (TINY_SIGLIP, 64, of_attention_pool),
    "siglip, larger": (TINY_SIGLIP, 128, of_attention_pool),
    "pe": (TINY_PE, 64, of_attention_pool),
    "pe, larger": (TINY_PE, 128, of_attention_pool),
    "pe without a class token": (TINY_PE_BIGG, 64, of_attention_pool),
    "resnet": (TINY_RESNET, 128, of_resnet),
    "vit": (TINY_VIT, 64, of_class_token_vit),
}


def loaded(folder: Path, vision: dict[str, Any]) -> Encoder:
    return load_encoder(save_tiny_encoder(folder, vision), device=CPU)


@pytest.mark.parametrize("name", TOWERS)
def test_a_quarter_is_pooled_as_if_it_were_alone(tmp_path: Path, name: str):
    vision, side, pooled = TOWERS[name]
    visual = loaded(tmp_path / "encoder", vision).model.visual
    tower = build_dense_tower(visual, (side, side), ViewPlan.parse("2x2").boxes, CPU)
    assert tower is not None
    views = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    if "trunk" in dir(visual) and side != 64:
        separate = loaded(tmp_path / "encoder", vision).model.visual
        separate.trunk.set_input_size(img_size=(side, side))
    else:
        separate = visual
    with torch.inference_mode():
        found = tower(views)  # (B, 4, dimension)
        expected = torch.stack(pooled(separate, views), dim=1)
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def test_the_encoder_stays_as_it_was(tmp_path: Path):
    """A tower for another size shares the weights and changes none."""
    encoder = loaded(tmp_path / "encoder", TINY_PE)
    trunk = encoder.model.visual.trunk
    before = {key: value.clone() for key, value in trunk.state_dict().items()}
    tower = build_dense_tower(
        encoder.model.visual, (128, 128), ViewPlan.parse("2x2").boxes, encoder.device
    )
    assert tower is not None
    assert trunk.patch_embed.img_size == (64, 64)
    assert all(torch.equal(value, before[key]) for key, value in trunk.state_dict().items())
    resized = tower._trunk
    assert resized.blocks[0].mlp.fc1.weight is trunk.blocks[0].mlp.fc1.weight
