"""Collections of about 128 photos and 80 classes, of which most classes have few photos or none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import ClassDefinition, preset_classes
from cdul_app.demo.objects import OBJECT_KINDS
from cdul_app.demo.scenes import write_scenes
from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.score.score import score_project
from tests.benchmarks.quality.sources import project_of, voc_photos

PHOTOS = 128
# COCO's words for classes of VOC: each class is in the list once.
VOC_IN_COCO = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "boat", "bird", "cat",
    "dog", "horse", "sheep", "cow", "bottle", "chair", "couch", "potted plant", "dining table",
    "tv",
)  # fmt: skip

# Scores and truth, (n_images, n_classes) each; truth is -1 where it does not know.
Scored = tuple[NDArray[np.float64], NDArray[np.int8]]


def voc_scores(work: Path, config: ScoringConfig) -> Scored:
    """photos-voc: 500 photos, its 20 classes; photos are encoded once in a work folder."""
    source = voc_photos(work)
    source.score(replace(config, encoder=source.encoder))
    (location, truth), *_ = source.projects
    return _scores(location, truth)


def voc_among_coco(work: Path) -> Scored:
    """photos-voc for its 20 classes and the 60 of COCO that are no class of VOC."""
    source = voc_photos(work)
    (location, truth), *_ = source.projects
    others = [each for each in preset_classes("coco80") if each.name not in VOC_IN_COCO]
    classes = [*preset_classes("voc20"), *others]
    location = project_of(location.folder, location.database, classes)
    for _event in score_project(location, ScoringConfig(encoder=source.encoder, views="paper")):
        pass
    return _scores(location, truth)


def subsets(scored: Scored, count: int) -> Iterator[Scored]:
    """Random ones of PHOTOS photos."""
    scores, truth = scored
    for seed in range(count):
        rows = np.random.default_rng(seed).choice(len(scores), PHOTOS, replace=False)
        yield scores[rows], truth[rows]


def coloured_scenes(seeds: Sequence[int], work: Path) -> Iterator[Scored]:
    """Scenes that the demo's encoder never saw, for each kind of object in each of its colours."""
    things = [
        (colour, kind)
        for kind, drawn in OBJECT_KINDS.items()
        for colour in dict.fromkeys(drawn.colours)
    ]
    for seed in seeds:
        folder = work / f"coloured-{seed}"
        scenes = write_scenes(folder, seed=seed, count=PHOTOS)
        classes = [ClassDefinition(f"{colour} {kind}") for colour, kind in things]
        location = project_of(folder / "scenes", folder / "project.sqlite", classes)
        for _event in score_project(location, ScoringConfig(encoder="demo", views="paper")):
            pass
        with Project(location) as project:
            scores = project.scores(LabelKind.PSEUDO)
            assert scores is not None
            drawn_in = [
                scenes[int(Path(path).stem[6:]) - 1].coloured for path in project.photos.paths
            ]
        truth = np.array(
            [[thing in drawn for thing in things] for drawn in drawn_in], dtype=np.int8
        )
        yield scores.astype(np.float64), truth


def _scores(location: ProjectLocation, truth_file: Path) -> Scored:
    with Project(location) as project:
        scores = project.scores(LabelKind.PSEUDO)
        assert scores is not None
        rows, columns, known = match_labels(
            read_labels(truth_file), project.photos.paths, project.classes.names
        )
        truth = np.full(scores.shape, -1, dtype=np.int8)
        truth[np.ix_(rows, columns)] = known
        return scores.astype(np.float64), truth
