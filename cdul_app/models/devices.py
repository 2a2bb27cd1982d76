"""Which device computes."""

import torch

from cdul_app.errors import DeviceError
from cdul_app.language import tr
from cdul_app.settings.configs import DEVICES


def has_gpu() -> bool:
    """Whether a CUDA or Apple (mps) device can be used."""
    return torch.cuda.is_available() or torch.backends.mps.is_available()


def choose_device(name: str) -> torch.device:
    """The device called "auto" (CUDA, else mps, else the CPU), "cpu", "cuda", "cuda:N" or "mps".

    Raises DeviceError for one that is unknown or not there.
    """
    wanted = name.strip().lower()
    has_cuda, has_mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if wanted == "auto":
        wanted = "cuda" if has_cuda else "mps" if has_mps else "cpu"
    kind, _, index = wanted.partition(":")
    if kind not in DEVICES or (index and not (kind == "cuda" and index.isdecimal())):
        raise DeviceError(
            tr(
                "“{name}” is not a device: choose one of {names}.",
                name=name,
                names=", ".join(DEVICES),
            )
        )
    if kind == "mps" and not has_mps:
        raise DeviceError(tr("There is no usable Apple GPU (mps) here: choose auto or cpu."))
    if kind != "cuda":
        return torch.device(kind)
    if not has_cuda:
        raise DeviceError(
            tr(
                "There is no usable CUDA device on this machine: choose auto or cpu, or install "
                "the NVIDIA driver and a CUDA build of torch."
            )
        )
    number, count = int(index or 0), torch.cuda.device_count()
    if number >= count:
        raise DeviceError(
            tr(
                "This machine has {count} CUDA device(s), counted from 0: there is no "
                "cuda:{number}.",
                count=count,
                number=number,
            )
        )
    return torch.device("cuda", number)


def describe_device(device: torch.device) -> str:
    """ "cpu", "mps", "cuda:0 (NVIDIA H100)"."""
    if device.type != "cuda":
        return str(device)
    index = device.index if device.index is not None else torch.cuda.current_device()
    return f"cuda:{index} ({torch.cuda.get_device_name(index)})"
