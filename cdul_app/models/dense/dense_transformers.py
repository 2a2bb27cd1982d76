"""open_clip's vision transformers, giving all views of a photo from one pass over it."""

from typing import Protocol

import numpy as np
import torch
from open_clip.transformer import ResidualAttentionBlock, VisionTransformer
from timm.layers import resample_abs_pos_embed
from torch import Tensor
from torch.nn import functional

from cdul_app.method.view_plans import ViewBox
from cdul_app.models.dense.dense_pooling import MapBoxes, pool_windows


class DenseTower(Protocol):
    """(B, 3, H, W), normalised, to (B, n_boxes, dimension), not yet of unit length."""

    @property
    def knows_whole(self) -> bool:
        """Whether a box over the whole photo gives, at the encoder's own size, what
        `encode_image` gives."""
        ...

    def __call__(self, views: Tensor) -> Tensor: ...


class _DenseVit:
    """Patches for an input of any size: position embeddings are interpolated (bicubic)."""

    def __init__(self, visual: VisionTransformer, on_map: MapBoxes) -> None:
        self._visual = visual
        # Resized where every operation is known; some devices lack this one.
        positions = resample_abs_pos_embed(
            visual.positional_embedding.detach().float().cpu()[None],
            new_size=[on_map.rows, on_map.columns],
            old_size=list(visual.grid_size),
        )
        self._positions = positions[0].to(on_map.device)  # (1 + rows * columns, width)
        self._weights = on_map.weights()

    def _tokens(self, views: Tensor) -> Tensor:
        """What the first block reads: (B, 1 + rows * columns, width)."""
        visual = self._visual
        patches = visual.conv1(views).flatten(2).transpose(1, 2)
        first = visual.class_embedding.to(patches.dtype).expand(patches.shape[0], 1, -1)
        tokens: Tensor = visual.ln_pre(
            torch.cat([first, patches], dim=1) + self._positions.to(patches.dtype)
        )
        return tokens

    def _project(self, patches: Tensor) -> Tensor:
        """(B, rows * columns, width) to (B, boxes, dimension)."""
        visual = self._visual
        if visual.final_ln_after_pool and visual.pool_type == "avg":
            pooled = visual.ln_post(pool_windows(patches, self._weights).to(patches.dtype))
        else:
            pooled = pool_windows(visual.ln_post(patches), self._weights)
        projected: Tensor = pooled @ visual.proj.to(pooled.dtype)
        return projected


class SelfCorrelatedVit(_DenseVit):
    """Towers that were trained by their class token, as CLIP's.

    Only that token was taught to be compared with texts.  Where the patches of the last block
    attend by how alike their values are, each keeps to what is like itself and comes out in the
    same space (MaskCLIP, arXiv 2112.01071; CLIP Surgery, arXiv 2304.05653; SCLIP, arXiv
    2312.01597).  A box over the whole photo is the class token itself.
    """

    knows_whole = True

    def __init__(self, visual: VisionTransformer, on_map: MapBoxes) -> None:
        super().__init__(visual, on_map)
        self._whole = [index for index, box in enumerate(on_map.boxes) if box == ViewBox.whole()]

    def __call__(self, views: Tensor) -> Tensor:
        visual = self._visual
        tokens = self._tokens(views)
        *blocks, last = visual.transformer.resblocks
        for block in blocks:
            tokens = block(tokens)
        vectors = self._project(_value_value_block(last, tokens)[:, 1:])
        if self._whole:
            token = visual.ln_post(last(tokens)[:, :1]) @ visual.proj  # (B, 1, dimension)
            vectors[:, self._whole] = token.to(vectors.dtype)
        return vectors


class NeighbourhoodVit(_DenseVit):
    """Towers that were trained by the average of their patches, as the demo's.

    Such patches are comparable with texts as they are, but every one has seen the whole photo.
    Here a patch attends to the class token and to patches no further than half a snippet, in all
    blocks, so that a snippet's average tells of its place (NACLIP, arXiv 2404.08181, favours
    neighbours in the last block).  On 180 scenes of the demo, mAP of the mean of global and best
    snippet, at the encoder's own size and at twice it: 51 and 54 without, 59 and 71 with the
    neighbourhood; 71 with separate views.
    """

    def __init__(self, visual: VisionTransformer, on_map: MapBoxes) -> None:
        super().__init__(visual, on_map)
        height = min(float(box.bottom - box.top) for box in on_map.boxes)
        width = min(float(box.right - box.left) for box in on_map.boxes)
        self._mask: Tensor | None = None  # added to attention: 0, or -inf for what is too far
        if min(height, width) < 1:
            mask = _neighbourhood(on_map.rows, on_map.columns, height / 2, width / 2)
            self._mask = mask.to(on_map.device)

    @property
    def knows_whole(self) -> bool:
        return self._mask is None

    def __call__(self, views: Tensor) -> Tensor:
        tokens = self._tokens(views)
        for block in self._visual.transformer.resblocks:
            tokens = block(tokens, attn_mask=self._mask)
        return self._project(tokens[:, 1:])


def can_be_dense(visual: VisionTransformer) -> bool:
    """Whether its blocks and its pooling are those that are known here."""
    blocks = visual.transformer.resblocks
    plain = all(type(block) is ResidualAttentionBlock for block in blocks)
    known = visual.attn_pool is None and visual.pool_type in ("tok", "avg")
    return plain and known and bool(visual.transformer.batch_first)


def attend(
    queries: Tensor, keys: Tensor, values: Tensor, *, heads: int, mask: Tensor | None = None
) -> Tensor:
    """Multi-head attention of projected vectors, (B, n, C) each, to (B, n_queries, C).

    mask : (n_queries, n_keys), added to the attention before its softmax.
    """
    queries, keys, values = (
        vectors.reshape(*vectors.shape[:2], heads, -1).transpose(1, 2)  # (B, heads, n, C / heads)
        for vectors in (queries, keys, values)
    )
    if mask is not None:
        mask = mask.to(queries.dtype)
    attended = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
    return attended.transpose(1, 2).flatten(2)


def _neighbourhood(rows: int, columns: int, down: float, across: float) -> Tensor:
    """(1 + rows * columns,) squared: 0 where a token attends, -inf where it does not.

    down, across : how far neighbours may be, as fractions of the photo.
    """
    near = np.kron(_within(rows, down), _within(columns, across))
    # The class token attends to all, and all to it.
    mask = np.where(np.pad(near, ((1, 0), (1, 0)), constant_values=True), 0, -np.inf)
    return torch.from_numpy(mask.astype(np.float32))


def _within(count: int, distance: float) -> np.ndarray:
    """(count, count): whether the middles of two of `count` equal parts are that near."""
    middles = (np.arange(count) + 0.5) / count
    return np.asarray(np.abs(middles[:, None] - middles[None]) <= distance + 1e-9)


def _value_value_block(block: ResidualAttentionBlock, tokens: Tensor) -> Tensor:
    """The block with softmax(v v^T / sqrt(d)) v in place of its attention; shapes as it has."""
    attention = block.attn
    width = attention.embed_dim
    values = functional.linear(
        block.ln_1(tokens),
        attention.in_proj_weight[2 * width :],
        attention.in_proj_bias[2 * width :],
    )
    mixed = attend(values, values, values, heads=attention.num_heads)
    tokens = tokens + block.ls_1(attention.out_proj(mixed))
    result: Tensor = tokens + block.ls_2(block.mlp(block.ln_2(tokens)))
    return result
