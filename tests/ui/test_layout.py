"""Nothing is cut off, lies over anything, or moves, on any page, in any theme, at any size."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO, YES
from cdul_app.paths import locate_project
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score_and_train import score_and_train
from tests.conftest import REPOSITORY
from tests.drawn_photos import copy_photos, drawn_classes

CLASSES = 80
SCALES = ("1", "2")  # QT_SCALE_FACTOR


@pytest.fixture(scope="module")
def labelled_folder(small_encoder_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos with labels of 80 classes of long names, truth, and some answers."""
    folder = tmp_path_factory.mktemp("layout") / "photos of a long excursion to the mountains"
    copy_photos(folder, 20)
    location = locate_project(folder)
    config = ScoringConfig(encoder=f"local-dir:{small_encoder_dir}", device="cpu")
    training = TrainingConfig(device="cpu", epochs=2, warm_up_epochs=1)
    drawn = drawn_classes()
    names = [*drawn, *(f"a class of things with quite a long name, number {place}"
                       for place in range(CLASSES - len(drawn)))]  # fmt: skip
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in names])
    for _ in score_and_train(location, config, training):
        pass
    with Project.open_folder(folder) as project:
        rows = np.arange(8)
        project.decisions.answer(rows[:4], 0, YES)
        project.decisions.answer(rows[4:], 1, NO)
        photos = list(project.photos.paths)
    lines = [",".join(["photo", *(f'"{name}"' for name in names)])]
    lines += [
        ",".join([photo, *(str(int((row + column) % 7 == 0)) for column in range(CLASSES))])
        for row, photo in enumerate(photos)
    ]
    (folder / "truth.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def walks(labelled_folder: Path) -> dict[str, subprocess.Popen[str]]:
    """Both at a time, each on a project of its own."""
    started = {}
    for scale in SCALES:
        folder = labelled_folder.with_name(f"{labelled_folder.name}, {scale}")
        shutil.copytree(labelled_folder, folder)
        started[scale] = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.layout_walk", str(folder)],
            env={**os.environ, "QT_SCALE_FACTOR": scale},
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    return started


@pytest.mark.parametrize("scale", SCALES)
def test_nothing_is_cut_off_or_moves(walks: dict[str, subprocess.Popen[str]], scale: str):
    found, log = walks[scale].communicate(timeout=240)
    assert walks[scale].returncode == 0, log[-3000:]
    assert found.strip().splitlines() == []
