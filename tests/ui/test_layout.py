"""Nothing is cut off, lies over anything, or moves, on any page, in any theme, at any size."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

WALKS = (("1", "en"), ("2", "en"), ("1", "de"))  # QT_SCALE_FACTOR and language: German is longer


@pytest.fixture(scope="module")
def walks(labelled_folder: Path) -> dict[tuple[str, str], subprocess.Popen[str]]:
    """All at a time, each on a project of its own."""
    started = {}
    for scale, language in WALKS:
        folder = labelled_folder.with_name(f"{labelled_folder.name}, {scale} {language}")
        shutil.copytree(labelled_folder, folder)
        started[scale, language] = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.layout_walk", str(folder), "--language", language],
            env={**os.environ, "QT_SCALE_FACTOR": scale},
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    return started


@pytest.mark.parametrize("walk", WALKS, ids=" ".join)
def test_nothing_is_cut_off_or_moves(
    walks: dict[tuple[str, str], subprocess.Popen[str]], walk: tuple[str, str]
):
    found, log = walks[walk].communicate(timeout=280)
    assert walks[walk].returncode == 0, log[-3000:]
    assert found.strip().splitlines() == []
