"""Image towers that give all views of a photo from one pass over it.

A tower is made for one size of input and some boxes.  It is called with normalised views
(B, 3, H, W) of that size and returns (B, n_boxes, dimension), not yet of unit length.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from open_clip.modified_resnet import ModifiedResNet
from open_clip.timm_model import TimmModel
from open_clip.transformer import VisionTransformer
from torch import Tensor
from torch.nn import functional

from cdul_app.method.view_plans import ViewBox
from cdul_app.models.dense.dense_attention_pools import AttentionPooledVit, is_attention_pooled
from cdul_app.models.dense.dense_pooling import MapBoxes, pool_windows
from cdul_app.models.dense.dense_transformers import (
    DenseTower,
    NeighbourhoodVit,
    SelfCorrelatedVit,
    attend,
    can_be_dense,
)

CONVOLUTION_STRIDE = 32  # pixels a location of the last map, in all towers of open_clip


def location_size(visual: Any) -> tuple[int, int]:
    """Height and width in pixels that sizes of a dense tower's input are multiples of."""
    if isinstance(visual, VisionTransformer) or is_attention_pooled(visual):
        is_timm = isinstance(visual, TimmModel)
        height, width = visual.trunk.patch_embed.patch_size if is_timm else visual.patch_size
        return int(height), int(width)
    return CONVOLUTION_STRIDE, CONVOLUTION_STRIDE


def build_dense_tower(
    visual: Any, size: tuple[int, int], boxes: Sequence[ViewBox], device: torch.device
) -> DenseTower | None:
    """The tower for inputs of `size` (height, width); None where the model's kind has none.

    visual : the image tower of an open_clip model.
    """
    if isinstance(visual, TimmModel) and not is_attention_pooled(visual):
        map_shape = _map_shape(visual, size, device)
        return None if map_shape is None else PooledCnn(visual, MapBoxes(boxes, *map_shape, device))
    height, width = location_size(visual)
    on_map = MapBoxes(boxes, size[0] // height, size[1] // width, device)
    if isinstance(visual, TimmModel):
        return AttentionPooledVit(visual, size, boxes, on_map)
    if isinstance(visual, ModifiedResNet):
        return AttentionPooledResNet(visual, on_map)
    if isinstance(visual, VisionTransformer) and can_be_dense(visual):
        kind = NeighbourhoodVit if visual.pool_type == "avg" else SelfCorrelatedVit
        return kind(visual, on_map)
    return None


class PooledCnn:
    """A timm trunk that ends in an average: its map, averaged over each box, then its head.

    Whatever follows the average (a norm, a layer, a linear projection) is given one vector a box,
    so the result is exact: no different from an average pool that looks at the box alone.
    """

    knows_whole = True

    def __init__(self, visual: TimmModel, on_map: MapBoxes) -> None:
        self._visual = visual
        self._weights = on_map.weights()

    def __call__(self, views: Tensor) -> Tensor:
        features = self._visual.trunk.forward_features(views)  # (B, C, h, w)
        pooled = pool_windows(features.flatten(2).transpose(1, 2), self._weights)  # (B, boxes, C)
        one_by_one = pooled.flatten(0, 1)[:, :, None, None].to(features.dtype)
        vectors: Tensor = self._visual.head(self._visual.trunk.forward_head(one_by_one))
        return vectors.reshape(*pooled.shape[:2], -1)  # (B, boxes, dimension)


def _map_shape(
    visual: TimmModel, size: tuple[int, int], device: torch.device
) -> tuple[int, int] | None:
    """Rows and columns of the trunk's map; None for trunks of tokens or of channels last."""
    number_type = next(visual.parameters()).dtype
    try:
        with torch.inference_mode():
            nothing = torch.zeros(1, 3, *size, device=device, dtype=number_type)
            features = visual.trunk.forward_features(nothing)
    except (AssertionError, RuntimeError):  # made for one input size
        return None
    if features.ndim != 4 or features.shape[1] != visual.trunk.num_features:
        return None
    return int(features.shape[2]), int(features.shape[3])


class AttentionPooledResNet:
    """OpenAI's ResNets: the attention pool looks at each box as if it were the photo.

    The part of the map in a box is averaged to as many locations as the pool was trained on
    (7 x 7 for RN50), as RegionCLIP does with RoIAlign (arXiv 2112.09106).  Keys and values are
    linear in the map, so they are projected once a location, not once a box.
    """

    knows_whole = True

    def __init__(self, visual: ModifiedResNet, on_map: MapBoxes) -> None:
        self._visual = visual
        side = round((visual.attnpool.positional_embedding.shape[0] - 1) ** 0.5)
        places = [(row, column) for row in range(side) for column in range(side)]
        # Of each box: its average, then its locations: (1 + side**2, rows * columns).
        self._weights = []
        for box in on_map.boxes:
            parts = [box.part(row, column, rows=side, columns=side) for row, column in places]
            self._weights.append(replace(on_map, boxes=[box, *parts]).weights())

    def __call__(self, views: Tensor) -> Tensor:
        visual, pool = self._visual, self._visual.attnpool
        x = visual.stem(views)
        for layer in (visual.layer1, visual.layer2, visual.layer3, visual.layer4):
            x = layer(x)
        locations = x.flatten(2).transpose(1, 2)  # (B, rows * columns, C)
        keys, values = (
            functional.linear(locations, projection.weight)
            for projection in (pool.k_proj, pool.v_proj)
        )
        place = pool.positional_embedding.to(locations.dtype)  # (1 + side**2, C)
        key_places, value_places = pool.k_proj(place), pool.v_proj(place)
        vectors = []
        for weights in self._weights:
            mean = pool_windows(locations, weights[:1]).to(locations.dtype)
            query = pool.q_proj(mean + place[:1])  # (B, 1, C)
            of_keys = pool_windows(keys, weights).to(query.dtype) + key_places
            of_values = pool_windows(values, weights).to(query.dtype) + value_places
            attended = attend(query, of_keys, of_values, heads=pool.num_heads)
            vectors.append(pool.c_proj(attended))  # (B, 1, dimension)
        return torch.cat(vectors, dim=1)  # (B, boxes, dimension)
