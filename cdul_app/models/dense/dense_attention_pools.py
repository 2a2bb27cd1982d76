"""timm's transformers that end in an attention pool, giving all views of a photo from one pass."""

import copy
from collections.abc import Sequence
from typing import Any

import torch
from open_clip.timm_model import TimmModel
from timm.layers import AttentionPoolLatent
from timm.models.eva import Eva
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor

from cdul_app.method.view_plans import ViewBox
from cdul_app.models.dense.dense_pooling import MapBoxes
from cdul_app.models.dense.dense_transformers import attend


def is_attention_pooled(visual: Any) -> bool:
    """Whether it ends as SigLIP's tower and the Perception Encoder's do."""
    trunk = getattr(visual, "trunk", None)
    if not isinstance(trunk, VisionTransformer | Eva) or not hasattr(trunk, "set_input_size"):
        return False
    pool = trunk.attn_pool
    known = isinstance(pool, AttentionPoolLatent) and pool.latent_len == 1
    return known and pool.pos_embed is None and not trunk.dynamic_img_size


class AttentionPooledVit:
    """The pool looks at the patches of each box as if there were no others.

    A patch that lies half in a box counts half, as if half of its keys were there.  A box over the
    whole photo is pooled as the encoder does, with the class token where there is one, which has
    seen the whole photo and is left out of other boxes.
    """

    knows_whole = True

    def __init__(
        self, visual: TimmModel, size: tuple[int, int], boxes: Sequence[ViewBox], on_map: MapBoxes
    ) -> None:
        self._visual = visual
        self._trunk = _for_size(visual.trunk, size)
        weights = on_map.weights()  # (boxes, rows * columns)
        patches = (weights / weights.amax(dim=1, keepdim=True)).log()
        is_whole = torch.tensor([box == ViewBox.whole() for box in boxes], device=on_map.device)
        prefix = torch.where(is_whole, 0.0, -torch.inf)[:, None]  # (boxes, 1)
        before = getattr(visual.trunk, "num_prefix_tokens", 0)
        self._dropped = 0
        if not getattr(visual.trunk, "pool_include_prefix", isinstance(visual.trunk, Eva)):
            self._dropped, before = before, 0
        # Added to the attention of each box: the logarithm of how much of a token lies in it.
        self._mask = torch.cat([prefix.expand(-1, before), patches], dim=1)  # (boxes, tokens)

    def __call__(self, views: Tensor) -> Tensor:
        trunk = self._trunk
        tokens = trunk.forward_features(views)[:, self._dropped :]
        pooled = trunk.fc_norm(self._pooled(trunk.attn_pool, tokens))
        vectors: Tensor = self._visual.head(trunk.head(pooled))
        return vectors  # (B, boxes, dimension)

    def _pooled(self, pool: AttentionPoolLatent, tokens: Tensor) -> Tensor:
        """`AttentionPoolLatent.forward` with one query a box; (B, tokens, C) to (B, boxes, C)."""
        batch, heads = tokens.shape[0], (pool.num_heads, pool.head_dim)
        query = pool.q_norm(pool.q(pool.latent).reshape(1, 1, *heads)).flatten(2)
        keys, values = pool.kv(tokens).chunk(2, dim=-1)  # (B, tokens, C) each
        keys = pool.k_norm(keys.unflatten(-1, heads)).flatten(2)
        queries = query.expand(batch, len(self._mask), -1)
        attended = attend(queries, keys, values, heads=pool.num_heads, mask=self._mask)
        pooled = pool.proj(attended)
        if pool.mlp is not None:
            pooled = pooled + pool.mlp(pool.norm(pooled))
        result: Tensor = pooled
        return result


def _for_size(trunk: Any, size: tuple[int, int]) -> Any:
    """The trunk with its places laid over another input; all else is shared with it."""
    if tuple(trunk.patch_embed.img_size) == size:
        return trunk
    shared = {id(each): each for each in (*trunk.parameters(), *trunk.buffers())}
    resized = copy.deepcopy(trunk, shared)
    if resized.pos_embed is not None:
        # Where every operation is known; some devices lack the one that lays places anew.
        device = resized.pos_embed.device
        resized.pos_embed = torch.nn.Parameter(resized.pos_embed.detach().cpu(), False)
        resized.set_input_size(img_size=size)
        resized.pos_embed = torch.nn.Parameter(resized.pos_embed.detach().to(device), False)
    else:
        resized.set_input_size(img_size=size)
    return resized
