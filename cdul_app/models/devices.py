"""Which device computes."""

import torch

from cdul_app.errors import DeviceError
from cdul_app.settings.configs import DEVICES


def has_gpu() -> bool:
    """Whether a CUDA or Apple (mps) device can be used."""
    return torch.cuda.is_available() or torch.backends.mps.is_available()


def choose_device(name: str) -> torch.device:
    """The device called "auto" (CUDA, else mps, else the CPU), "cpu", "cuda", "cuda:N" or "mps".

    Raises DeviceError for one that is unknown or not there.
    """
    wanted = name.strip().lower()
    if wanted == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", 0)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    kind, _, index = wanted.partition(":")
    if kind not in DEVICES or (index and not (kind == "cuda" and index.isdecimal())):
        raise DeviceError(f"“{name}” is not a device: choose one of {', '.join(DEVICES)}.")
    if kind == "cuda":
        if not torch.cuda.is_available():
            raise DeviceError(
                "There is no usable CUDA device on this machine: choose auto or cpu, or install "
                "the NVIDIA driver and a CUDA build of torch."
            )
        number = int(index or 0)
        if number >= torch.cuda.device_count():
            raise DeviceError(
                f"This machine has {torch.cuda.device_count()} CUDA device(s), counted from 0: "
                f"there is no cuda:{number}."
            )
        return torch.device("cuda", number)
    if kind == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("There is no usable Apple GPU (mps) here: choose auto or cpu.")
    return torch.device(kind)


def describe_device(device: torch.device) -> str:
    """ "cpu", "mps", "cuda:0 (NVIDIA H100)"."""
    if device.type != "cuda":
        return str(device)
    index = device.index if device.index is not None else torch.cuda.current_device()
    return f"cuda:{index} ({torch.cuda.get_device_name(index)})"
