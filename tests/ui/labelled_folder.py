"""A project that has something to show on every page."""

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
from tests.drawn_photos import copy_photos, drawn_classes

CLASSES = 80


@pytest.fixture(scope="package")
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
