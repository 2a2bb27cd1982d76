"""Folders of very many photos, and projects over them, for benchmarks and tests of scale."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore

DISTINCT_PHOTOS = 300
PHOTOS_PER_FOLDER = 500
SIZE = (640, 480)


def make_library(folder: Path, photos: int) -> Path:
    """`photos` JPEG names in nested folders: hard links to a few hundred distinct files.

    Made once: a folder that has them is left as it is.
    """
    ready = folder / ".complete"
    if ready.is_file() and ready.read_text() == str(photos):
        return folder
    originals = folder / ".originals"
    originals.mkdir(parents=True, exist_ok=True)
    for index in range(DISTINCT_PHOTOS):
        _draw(originals / f"{index}.jpg", index)
    for first in range(0, photos, PHOTOS_PER_FOLDER):
        (folder / path_of(first)).parent.mkdir(parents=True, exist_ok=True)
        for index in range(first, min(photos, first + PHOTOS_PER_FOLDER)):
            os.link(originals / f"{index % DISTINCT_PHOTOS}.jpg", folder / path_of(index))
    ready.write_text(str(photos))
    return folder


def path_of(index: int) -> str:
    """Of a photo, relative to the folder; in the order of `index` below the year 10000."""
    number = index // PHOTOS_PER_FOLDER
    below = f"year {2000 + number // 12}/month {number % 12 + 1:02}"
    return f"{below}/IMG_{index:07}.jpg"


def _draw(file: Path, seed: int) -> None:
    """A photo with as much detail as makes a JPEG of its size: coarse noise, smoothly enlarged."""
    noise = np.random.default_rng(seed).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    Image.fromarray(noise).resize(SIZE, Image.Resampling.BICUBIC).save(file, quality=85)


def write_scores(location: ProjectLocation, classes: int, kinds: tuple[LabelKind, ...]) -> None:
    """Score every photo of a scanned project, without an encoder: few classes are likely."""
    random = np.random.default_rng(0)
    with ProjectStore(location.database) as store:
        store.classes.replace([ClassDefinition(f"class {index:02}") for index in range(classes)])
        class_ids = [record.identifier for record in store.classes.all()]
        photo_ids = [photo.identifier for photo in store.photos.all()]
        for kind in kinds:
            scores = random.random((len(photo_ids), classes), dtype=np.float32) ** 24
            store.labels.write_set(kind, class_ids, photo_ids, scores, run_id=None)
        store.settings.set("scoring_config", ScoringConfig().to_dict())
