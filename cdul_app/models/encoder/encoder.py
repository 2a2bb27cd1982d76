"""A contrastive image and text encoder, loaded by open_clip from this machine's disk only."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from cdul_app.errors import EncoderError
from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray
from cdul_app.method.encoder_checks import temperature_is_sane
from cdul_app.method.similarity import mean_direction
from cdul_app.models.accelerated.device_memory import is_out_of_memory
from cdul_app.models.accelerated.half_precision import (
    half_type,
    halve_where_faithful,
    has_bfloat16,
)
from cdul_app.models.damaged_files import DAMAGE_ERRORS
from cdul_app.models.encoder.encoder_building import (
    TextTokenizer,
    build_encoder,
    describe_encoder,
    loading_sentence,
    needs_of_name,
)
from cdul_app.models.encoder.encoder_fingerprint import KEY_VERSION, sampled_parts
from cdul_app.models.encoder.encoder_references import parse_encoder_reference
from cdul_app.models.encoder.encoder_store import checkpoint_of, missing_encoder_sentence
from cdul_app.models.encoder.views import ViewFormat

_PROMPT_BATCH = 256
_PIXELS_OF_DEFAULT = 224 * 224

# Of normalised views, (B, 3, H, W) in the encoder's number type.
ImageTower = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turns views and prompts into unit vectors of one space."""

    identifier: str
    key: str  # the same for the same weights and preprocessing, wherever the file lies
    dimension: int
    image_size: tuple[int, int]  # height, width
    temperature: float  # 1 / logit_scale.exp(); what is stored is the logarithm
    device: torch.device
    view_format: ViewFormat
    model: Any = field(repr=False)  # an open_clip model in eval mode
    tokenizer: TextTokenizer = field(repr=False)
    number_type: torch.dtype = torch.float32  # of the image tower's weights

    @property
    def default_batch_size(self) -> int:
        """Views a batch: small on a CPU, where activations should stay in its caches."""
        most = 16 if self.device.type == "cpu" else 256
        fitting = most * _PIXELS_OF_DEFAULT // self.view_format.pixels
        return max(most // 8, min(most, fitting))

    def encode_pixels(self, pixels: torch.Tensor, *, tower: ImageTower | None = None) -> FloatArray:
        """Embed views of the input size, or of what `tower`, another way through the model, takes.

        pixels : (B, H, W, 3) uint8.
        Returns (B, dimension) float32, unit norm, or more axes before the last where `tower` does.
        Raises EncoderError for values that are not finite.
        """
        with torch.inference_mode():
            views = self.normalised(pixels.to(self.device))
            return self._unit((tower or self.model.encode_image)(views))

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, H, W, 3) uint8 to (B, 3, H, W), channels last in memory, as towers take it."""
        scale, shift = self._scale_and_shift
        floats = pixels.to(torch.float32).mul_(scale).add_(shift)
        return floats.permute(0, 3, 1, 2).to(self.number_type)

    def encode_prompts(self, prompts: Sequence[Sequence[str]]) -> FloatArray:
        """One vector a class: the mean of its prompts' unit vectors, normalised again.

        prompts : one or more texts for each of C classes; longer than the context, they are cut.
        Returns (C, dimension) float32, unit norm.  Raises ValueError for a class without a prompt.
        """
        if not all(prompts):
            raise ValueError("every class needs a prompt")
        unique = list(dict.fromkeys(text for of_class in prompts for text in of_class))
        embedded = dict(zip(unique, self.encode_texts(unique), strict=True))
        rows = [mean_direction([embedded[text] for text in of_class]) for of_class in prompts]
        return np.asarray(rows, dtype=np.float32).reshape(len(prompts), self.dimension)

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Returns (n_texts, dimension) float32, unit norm; the context bounds a text."""
        result = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _PROMPT_BATCH):
            batch = list(texts[start : start + _PROMPT_BATCH])
            with torch.inference_mode():
                tokens = self.tokenizer(batch).to(self.device)  # (B, context)
                result[start : start + len(batch)] = self._unit(encode_tokens(self.model, tokens))
        return result

    @cached_property
    def _scale_and_shift(self) -> tuple[torch.Tensor, torch.Tensor]:
        scale, shift = self.view_format.scale_and_shift()
        return torch.tensor(scale, device=self.device), torch.tensor(shift, device=self.device)

    def _unit(self, vectors: torch.Tensor) -> FloatArray:
        vectors = vectors.float()
        lengths = vectors.norm(dim=-1, keepdim=True)
        result = (vectors / lengths).cpu().numpy()
        if not np.isfinite(result).all():
            raise EncoderError(
                tr(
                    "The encoder {identifier} gave values that are not finite on {device}: try "
                    "the device cpu, or another encoder.",
                    identifier=self.identifier,
                    device=self.device,
                )
            )
        return np.asarray(result, dtype=np.float32)


def encode_tokens(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    """What `model.encode_text` says of (B, context) tokens, up to its length, without the padding.

    Where no token sees those after it, as in CLIP's own text tower, what stands behind the longest
    text changes nothing; a class's name with its sentence fills a sixth of the context.
    """
    from open_clip import CLIP

    is_causal = type(model) is CLIP and isinstance(getattr(model, "attn_mask", None), torch.Tensor)
    if not is_causal or getattr(model, "text_pool_type", "") != "argmax":
        return torch.as_tensor(model.encode_text(tokens))
    length = int(tokens.argmax(dim=-1).max()) + 1  # a text ends with the highest token
    shorter = {
        "positional_embedding": model.positional_embedding[:length],
        "attn_mask": model.attn_mask[:length, :length],
    }
    _, vectors, *_ = torch.func.functional_call(model, shorter, (None, tokens[:, :length]))
    return torch.as_tensor(vectors)


def load_known_encoder(
    identifier: str, encoder_key: str, *, device: torch.device, made: str, remedy: str
) -> Encoder:
    """The encoder that something was made with, as "the photos were scored with"; remedy : what
    to do where its file is another one by now, as "score again".  Raises EncoderError."""
    encoder = load_encoder(identifier, device=device)
    if encoder.key != encoder_key:
        raise EncoderError(
            tr(
                "The encoder {identifier} is not the one {made} (its file has changed): {remedy}.",
                identifier=identifier,
                made=made,
                remedy=remedy,
            )
        )
    return encoder


def load_encoder(identifier: str, *, device: torch.device) -> Encoder:
    """Load an encoder from disk and test it; no network call is made.

    Raises EncoderError: unknown, not on disk, damaged, unsafe to load, or failing its self-test.
    """
    reference = parse_encoder_reference(identifier)
    checkpoint = checkpoint_of(reference)
    if checkpoint is None:
        raise EncoderError(missing_encoder_sentence(reference))
    described = describe_encoder(reference, checkpoint)
    try:
        model, tokenizer = build_encoder(described)
        view_format = ViewFormat.from_preprocessing(model.visual.preprocess_cfg)
    except DAMAGE_ERRORS as error:
        raise EncoderError(loading_sentence(reference.identifier, checkpoint, error)) from error
    quick_gelu = any(type(module).__name__ == "QuickGELU" for module in model.modules())
    try:
        model.to(device=device, memory_format=torch.channels_last)
        encoder = Encoder(
            identifier=reference.identifier,
            key=_key(checkpoint, view_format, described.text_files, quick_gelu=quick_gelu),
            dimension=int(described.config.get("embed_dim") or model.visual.output_dim),
            image_size=(view_format.height, view_format.width),
            # Apple's GPUs have no float64.
            temperature=float(1 / model.logit_scale.detach().cpu().double().exp().mean()),
            device=device,
            view_format=view_format,
            model=model,
            tokenizer=tokenizer,
        )
        half = half_type(
            device.type,
            convolutional=is_convolutional(described.config["vision_cfg"]),
            has_bfloat16=has_bfloat16(device),
        )
        views = encoder.normalised(_noise(encoder).to(device))
        encoder = replace(encoder, number_type=halve_where_faithful(model, views, half))
        _self_test(encoder, checkpoint)
    # Towers that do not fit each other, or a model of another kind, are met when it computes.
    except DAMAGE_ERRORS as error:
        if isinstance(error, RuntimeError) and is_out_of_memory(error):
            raise EncoderError(
                tr(
                    "The encoder {identifier} does not fit into the memory of {device}: close "
                    "what else uses it, choose a smaller encoder, or the device cpu.",
                    identifier=reference.identifier,
                    device=device,
                )
            ) from error
        raise EncoderError(loading_sentence(reference.identifier, checkpoint, error)) from error
    return encoder


def check_encoder(identifier: str) -> bool:
    """Look at an encoder as `load_encoder` does before it builds one: its name, its files and what
    they describe.

    Returns whether it is on disk; one that is not can be fetched from its hub.  Makes no network
    call.  Raises EncoderError for what could not be loaded, or fetched.
    """
    reference = parse_encoder_reference(identifier)
    checkpoint = checkpoint_of(reference)
    if checkpoint is not None:
        describe_encoder(reference, checkpoint)
        return True
    if not reference.hub_repo:
        raise EncoderError(missing_encoder_sentence(reference))
    if reference.model_name:
        needs_of_name(reference.model_name).require_library(reference.identifier)
    return False


def is_convolutional(vision_config: Mapping[str, Any]) -> bool:
    """Whether open_clip's `vision_cfg` describes a convolutional tower, or one of timm."""
    return isinstance(vision_config.get("layers"), list) or "timm_model_name" in vision_config


def _key(
    checkpoint: Path,
    view_format: ViewFormat,
    text_files: Mapping[str, Path],
    *,
    quick_gelu: bool,
) -> str:
    """Digest of the file's size, a sample of it, the preprocessing, and a tokenizer of its own."""
    digest = hashlib.sha256()
    size = checkpoint.stat().st_size
    digest.update(f"{KEY_VERSION} {size} {quick_gelu} {view_format!r}".encode())
    for part in sampled_parts(checkpoint):
        digest.update(part)
    for name in sorted(text_files):
        digest.update(name.encode() + text_files[name].read_bytes())
    return digest.hexdigest()[:32]


def _self_test(encoder: Encoder, checkpoint: Path) -> None:
    if not temperature_is_sane(encoder.temperature):
        raise EncoderError(
            tr(
                "The encoder {identifier} has a temperature of {temperature:.3g}, where CLIP has "
                "0.01: do not use {checkpoint}; fetch the encoder again or choose another.",
                identifier=encoder.identifier,
                temperature=encoder.temperature,
                checkpoint=checkpoint,
            )
        )
    views = encoder.encode_pixels(_noise(encoder))
    prompts = encoder.encode_prompts([["a photo of a cat."], ["a photo of a bicycle."]])
    for vectors in (views, prompts):
        lengths = np.linalg.norm(vectors, axis=1)
        problem = ""
        if vectors.shape != (2, encoder.dimension) or np.abs(lengths - 1).max() > 1e-3:
            problem = tr("does not give unit vectors")
        elif float(vectors[0] @ vectors[1]) >= 1 - 1e-6:
            problem = tr("gives everything the same vector")
        if problem:
            raise EncoderError(
                tr(
                    "The encoder {identifier} {problem}: do not use {checkpoint}; fetch the "
                    "encoder again or choose another.",
                    identifier=encoder.identifier,
                    problem=problem,
                    checkpoint=checkpoint,
                )
            )


def _noise(encoder: Encoder) -> torch.Tensor:
    """Two views that are unlike, (2, H, W, 3) uint8."""
    noise = np.random.default_rng(0).integers(0, 256, (2, *encoder.image_size, 3), dtype=np.uint8)
    noise[1] //= 4
    return torch.from_numpy(noise)
