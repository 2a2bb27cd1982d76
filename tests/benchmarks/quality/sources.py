"""What the choices are measured on: published score vectors, folders of photos, drawn scenes."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import ClassDefinition, preset_classes
from cdul_app.demo.scenes import write_scenes
from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import macro_f1, per_class_average_precision
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labels.label_matrices import label_matrix
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.benchmarks.quality.table import Figures
from tests.measures.class_thresholds import label_free_thresholds

SHARED = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[4] / "shared")).absolute()


@dataclass(frozen=True)
class ScoreVectors:
    """Centred cosines of photos and of their best and worst snippet, (n_images, n_classes)."""

    whole: NDArray[np.float32]
    best: NDArray[np.float32]
    worst: NDArray[np.float32]
    truth: NDArray[np.int8]


def score_vectors() -> ScoreVectors:
    """(a): RN50x64 on photos of VOC 2012 train."""
    with np.load(SHARED / "data" / "voc12_rn50x64_dev.npz") as data:
        return ScoreVectors(
            data["global_cosine_centred"],
            data["local_max_cosine"],
            data["local_min_cosine"],
            data["truth"],
        )


@dataclass(frozen=True)
class PhotoSource:
    """Projects with truth; a figure is the mean over them."""

    name: str  # short, heads its columns
    encoder: str
    projects: tuple[tuple[ProjectLocation, Path], ...]  # with the truth of each
    fewest: int  # positives that a class needs to count

    def score(self, config: ScoringConfig) -> float:
        """Score all projects.  Returns seconds."""
        begun = time.perf_counter()
        for location, _ in self.projects:
            for _event in score_project(location, config):
                pass
        return time.perf_counter() - begun

    def figures(self, kind: LabelKind) -> Figures:
        """Of labels that the projects hold."""
        values = []
        for location, truth_file in self.projects:
            scores, truth = self.labels(location, truth_file, kind)
            values.append(
                (
                    100 * float(np.mean(per_class_average_precision(truth, scores))),
                    100 * macro_f1(truth, scores >= label_free_thresholds(scores)),
                )
            )
        labels, f1 = np.mean(values, axis=0)
        return Figures(labels=float(labels), f1=float(f1))

    def labels(
        self, location: ProjectLocation, truth_file: Path, kind: LabelKind
    ) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
        """Scores and truth, (n_images, n_classes), of the classes that count."""
        with ProjectStore(location.database) as store:
            photos, classes = store.photos.all(), store.classes.all()
            rows, columns, truth = match_labels(
                read_labels(truth_file),
                [photo.path for photo in photos],
                [record.name for record in classes],
            )
            enough = truth.sum(axis=0) >= self.fewest
            counted = np.array(columns)[enough].tolist()
            stored = store.labels.read(kind)
            assert stored is not None
            scores = label_matrix(
                stored,
                [photos[row].identifier for row in rows],
                [classes[column].identifier for column in counted],
            )
        return np.nan_to_num(scores), truth[:, enough].astype(np.int8)


def photo_source(
    name: str, folder: Path, truth: Path, encoder: str, classes: str, work: Path, *, fewest: int = 5
) -> PhotoSource:
    """(b), or any folder of photos with truth.  `classes` names a preset or a file."""
    definitions = preset_classes(classes) if not Path(classes).is_file() else _class_file(classes)
    location = project_of(folder, work / f"{name}.sqlite", definitions)
    return PhotoSource(name, encoder, ((location, truth),), fewest)


def voc_photos(work: Path) -> PhotoSource:
    photos = SHARED / "data" / "photos-voc"
    encoder = f"local-dir:{SHARED / 'models' / 'photo-clip'}"
    return photo_source("b", photos / "images", photos / "truth.csv", encoder, "voc20", work)


def demo_scenes(
    seeds: Sequence[int], work: Path, *, count: int = 60, encoder: str = "demo"
) -> PhotoSource:
    """(c): scenes that the demo encoder never saw."""
    projects = []
    for seed in seeds:
        folder = work / f"scenes-{seed}"
        write_scenes(folder, seed=seed, count=count)
        names = (folder / "classes.txt").read_text(encoding="utf-8").split()
        location = project_of(
            folder / "scenes", folder / "project.sqlite", [ClassDefinition(name) for name in names]
        )
        projects.append((location, folder / "truth.csv"))
    return PhotoSource("c", encoder, tuple(projects), 1)


def project_of(folder: Path, database: Path, classes: Sequence[ClassDefinition]) -> ProjectLocation:
    location = locate_project(folder, database)
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace(list(classes))
    return location


def _class_file(file: str) -> list[ClassDefinition]:
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return [ClassDefinition(line.strip()) for line in lines if line.strip()]
