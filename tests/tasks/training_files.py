"""What a training starts from, made here."""

from pathlib import Path

import timm
import torch
from safetensors.torch import save_file


def random_weights(network: str, folder: Path) -> Path:
    """A checkpoint of a timm network as it is before any training, the same each time."""
    file = folder / f"{network}.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_file(timm.create_model(network).state_dict(), file)
    return file
