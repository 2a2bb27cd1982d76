"""Whether a classifier's activation maps choose better extra snippets than chance does.

Run `python -m tests.benchmarks.bench_cam [--collections photos,demo] [--size 128] [--epochs 6]
[--draws 3] [--share S] [--smallest S] [--classifier] [--voc-project FOLDER]`.
A first MobileNetV2 learns from the initial labels; in each photo the places where it sees the three
likeliest classes become extra snippets, as tasks.train.cam_views makes them.  Beside them stand as
many boxes of the same sizes at random places, in `--draws` draws (mean, lowest and highest), and
boxes of other photos' maps, which know where things usually are and nothing of this photo.  mAP of
the labels in per cent, for photos over classes with at least 5 positives; with --classifier also
of a classifier trained anew from each (of several draws, the first).
Needs the checkpoint of ../shared/models.  It measures and judges nothing: always exits with 0.
"""

import argparse
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.demo.scenes import write_scenes
from cdul_app.memory import keep_freed_memory
from cdul_app.method.activation_boxes import activation_boxes
from cdul_app.method.aggregation import aggregate_local, combine_global_local
from cdul_app.method.arrays import FloatArray
from cdul_app.method.evidence import view_similarities
from cdul_app.method.free_boxes import FreeBoxes
from cdul_app.method.similarity import class_similarities, view_cosines
from cdul_app.models.classifier.activation_maps import map_photos
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import load_classifier
from cdul_app.models.encoder.embedding import EmbeddedPhoto, embed_snippets
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from cdul_app.models.training.training import TrainedClassifier, train_classifier
from cdul_app.models.training.training_data import FeatureInputs, PhotoInputs, TrainingData
from cdul_app.paths import locate_project
from cdul_app.project.scored_state import read_scored_state
from cdul_app.settings.configs import TrainingConfig, training_preset
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.train.cam_views import CLASSES_A_PHOTO, SHARE, SMALLEST
from tests.benchmarks.bench_training import (
    SHARED,
    Collection,
    photo_collection,
    read_collection,
    score_folder,
)
from tests.events import run_task

CPU = torch.device("cpu")
WEIGHTS = SHARED / "models" / "mobilenetv2_100.in1k.safetensors"
SCENES = 300  # a first classifier learns nothing from the demo's 60


@dataclass(frozen=True)
class Photos:
    collection: Collection
    paths: tuple[Path, ...]
    encoder: Encoder

    @property
    def as_photos(self) -> TrainingData:
        """For a classifier that reads them."""
        return replace(
            self.collection.data,
            inputs=PhotoInputs(self.paths),
            class_embeddings=None,
            temperature=None,
        )


def open_photos(folder: Path, collection: Collection) -> Photos:
    """The files and the encoder behind a scored folder's collection."""
    with ProjectStore(locate_project(folder).database) as store:
        state = read_scored_state(store)
        assert state is not None
        names = {photo.identifier: photo.path for photo in store.photos.all()}
        paths = tuple(
            folder / names[photo] for photo, _ in store.embeddings.views_of_photos(state.encoding)
        )
    return Photos(collection, paths, load_encoder(state.encoding.encoder, device=CPU))


def demo_photos(work: Path) -> Photos:
    folder = work / "demo"
    write_scenes(folder, seed=101, count=SCENES)
    names = (folder / "classes.txt").read_text(encoding="utf-8").split()
    score_folder(folder / "scenes", [ClassDefinition(name) for name in names], "demo")
    location = locate_project(folder / "scenes")
    collection = read_collection(location, folder / "truth.csv", 1)
    return open_photos(folder / "scenes", collection)


def real_photos(work: Path, scored: Path | None) -> Photos:
    collection = photo_collection(work, scored)
    return open_photos(scored or work / "photos", collection)


def config_of(size: int, epochs: int, warm_up: int) -> TrainingConfig:
    return training_preset("default", classifier="mobilenetv2_100").with_changes(
        weights=str(WEIGHTS),
        image_size=size,
        epochs=epochs,
        warm_up_epochs=warm_up,
        learning_rate=2e-4,
        device="cpu",
    )


def trained(data: TrainingData, config: TrainingConfig, folder: Path) -> TrainedClassifier:
    return run_task(train_classifier(data, config, run_folder=folder))[1]


def maps_of(photos: Photos, first: TrainedClassifier) -> NDArray[np.float32]:
    """(n_photos, n_classes, height, width) of the first classifier."""
    module = load_classifier(first.classifier_file, device=CPU).module
    assert isinstance(module, PhotoClassifier)
    rows = np.arange(len(photos.paths))
    return np.concatenate(
        [maps for _, maps, _ in map_photos(module, photos.paths, rows, device=CPU)]
    )


def likeliest_boxes(
    photos: Photos, maps: NDArray[np.float32], *, share: float, smallest: float
) -> FloatArray:
    """(n_photos, CLASSES_A_PHOTO, 4)"""
    labels = photos.collection.data.pseudo_labels
    chosen = np.argsort(-labels, axis=1)[:, :CLASSES_A_PHOTO]
    of_chosen = maps[np.arange(len(maps))[:, None], chosen]  # (n_photos, chosen, height, width)
    flat = of_chosen.reshape(-1, *maps.shape[2:])
    return activation_boxes(flat, share=share, smallest=smallest).reshape(*chosen.shape, 4)


def moved_at_random(boxes: FloatArray, random: np.random.Generator) -> FloatArray:
    """Boxes of the same sizes anywhere in the same photo."""
    sizes = boxes[..., 2:] - boxes[..., :2]
    corners = random.random(sizes.shape) * (1 - sizes)
    return np.asarray(np.clip(np.concatenate([corners, corners + sizes], axis=-1), 0, 1))


def labels_with(photos: Photos, boxes: FloatArray) -> NDArray[np.float32]:
    """CDUL eq. 5-7 over the grid's snippets and those of `boxes` (n_photos, k, 4), zeta 0."""
    data = photos.collection.data
    assert isinstance(data.inputs, FeatureInputs)
    assert data.class_embeddings is not None
    assert data.temperature is not None
    whole, local = view_similarities(
        data.inputs.views, data.class_embeddings, temperature=data.temperature
    )
    extra = np.zeros((*boxes.shape[:2], len(data.class_names)), dtype=np.float32)
    cuts = (
        (row, path, FreeBoxes([tuple(map(float, box)) for box in boxes[row]]))  # type: ignore[misc]
        for row, path in enumerate(photos.paths)
    )
    for item in embed_snippets(photos.encoder, cuts):
        assert isinstance(item, EmbeddedPhoto), "all photos of a benchmark can be read"
        cosines = view_cosines(item.views, data.class_embeddings)
        extra[item.key] = class_similarities(cosines, temperature=data.temperature)
    joined = np.concatenate([local, extra], axis=1)  # (n_photos, snippets, n_classes)
    return combine_global_local(whole, aggregate_local(joined, zeta=0)).astype(np.float32)


def measure(name: str, photos: Photos, arguments: argparse.Namespace, work: Path) -> None:
    collection = photos.collection
    first = trained(
        photos.as_photos,
        config_of(arguments.size, arguments.epochs, arguments.epochs),
        work / f"{name}-first",
    )
    boxes = likeliest_boxes(
        photos, maps_of(photos, first), share=arguments.share, smallest=arguments.smallest
    )
    random = np.random.default_rng(0)
    area = float(np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1).mean())
    initial = np.asarray(collection.data.pseudo_labels, dtype=np.float32)
    choices: dict[str, list[NDArray[np.float32]]] = {
        "initial labels, no extra snippet": [initial],
        "CAM boxes": [labels_with(photos, boxes)],
        "boxes of other photos": [
            labels_with(photos, boxes[random.permutation(len(boxes))])
            for _ in range(arguments.draws)
        ],
        "random boxes of the same sizes": [
            labels_with(photos, moved_at_random(boxes, random)) for _ in range(arguments.draws)
        ],
    }
    print(
        f"\n{name}: {len(photos.paths)} photos, first classifier "
        f"{collection.score(first.scores):.1f} mAP, boxes of {100 * area:.0f} % of a photo"
    )
    print(f"{'':<34}{'labels':>8}{'lowest':>8}{'highest':>9}{'classifier':>12}")
    for title, drawn in choices.items():
        scores = [collection.score(labels) for labels in drawn]
        line = f"{title:<34}{np.mean(scores):>8.2f}{min(scores):>8.2f}{max(scores):>9.2f}"
        if arguments.classifier:
            config = config_of(arguments.size, arguments.epochs + 3, arguments.epochs)
            data = replace(photos.as_photos, pseudo_labels=drawn[0])  # the first draw's
            final = trained(data, config, work / f"{name}-{title}")
            line += f"{collection.score(final.scores):>12.2f}"
        print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collections", default="photos,demo")
    parser.add_argument("--size", type=int, default=128, help="of the classifier, pixels")
    parser.add_argument("--epochs", type=int, default=6, help="of the first classifier")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--share", type=float, default=SHARE, help="see activation_boxes")
    parser.add_argument("--smallest", type=float, default=SMALLEST, help="see activation_boxes")
    parser.add_argument("--classifier", action="store_true", help="train one from each labels")
    parser.add_argument("--voc-project", type=Path)
    arguments = parser.parse_args()
    keep_freed_memory()
    work = Path(tempfile.mkdtemp(prefix="cdul-bench-"))
    try:
        for name in arguments.collections.split(","):
            photos = (
                demo_photos(work) if name == "demo" else real_photos(work, arguments.voc_project)
            )
            measure(name, photos, arguments, work)
    finally:
        shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
