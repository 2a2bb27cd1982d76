"""The text half of a CLIP alone, read from its file without open_clip.

New class names and searches need neither the image tower nor what `import open_clip` brings along
(torchvision, timm, torch's compiler).  The computation is CLIP's text transformer (A. Radford et
al., 2021, section 2.4); it is used only for a file for which it gave what open_clip gave.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from cdul_app.errors import EncoderError
from cdul_app.method.arrays import FloatArray
from cdul_app.models.damaged_files import DAMAGE_ERRORS
from cdul_app.models.encoder.encoder_references import quick_reference
from cdul_app.models.encoder.encoder_store import checkpoint_of

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder

_BATCH = 256
_SAME = 1e-4  # cosines of the two ways differ by less than 1e-6 where they are the same
_TRIED_TEXTS = ("a photo of a cat.", "itap of many red bicycles near the Sea, 3 o'clock!")


@dataclass(frozen=True)
class TextHalf:
    """What a file of weights does not say of its text transformer."""

    heads: int
    context: int  # tokens
    quick_gelu: bool


@dataclass(frozen=True, eq=False)
class TextEncoder:
    """Reads texts as `Encoder` does, on the CPU."""

    key: str
    dimension: int
    half: TextHalf
    weights: dict[str, torch.Tensor] = field(repr=False)  # float32
    tokenizer: Any = field(repr=False)

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Returns (n_texts, dimension) float32, unit norm; the context bounds a text."""
        result = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            with torch.inference_mode():
                vectors = self._forward(self.tokenizer(batch, context_length=self.half.context))
                result[start : start + len(batch)] = functional.normalize(vectors, dim=-1).numpy()
        return result

    def _forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """tokens : (B, context).  Returns (B, dimension)."""
        weights = self.weights
        ends = tokens.argmax(dim=-1)  # a text ends with the highest token
        # No token sees those after it, so that the padding of the longest changes nothing.
        tokens = tokens[:, : int(ends.max()) + 1]
        hidden = weights["token_embedding.weight"][tokens]  # (B, length, width)
        hidden = hidden + weights["positional_embedding"][: tokens.shape[1]]
        block = 0
        while f"transformer.resblocks.{block}.ln_1.weight" in weights:
            hidden = self._block(hidden, f"transformer.resblocks.{block}.")
            block += 1
        pooled = self._norm(hidden[torch.arange(len(tokens)), ends], "ln_final")
        if "text_projection" in weights:
            return pooled @ weights["text_projection"]
        return self._linear(pooled, "text_projection")

    def _block(self, hidden: torch.Tensor, name: str) -> torch.Tensor:
        batch, length, width = hidden.shape
        joined = functional.linear(
            self._norm(hidden, f"{name}ln_1"),
            self.weights[f"{name}attn.in_proj_weight"],
            self.weights[f"{name}attn.in_proj_bias"],
        )  # (B, length, 3 * width)
        by_head = joined.view(batch, length, 3, self.half.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = by_head  # (B, heads, length, width / heads) each
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        seen = seen.transpose(1, 2).reshape(batch, length, width)
        hidden = hidden + self._linear(seen, f"{name}attn.out_proj")
        inner = self._linear(self._norm(hidden, f"{name}ln_2"), f"{name}mlp.c_fc")
        quick = self.half.quick_gelu
        inner = inner * torch.sigmoid(1.702 * inner) if quick else functional.gelu(inner)
        return hidden + self._linear(inner, f"{name}mlp.c_proj")

    def _linear(self, values: torch.Tensor, name: str) -> torch.Tensor:
        bias = self.weights.get(f"{name}.bias")
        return functional.linear(values, self.weights[f"{name}.weight"], bias)

    def _norm(self, values: torch.Tensor, name: str) -> torch.Tensor:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return functional.layer_norm(values, weight.shape, weight, bias)


def describe_text_half(encoder: "Encoder") -> str:
    """What `load_text_encoder` needs to know of an encoder; empty where its text half is of another
    kind, its file cannot be read in part, or the vectors are not those of the encoder."""
    if type(encoder.tokenizer).__name__ != "SimpleTokenizer":
        return ""
    try:
        attention = encoder.model.transformer.resblocks[0].attn
        gelu = type(encoder.model.transformer.resblocks[0].mlp.gelu).__name__
        half = TextHalf(
            attention.num_heads, encoder.model.context_length, quick_gelu=gelu == "QuickGELU"
        )
        alone = _read(encoder.identifier, encoder.key, encoder.dimension, half)
        if alone is None:
            return ""
        given, own = (each.encode_texts(_TRIED_TEXTS) for each in (encoder, alone))
    except (AttributeError, LookupError, TypeError, ValueError, RuntimeError):
        return ""
    is_same = bool(((given * own).sum(axis=-1) > 1 - _SAME).all())
    return json.dumps(asdict(half)) if is_same else ""


@lru_cache(maxsize=1)  # it stays warm: the window scores and searches again and again
def load_text_encoder(
    identifier: str, encoder_key: str, dimension: int, described: str
) -> TextEncoder | None:
    """described : by `describe_text_half`.  None where it cannot be loaded on its own."""
    try:
        half = TextHalf(**json.loads(described))
        return _read(identifier, encoder_key, dimension, half)
    except (EncoderError, TypeError, ValueError, *DAMAGE_ERRORS):
        return None


def _read(identifier: str, key: str, dimension: int, half: TextHalf) -> TextEncoder | None:
    """Of a file of safetensors, the tensors that are not of the image tower."""
    from safetensors import safe_open

    checkpoint = checkpoint_of(quick_reference(identifier))
    if checkpoint is None or checkpoint.suffix != ".safetensors":
        return None
    with safe_open(checkpoint, "pt") as file:
        names = [name for name in file.keys() if not name.startswith("visual.")]  # noqa: SIM118
        if "token_embedding.weight" not in names:
            return None
        weights = {name: file.get_tensor(name).float() for name in names}
    return TextEncoder(key, dimension, half, weights, _tokenizer())


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    """open_clip's own, from its file: the package would load all it has."""
    if "open_clip" in sys.modules:
        from open_clip.tokenizer import SimpleTokenizer

        return SimpleTokenizer()
    package = find_spec("open_clip")
    assert package is not None
    assert package.origin is not None
    name = "cdul_app_text_tokenizer"
    spec = spec_from_file_location(name, Path(package.origin).with_name("tokenizer.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module._tokenizer
