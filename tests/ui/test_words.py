"""Nothing on any page is said past the catalogue of the person's language."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY


def test_every_word_of_the_window_can_be_translated(labelled_folder: Path, tmp_path: Path):
    folder = tmp_path / "photos"
    shutil.copytree(labelled_folder, folder)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ui.word_walk", str(folder)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert ended.stdout.strip().splitlines() == []
