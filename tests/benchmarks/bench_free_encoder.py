"""What a photo costs on its way to a GPU beside decoding, cutting and encoding.

`python -m tests.benchmarks.bench_free_encoder [--photos 2048] [--rounds 3]`

Decoder, cutting and encoder are named fakes that cost nothing, on torch's device "meta", whose
tensors hold no numbers; all else is the app's own way from JPEG files of 640 x 480.  Told is the
processor's time a photo, the least of some rounds:

- encoding: `embed_photos`; scoring: `embed_project_photos`, with fingerprints, the shared cache and
  the project database; prediction: `predict_photos` in batches of 256;
- files: reading and hashing alone, during which no thread holds Python's lock;
- the processor's part of training and of a GPU without a decoder: decoding, and squashing a crop.

What scoring and prediction cost beyond their files is Python's and is done by one thread at a time,
on however many cores: its inverse bounds the photos a second.  The last lines compare it with what
an H100 was measured to do.  Exits with 1 where Python would be the bound.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cdul_app.memory import keep_freed_memory
from cdul_app.method.arrays import FloatArray
from cdul_app.method.view_plans import PixelBox
from cdul_app.models.accelerated import device_embedding
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.photo_transform import PhotoTransform
from cdul_app.models.classifier.prediction import predict_photos
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.views import ViewFormat
from cdul_app.models.training.input_batches import PhotoBatches, even_batches
from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.plain_jpegs import PlainJpeg
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.shared_cache import SharedCache
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from cdul_app.tasks.scan.scan import scan_photos
from cdul_app.tasks.score.embed import embed_project_photos
from tests.benchmarks.bench_gpu import CLASSES, IMAGE_SIZE, PLAN, write_photos

META = torch.device("meta")
DIMENSION = 512
GREY = (0.5, 0.5, 0.5)
# Photos a second that an H100 with nvJPEG is to reach: 0.6 of ViT-B-32 in half precision (30,596
# views), 0.8 of ResNet-101 at 256 photos at once (5,737).
WANTED = {"scoring": 0.6 * 30_596 / PLAN.view_count, "prediction": 0.8 * 5_737}


class FreeEncoder:
    """Gives any view the same kind of vector at once."""

    device = META
    view_format = ViewFormat(IMAGE_SIZE, IMAGE_SIZE, GREY, GREY)
    default_batch_size = 256

    def __init__(self) -> None:
        vectors = np.random.default_rng(0).normal(size=(self.default_batch_size, DIMENSION))
        self._vectors = vectors.astype(np.float32)

    def encode_pixels(self, pixels: torch.Tensor) -> FloatArray:
        return self._vectors[: len(pixels)]


class FreeBackbone(nn.Module):
    """Gives any photo the same logits."""

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(numbers), CLASSES)


def free_decoder(jpegs: Sequence[PlainJpeg], device: torch.device) -> list[torch.Tensor | None]:
    return [torch.empty(3, 480, 640, dtype=torch.uint8, device=META) for _ in jpegs]


def free_cut(
    photos: torch.Tensor,
    boxes: Sequence[PixelBox],
    view_format: ViewFormat,
    *,
    mirrored: bool = False,
) -> torch.Tensor:
    shape = (len(photos), 1 + len(boxes) + mirrored, view_format.height, view_format.width, 3)
    return torch.empty(shape, dtype=torch.uint8, device=META)


def encoding(photos: list[Path]) -> None:
    assert len(list(embed_photos(FreeEncoder(), enumerate(photos), PLAN))) == len(photos)


def scoring(photos: list[Path]) -> float:
    """Returns the processor's seconds without those of making the project."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProjectStore(Path(folder) / "project", create=True, durable=False) as store,
        SharedCache(Path(folder) / "shared", most_bytes=2**32) as shared,
    ):
        for _ in scan_photos(store, photos[0].parent):
            pass
        new = store.embeddings.ensure_encoding(
            encoder_key="free", encoder="free", plan=PLAN, dimension=DIMENSION, temperature=0.01
        )
        began = time.process_time()
        for _ in embed_project_photos(
            store, photos[0].parent, FreeEncoder(), new,
            batch_size=None, device="none", shared=shared,
        ):  # fmt: skip
            pass
        took = time.process_time() - began
        assert store.embeddings.count(new) == len(photos)
        return took


def prediction(photos: list[Path]) -> None:
    module = PhotoClassifier(FreeBackbone(), PhotoTransform(IMAGE_SIZE, GREY, GREY)).to(META)
    names = tuple(f"class {number}" for number in range(CLASSES))
    classifier = Classifier("free", names, module, META, {})
    scores = list(predict_photos(classifier, photos, batch_size=256, on_device=True))
    assert len(scores) == len(photos)


def training_batches(photos: list[Path]) -> None:
    source = PhotoBatches(photos, PhotoTransform(IMAGE_SIZE, GREY, GREY))
    rows = even_batches(np.arange(len(photos)), 16)
    assert sum(len(b.rows) for b in source.batches(rows, augment_seed=(0,))) == len(photos)


def files(photos: list[Path]) -> None:
    for path in photos:
        fingerprint_file(path)
        path.read_bytes()


def decoding(photos: list[Path]) -> None:
    for path in photos:
        decode_photo(path, smallest=(672, 672))


def least_milliseconds(work: Callable[[list[Path]], float | None], photos: list[Path]) -> float:
    began = time.process_time()
    took = work(photos)
    return 1e3 * (time.process_time() - began if took is None else took) / len(photos)


def main() -> int:
    keep_freed_memory()  # as the app does when it starts
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    device_embedding.decodes_jpegs = lambda device: True
    device_embedding.decode_jpegs = free_decoder
    device_embedding.cut_on_device = free_cut
    ways: dict[str, tuple[Callable[[list[Path]], float | None], int]] = {
        "files": (files, 1),
        "encoding": (encoding, 1),
        "scoring": (scoring, 1),
        "prediction": (prediction, 1),
        "decoding": (decoding, 8),
        "training batches": (training_batches, 8),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        photos = write_photos(Path(folder), arguments.photos)
        for number, path in enumerate(photos):  # each has a comment of its own
            content = path.read_bytes()
            path.write_bytes(content[:2] + b"\xff\xfe\0\x0a%08d" % number + content[2:])
        for _ in range(arguments.rounds):
            for name, (work, share) in ways.items():
                found[name].append(least_milliseconds(work, photos[: -(-len(photos) // share)]))
    least = {name: min(values) for name, values in found.items()}
    for name, milliseconds in least.items():
        print(f"{name:<18}{milliseconds:8.3f} ms of processor a photo")
    held = True
    for name, wanted in WANTED.items():
        python = max(1e-6, least[name] - least["files"] * (1 if name == "scoring" else 0))
        fits = 1e3 / python >= wanted
        held = held and fits
        print(
            f"{name}: Python bounds it at {1e3 / python:,.0f} photos a second, wanted "
            f"{wanted:,.0f}: {'yes' if fits else 'NO'}"
        )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
