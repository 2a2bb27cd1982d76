"""Small open_clip checkpoints with random weights, made for tests."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import save_file

from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.views import resize_view
from tests.models.tiny_tokenizers import save_tokenizer
from tests.models.tiny_towers import TINY_MOBILECLIP, TINY_PE, TINY_SIGLIP

TINY_VIT = {"image_size": 64, "patch_size": 16, "width": 64, "layers": 2, "head_width": 32}
TINY_RESNET = {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "head_width": 32}
_TEXT = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
_TINY_TEXT = {"width": 32, "heads": 2, "layers": 1}

# Models of open_clip by name: how each is shrunk, and the kind of its tokenizer.
SHRUNK: dict[str, tuple[dict[str, Any], str]] = {
    "ViT-B-32-SigLIP2-256": (TINY_SIGLIP, "gemma"),
    "ViT-B-16-SigLIP": (TINY_SIGLIP, "t5"),
    "ViT-H-14-worldwide": (TINY_VIT, "xlm"),
    "ViT-L-14-CLIPA": (TINY_VIT, "bert"),
    "PE-Core-T-16-384": (TINY_PE, ""),
    "MobileCLIP2-S0": (TINY_MOBILECLIP, ""),
    # Its own depth: 64 blocks and the attention pool at the end.
    "RN50x64": ({"image_size": 64, "width": 16, "head_width": 64}, ""),
    "ViT-L-14": (TINY_VIT, ""),
}


def save_tiny_encoder(folder: Path, vision: dict[str, Any], *, seed: int = 0) -> str:
    """Write a model of this image tower as an open_clip folder.  Returns its identifier."""
    return save_encoder(folder, {"embed_dim": 32, "vision_cfg": vision, "text_cfg": _TEXT}, seed)


def save_shrunk_encoder(folder: Path, name: str) -> str:
    """Write a model as open_clip calls it, with its tokenizer, but small: see `SHRUNK`."""
    vision, tokenizer = SHRUNK[name]
    config = open_clip.get_model_config(name)
    config["vision_cfg"] |= vision
    config["text_cfg"] |= _TINY_TEXT
    config["embed_dim"] = 32
    folder.mkdir(exist_ok=True)
    if tokenizer:
        config["text_cfg"]["vocab_size"] = save_tokenizer(folder, tokenizer)
    return save_encoder(folder, config)


def save_encoder(folder: Path, config: dict[str, Any], seed: int = 0) -> str:
    """config : open_clip's `model_cfg`."""
    arguments = {key: value for key, value in config.items() if key != "custom_text"}
    kind = open_clip.CustomTextCLIP if config.get("custom_text") else open_clip.CLIP
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = kind(**arguments)
    folder.mkdir(exist_ok=True)
    state = {name: values.contiguous() for name, values in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3}
    card = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(card), encoding="utf-8")
    return f"local-dir:{folder}"


def tiny_weights(name: str) -> dict[str, torch.Tensor]:
    """Of a model that open_clip knows by name."""
    torch.manual_seed(0)
    return open_clip.create_model(name, pretrained_text=False).state_dict()


def view_pixels(encoder: Encoder, image: Image.Image) -> torch.Tensor:
    """The whole image squashed to the input size, (H, W, 3) uint8."""
    return torch.from_numpy(resize_view(np.asarray(image.convert("RGB")), encoder.view_format))


def prepared_view(encoder: Encoder, image: Image.Image) -> torch.Tensor:
    """The same as the model takes it, (3, H, W) float32, normalised."""
    scale, shift = encoder.view_format.scale_and_shift()
    pixels = view_pixels(encoder, image).to(torch.float32)
    return (pixels * torch.tensor(scale) + torch.tensor(shift)).permute(2, 0, 1)
