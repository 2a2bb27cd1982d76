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

TINY_VIT = {"image_size": 64, "patch_size": 16, "width": 64, "layers": 2, "head_width": 32}
TINY_RESNET = {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "head_width": 32}
_TEXT = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}


def save_tiny_encoder(folder: Path, vision: dict[str, Any], *, seed: int = 0) -> str:
    """Write a model of this image tower as an open_clip folder.  Returns its identifier."""
    config = {"embed_dim": 32, "vision_cfg": vision, "text_cfg": _TEXT}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = open_clip.CLIP(**config)
    folder.mkdir(exist_ok=True)
    state = {name: values.contiguous() for name, values in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3}
    card = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / "open_clip_config.json").write_text(json.dumps(card), encoding="utf-8")
    return f"local-dir:{folder}"


def view_pixels(encoder: Encoder, image: Image.Image) -> torch.Tensor:
    """The whole image squashed to the input size, (H, W, 3) uint8."""
    return torch.from_numpy(resize_view(np.asarray(image.convert("RGB")), encoder.view_format))


def prepared_view(encoder: Encoder, image: Image.Image) -> torch.Tensor:
    """The same as the model takes it, (3, H, W) float32, normalised."""
    scale, shift = encoder.view_format.scale_and_shift()
    pixels = view_pixels(encoder, image).to(torch.float32)
    return (pixels * torch.tensor(scale) + torch.tensor(shift)).permute(2, 0, 1)
