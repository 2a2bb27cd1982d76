import subprocess
import sys

from tests.conftest import REPOSITORY

CODE = """
import sys
from cdul_app.desktop.warm_up import load_torch_libraries
assert load_torch_libraries() == (sys.platform != "win32")
assert "torch" not in sys.modules
import torch
assert torch.ones(2).sum() == 2
assert not load_torch_libraries()
"""


def test_torch_works_when_its_libraries_were_loaded_before():
    """In a process of its own: here torch is imported already."""
    ended = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
