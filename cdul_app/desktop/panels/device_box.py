"""Whether this machine can compute on a GPU; nothing here imports torch."""

import platform
import shutil


def probably_has_gpu() -> bool:
    """A cheap guess for recommendations; the job itself asks torch."""
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return apple or shutil.which("nvidia-smi") is not None
