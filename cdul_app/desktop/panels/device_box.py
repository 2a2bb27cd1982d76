"""Choosing the device; nothing here imports torch."""

import platform
import shutil

from PySide6.QtWidgets import QComboBox

from cdul_app.desktop.widgets.quiet_wheel import ignore_wheel_unless_focused
from cdul_app.settings.configs import DEVICES

DEVICE_TITLES = {
    "auto": "Automatic",
    "cpu": "Processor (CPU)",
    "cuda": "NVIDIA GPU (CUDA)",
    "mps": "Apple GPU (Metal)",
}


def device_box(accessible_name: str) -> QComboBox:
    """A combo box of the devices a config takes, its data their names."""
    box = QComboBox()
    for device in DEVICES:
        box.addItem(DEVICE_TITLES.get(device, device), device)
    box.setAccessibleName(accessible_name)
    ignore_wheel_unless_focused(box)
    return box


def probably_has_gpu() -> bool:
    """A cheap guess for recommendations; the job itself asks torch."""
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return apple or shutil.which("nvidia-smi") is not None
