"""Image towers that give all views of a photo from one pass over it.

A tower is called with views (B, 3, H, W), normalised, of the size it was made for, and returns
(B, n_boxes, dimension), one vector for each box, not yet of unit length.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from open_clip.modified_resnet import ModifiedResNet
from open_clip.timm_model import TimmModel
from open_clip.transformer import ResidualAttentionBlock, VisionTransformer
from torch import Tensor
from torch.nn import functional

from cdul_app.core.view_plans import ViewBox
from cdul_app.learning.dense_pooling import pool_windows, window_weights

DenseTower = Callable[[Tensor], Tensor]

CONVOLUTION_STRIDE = 32  # pixels a location of the last map, in all towers of open_clip


def location_size(visual: Any) -> tuple[int, int]:
    """Height and width in pixels that sizes of a dense tower's input are multiples of."""
    if isinstance(visual, VisionTransformer):
        height, width = visual.patch_size
        return int(height), int(width)
    return CONVOLUTION_STRIDE, CONVOLUTION_STRIDE


def build_dense_tower(
    visual: Any, size: tuple[int, int], boxes: Sequence[ViewBox], device: torch.device
) -> DenseTower | None:
    """The tower for inputs of `size` (height, width); None where the model's kind has none.

    visual : the image tower of an open_clip model.  A box over the whole photo at the encoder's
    own size gives what `encode_image` gives.
    """
    if isinstance(visual, TimmModel):
        channels_first = _map_shape(visual, size, device)
        return None if channels_first is None else PooledCnn(visual, channels_first, boxes, device)
    if isinstance(visual, ModifiedResNet):
        return AttentionPooledResNet(visual, size, boxes, device)
    if isinstance(visual, VisionTransformer) and _has_plain_blocks(visual):
        return SelfCorrelatedVit(visual, size, boxes, device)
    return None


class PooledCnn:
    """A timm trunk that ends in an average: its map, averaged over each box, then its head.

    Whatever follows the average (a norm, a layer, a linear projection) is given one vector a box,
    so the result is exact: no different from an average pool that looks at the box alone.
    """

    def __init__(
        self,
        visual: TimmModel,
        map_shape: tuple[int, int],
        boxes: Sequence[ViewBox],
        device: torch.device,
    ) -> None:
        self._visual = visual
        self._weights = window_weights(boxes, *map_shape).to(device)

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
    try:
        with torch.inference_mode():
            features = visual.trunk.forward_features(torch.zeros(1, 3, *size, device=device))
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

    def __init__(
        self,
        visual: ModifiedResNet,
        size: tuple[int, int],
        boxes: Sequence[ViewBox],
        device: torch.device,
    ) -> None:
        self._visual = visual
        pool = visual.attnpool
        side = round((pool.positional_embedding.shape[0] - 1) ** 0.5)
        rows, columns = (length // CONVOLUTION_STRIDE for length in size)
        # Of each box: its average, then its locations: (1 + side**2, rows * columns).
        self._weights = [
            window_weights(
                [
                    box,
                    *(
                        box.part(row, column, rows=side, columns=side)
                        for row in range(side)
                        for column in range(side)
                    ),
                ],
                rows,
                columns,
            ).to(device)
            for box in boxes
        ]

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
            attended = functional.scaled_dot_product_attention(
                _split_heads(query, pool.num_heads),
                _split_heads(
                    pool_windows(keys, weights).to(query.dtype) + key_places, pool.num_heads
                ),
                _split_heads(
                    pool_windows(values, weights).to(query.dtype) + value_places, pool.num_heads
                ),
            )  # (B, heads, 1, C / heads)
            vectors.append(pool.c_proj(attended.transpose(1, 2).flatten(2)))
        return torch.cat(vectors, dim=1)  # (B, boxes, dimension)


class SelfCorrelatedVit:
    """open_clip's vision transformer, whose patches attend by how alike their values are.

    Only the class token was trained to be compared with texts; where the last block's patches
    attend value to value, each keeps to what is like itself and lands in the same space (MaskCLIP,
    arXiv 2112.01071; CLIP Surgery, arXiv 2304.05653; SCLIP, arXiv 2312.01597).  Towers that
    average their patches are trained for that already and keep their attention.
    Position embeddings are interpolated for inputs of other sizes.
    """

    def __init__(
        self,
        visual: VisionTransformer,
        size: tuple[int, int],
        boxes: Sequence[ViewBox],
        device: torch.device,
    ) -> None:
        self._visual = visual
        rows, columns = size[0] // visual.patch_size[0], size[1] // visual.patch_size[1]
        self._positions = _positions(visual, rows, columns).to(device)
        whole = ViewBox.whole()
        self._boxes_from_token = [index for index, box in enumerate(boxes) if box == whole]
        self._weights = window_weights(boxes, rows, columns).to(device)

    def __call__(self, views: Tensor) -> Tensor:
        visual = self._visual
        tokens = visual.conv1(views).flatten(2).transpose(1, 2)  # (B, rows * columns, width)
        first = visual.class_embedding.to(tokens.dtype).expand(len(tokens), 1, -1)
        tokens = torch.cat([first, tokens], dim=1) + self._positions.to(tokens.dtype)
        tokens = visual.ln_pre(tokens)  # (B, 1 + rows * columns, width)
        *blocks, last = visual.transformer.resblocks
        for block in blocks:
            tokens = block(tokens)
        if visual.pool_type == "avg":
            return self._project(last(tokens)[:, 1:])
        vectors = self._project(_value_value_block(last, tokens)[:, 1:])
        if self._boxes_from_token:
            token = visual.ln_post(last(tokens)[:, :1]) @ visual.proj  # (B, 1, dimension)
            vectors[:, self._boxes_from_token] = token.to(vectors.dtype)
        return vectors

    def _project(self, patches: Tensor) -> Tensor:
        """(B, rows * columns, width) to (B, boxes, dimension)."""
        visual = self._visual
        if visual.final_ln_after_pool and visual.pool_type == "avg":
            pooled = visual.ln_post(pool_windows(patches, self._weights))
        else:
            pooled = pool_windows(visual.ln_post(patches), self._weights)
        projected: Tensor = pooled @ visual.proj.to(pooled.dtype)
        return projected


def _has_plain_blocks(visual: VisionTransformer) -> bool:
    blocks = visual.transformer.resblocks
    plain = all(type(block) is ResidualAttentionBlock for block in blocks)
    return plain and visual.attn_pool is None and visual.transformer.batch_first


def _positions(visual: VisionTransformer, rows: int, columns: int) -> Tensor:
    """(1 + rows * columns, width): the class token's, then the patches', bicubic between them."""
    embedding: Tensor = visual.positional_embedding.detach().float()
    token, patches = embedding[:1], embedding[1:]
    if (rows, columns) == tuple(visual.grid_size):
        return embedding
    grid = patches.T.reshape(1, -1, *visual.grid_size)
    resized = functional.interpolate(grid, size=(rows, columns), mode="bicubic", antialias=True)
    return torch.cat([token, resized.flatten(2)[0].T])


def _value_value_block(block: ResidualAttentionBlock, tokens: Tensor) -> Tensor:
    """The block with softmax(v v^T / sqrt(d)) v in place of its attention; shapes as it has."""
    attention = block.attn
    width = attention.embed_dim
    normed = block.ln_1(tokens)
    values = _split_heads(
        functional.linear(
            normed, attention.in_proj_weight[2 * width :], attention.in_proj_bias[2 * width :]
        ),
        attention.num_heads,
    )
    mixed = functional.scaled_dot_product_attention(values, values, values)
    tokens = tokens + block.ls_1(attention.out_proj(mixed.transpose(1, 2).flatten(2)))
    result: Tensor = tokens + block.ls_2(block.mlp(block.ln_2(tokens)))
    return result


def _split_heads(vectors: Tensor, heads: int) -> Tensor:
    """(B, n, C) to (B, heads, n, C / heads)."""
    return vectors.reshape(*vectors.shape[:2], heads, -1).transpose(1, 2)
