"""How near to its own pace an accelerator comes, from files to vectors, and in training.

`python -m tests.benchmarks.bench_gpu [--device auto] [--photos 2048]`, under four minutes.

Real architectures with random weights; generated JPEG files of 640 x 480; ten views a photo.

- bare: ready pixels on the device through the encoder, one caller, at its best batch; the encoder
  has half-precision weights where it is faithful so;
- decode: photos a second that the decoder of the program's way gives, nothing else done: the
  device's own for scoring and prediction, where it has one, the processor for training;
- paper: `embed_photos` from files; the naive loop: one photo, one view after the other, float32,
  cut by Pillow.

Bounds: ViT-B-32 at 0.6 of the smaller of decode and bare and 40 times the naive loop, ViT-B-16 at
0.8 of it, ViT-L-14 and RN50x64 at 0.92 of bare; vectors of photos cut there and by the processor
with a mean cosine of 0.999, none below 0.99; the training step of ResNet-101 from files at 0.8
of the bare step, compiled steps and prediction at 0.8 of the smaller of decode and bare.  Prints
each with yes or no, and exits with 1 where one does not hold or its part fails.  Without an
accelerator it says so, and runs a small form of it all that has no bounds.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image

from cdul_app.memory import keep_freed_memory
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.device_jpegs import decode_jpegs, decodes_jpegs
from cdul_app.models.accelerated.device_memory import is_out_of_memory
from cdul_app.models.accelerated.half_precision import (
    half_type,
    halve_where_faithful,
    has_bfloat16,
)
from cdul_app.models.classifier.backbones import PhotoClassifier, build_photo_classifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.prediction import photo_batch, predict_photos
from cdul_app.models.devices import choose_device, describe_device
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import Encoder, is_convolutional
from cdul_app.models.encoder.views import ViewFormat
from cdul_app.models.training.classifier_steps import CUDA_GRAPHS, ClassifierSteps
from cdul_app.models.training.input_batches import PhotoBatches, even_batches
from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.plain_jpegs import read_plain_jpeg

PLAN = ViewPlan.parse("3x3")
SECONDS = 3.0  # of each bare way
DECODERS = 16
TRAINING_BATCH = 16
CLASSES, IMAGE_SIZE = 20, 224
LEAST_MEAN_COSINE, LEAST_COSINE = 0.999, 0.99
OF_LIMIT = {"ViT-B-32": 0.6, "ViT-B-16": 0.8, "ViT-L-14": 0.92, "RN50x64": 0.92}
OF_NAIVE = {"ViT-B-32": 40.0}
OF_STEP = 0.8


@dataclass(frozen=True)
class Check:
    name: str
    value: float
    least: float

    @property
    def held(self) -> bool:
        return self.value >= self.least  # NaN is not


def checked(name: str, part: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """What a part of the benchmark finds; where it fails, that it did, and the others go on."""
    try:
        yield from part()
    except Exception:
        traceback.print_exc()
        yield Check(f"{name} runs", 0, 1)


def rate(count: int, work: Callable[[], object], seconds: float) -> float:
    """Of `count` things that a call does, how many a second; the first call is not counted."""
    work()
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        work()
        done += count
    return done / (time.perf_counter() - began)


def write_photos(folder: Path, count: int) -> list[Path]:
    """Pictures of 640 x 480 with as much detail as makes 100 KB; 64 of them, again and again."""
    contents = []
    for seed in range(min(count, 64)):
        random = np.random.default_rng(seed)
        coarse = Image.fromarray(random.integers(0, 256, (60, 80, 3), dtype=np.uint8))
        fine = random.normal(0, 6, (480, 640, 3))
        pixels = np.asarray(coarse.resize((640, 480), Image.Resampling.BICUBIC)) + fine
        path = folder / f"made-{seed}.jpg"
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, quality=90)
        contents.append(path.read_bytes())
        path.unlink()
    paths = [folder / f"{number}.jpg" for number in range(count)]
    for path, content in zip(paths, itertools.cycle(contents), strict=False):
        path.write_bytes(content)
    return paths


def random_encoder(name: str, device: torch.device) -> Encoder:
    """As `load_encoder` makes one, but of random weights."""
    torch.manual_seed(0)
    model = open_clip.create_model(name, pretrained=None).eval().requires_grad_(False)
    model.to(device=device, memory_format=torch.channels_last)
    view_format = ViewFormat.from_preprocessing(model.visual.preprocess_cfg)
    half = half_type(
        device.type,
        convolutional=is_convolutional(open_clip.get_model_config(name)["vision_cfg"]),
        has_bfloat16=has_bfloat16(device),
    )
    views = torch.randn(2, 3, view_format.height, view_format.width, device=device)
    return Encoder(
        identifier=name,
        key=name,
        dimension=int(model.visual.output_dim),
        image_size=(view_format.height, view_format.width),
        temperature=0.01,
        device=device,
        view_format=view_format,
        model=model,
        tokenizer=None,
        number_type=halve_where_faithful(model, views, half),
    )


def bare_rate(encoder: Encoder, batches: tuple[int, ...], seconds: float) -> tuple[float, int]:
    """Views a second at the best batch, and that batch."""
    found = []
    for batch in batches:
        pixels = torch.zeros(batch, *encoder.image_size, 3, dtype=torch.uint8)
        ready = pixels.to(encoder.device)
        call = lambda ready=ready: encoder.encode_pixels(ready)  # noqa: E731
        try:
            found.append((rate(batch, call, seconds / len(batches)), batch))
        except RuntimeError as error:
            if not (found and is_out_of_memory(error)):
                raise
    return max(found)


def least_cosines(encoder: Encoder, photos: list[Path]) -> tuple[float, float]:
    """Between what the two ways of cutting give: of all vectors the mean, and the least."""
    ways = []
    for on_device in (True, False):
        items = embed_photos(encoder, enumerate(photos), PLAN, cut_on_device=on_device)
        ways.append(np.stack([item.views for item in items if isinstance(item, EmbeddedPhoto)]))
    cosines = (ways[0].astype(np.float32) * ways[1]).sum(axis=-1)
    return float(cosines.mean()), float(cosines.min())


def naive_rate(encoder: Encoder, photos: list[Path]) -> float:
    """Views a second of the loop that one writes first."""
    encoder.model.visual.float()
    height, width = encoder.image_size
    scale, shift = encoder.view_format.scale_and_shift()
    began = time.perf_counter()
    for path in photos:
        photo = Image.open(path).convert("RGB")
        for box in [(0, 0, *photo.size), *PLAN.pixel_boxes(*photo.size)]:
            view = photo.crop(box).resize((width, height), Image.Resampling.BICUBIC)
            numbers = torch.from_numpy(np.asarray(view) * np.float32(scale) + np.float32(shift))
            with torch.inference_mode():
                vector = encoder.model.encode_image(
                    numbers.permute(2, 0, 1)[None].to(encoder.device)
                )
                torch.nn.functional.normalize(vector, dim=-1).cpu()
    return len(photos) * PLAN.view_count / (time.perf_counter() - began)


def decode_rate(photos: list[Path], device: torch.device, *, own: bool) -> float:
    """Photos a second of the device's own decoder, or of the processor."""
    groups = [photos[start : start + 25] for start in range(0, len(photos), 25)]

    def decode(group: list[Path]) -> None:
        if not own:
            for path in group:
                decode_photo(path, smallest=(672, 672))
            return
        jpegs = [read_plain_jpeg(path, most_pixels=10**7) for path in group]
        assert None not in decode_jpegs([jpeg for jpeg in jpegs if jpeg is not None], device)
        torch.cuda.synchronize(device)

    with ThreadPoolExecutor(DECODERS) as pool:
        list(pool.map(decode, groups[:1]))
        began = time.perf_counter()
        list(pool.map(decode, groups))
        return len(photos) / (time.perf_counter() - began)


def scoring(
    name: str, photos: list[Path], device: torch.device, seconds: float, decode: float
) -> Iterator[Check]:
    """Prints a row for the encoder."""
    encoder = random_encoder(name, device)
    usual = encoder.default_batch_size
    bare, batch = bare_rate(encoder, (usual // 2, usual, usual * 2), seconds)
    some = photos[: max(25, min(len(photos), int(bare * 6 * seconds / PLAN.view_count)))]
    list(embed_photos(encoder, enumerate(some[:60]), PLAN))  # first touch of all code paths
    began = time.perf_counter()
    results = list(embed_photos(encoder, enumerate(some), PLAN))
    paper = len(some) * PLAN.view_count / (time.perf_counter() - began)
    assert all(isinstance(result, EmbeddedPhoto) for result in results)
    cosine, least = least_cosines(encoder, some[:60])
    number_type = str(encoder.number_type).removeprefix("torch.")
    naive_rate(encoder, some[:1])
    naive = naive_rate(encoder, some[: 4 if seconds >= 1 else 1])
    limit = min(bare, decode * PLAN.view_count)
    print(
        f"{name:<10}{bare:>13,.0f}{batch:>9}{paper:>15,.0f}{paper / bare:>9.2f}"
        f"{paper / limit:>10.2f}{paper / naive:>9.0f}x{cosine:>9.4f}{least:>8.4f}  {number_type}",
        flush=True,
    )
    yield Check(f"{name}, of the smaller of decode and bare", paper / limit, OF_LIMIT[name])
    if name in OF_NAIVE:
        yield Check(f"{name}, times the naive loop", paper / naive, OF_NAIVE[name])
    yield Check(f"{name}, mean cosine to photos cut by the processor", cosine, LEAST_MEAN_COSINE)
    yield Check(f"{name}, least cosine", least, LEAST_COSINE)


def pixels_of(count: int) -> torch.Tensor:
    """As `PhotoBatches` gives them."""
    return torch.zeros(count, IMAGE_SIZE, IMAGE_SIZE, 3, dtype=torch.uint8).permute(0, 3, 1, 2)


def learning(
    way: str, module: PhotoClassifier, photos: list[Path], device: torch.device, seconds: float
) -> Iterator[Check]:
    """Of an end-to-end classifier: steps plain or compiled, on ready pixels and from files."""
    size = min(TRAINING_BATCH, len(photos))
    steps = ClassifierSteps(
        module,
        device,
        micro_batch=size,
        compiled_sizes=[size] if way == "compiled" else (),
        compile_with=CUDA_GRAPHS if device.type == "cuda" else {"backend": "aot_eager"},
    )
    optimizer = torch.optim.AdamW(module.parameters(), lr=1e-5, fused=device.type == "cuda")

    def learn(pixels: torch.Tensor) -> None:
        targets = np.full((len(pixels), CLASSES), 0.5, dtype=np.float32)
        steps.learn(pixels, targets, optimizer, seed=0)

    ready = pixels_of(size)
    began = time.perf_counter()
    learn(ready)
    first = time.perf_counter() - began
    if way == "compiled" and not steps.compiled_sizes:
        print("Steps cannot be compiled here.")
        yield Check("learning, compiled", float("nan"), OF_STEP)
        return
    bare = rate(size, lambda: learn(ready), seconds)
    decode = decode_rate(photos, device, own=False)
    rows = even_batches(np.arange(len(photos)), size)
    source = PhotoBatches(photos, module.transform)
    began = time.perf_counter()
    for loaded in source.batches(rows, augment_seed=(0,)):
        learn(loaded.inputs)
    whole = len(photos) / (time.perf_counter() - began)
    limit = bare if way == "plain" else min(bare, decode)
    print(
        f"learning, {way}, batches of {size}: bare {bare:,.0f} photos/s, from files {whole:,.0f}; "
        f"the processor decodes {decode:,.0f}; the first step took {first:.0f} s",
        flush=True,
    )
    yield Check(f"learning, {way}, of the limit", whole / limit, OF_STEP)


def prediction(
    module: PhotoClassifier,
    photos: list[Path],
    device: torch.device,
    seconds: float,
    decode: float,
) -> Iterator[Check]:
    """The same classifier's scores, as `predict` gives them."""
    size = min(photo_batch(device, IMAGE_SIZE), len(photos))
    ready = pixels_of(size).to(device)
    steps = ClassifierSteps(module, device, micro_batch=size)
    bare = rate(size, lambda: steps.predict(ready), seconds)
    names = tuple(f"class {number}" for number in range(CLASSES))
    classifier = Classifier("made", names, module, device, {})
    list(predict_photos(classifier, photos[:size]))  # first touch of all code paths
    began = time.perf_counter()
    scores = list(predict_photos(classifier, photos))
    whole = len(photos) / (time.perf_counter() - began)
    assert not any(isinstance(found, str) for _, found in scores)
    print(
        f"prediction, batches of {size}: bare {bare:,.0f} photos/s, from files {whole:,.0f}",
        flush=True,
    )
    yield Check("prediction, of the smaller of decode and bare", whole / min(bare, decode), OF_STEP)


def main() -> int:
    keep_freed_memory()  # as the app does when it starts
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--photos", type=int, default=2048)
    arguments = parser.parse_args()
    started = time.perf_counter()
    device = choose_device(arguments.device)
    has_accelerator = device.type != "cpu"
    names, backbone, seconds = list(OF_LIMIT), "resnet101", SECONDS
    if not has_accelerator:
        print("There is no accelerator here: a small form of it on the CPU, without bounds.")
        names, backbone, seconds = ["ViT-B-32"], "resnet18", 0.1
        arguments.photos = min(arguments.photos, 8)
    checks: list[Check] = []
    with tempfile.TemporaryDirectory() as folder:
        photos = write_photos(Path(folder), arguments.photos)
        own = decodes_jpegs(device)
        decode = decode_rate(photos, device, own=own)
        print(
            f"{describe_device(device)}, {os.cpu_count()} cores, torch {torch.__version__}, "
            f"{len(photos)} photos; {'its own decoder' if own else 'the processor'} decodes "
            f"{decode:,.0f} a second"
        )
        print(f"{'encoder':<10}{'bare views/s':>13}{'(batch)':>9}{'paper views/s':>15}", end="")
        print(f"{'to bare':>9}{'to limit':>10}{'to naive':>10}{'cosine':>9}{'least':>8}  numbers")
        for name in names:
            checks += checked(name, partial(scoring, name, photos, device, seconds, decode))
        print(f"{backbone}, {CLASSES} classes, {IMAGE_SIZE} pixels")
        module = build_photo_classifier(
            backbone, class_count=CLASSES, image_size=IMAGE_SIZE, pretrained=False
        ).to(device)
        for way in ("plain", "compiled"):
            part = partial(learning, way, module, photos, device, seconds)
            checks += checked(f"learning, {way},", part)
        checks += checked(
            "prediction", partial(prediction, module, photos, device, seconds, decode)
        )
    if not has_accelerator:  # but for what fails
        checks = [check for check in checks if not check.held and check.name.endswith("runs")]
    for check in checks:
        answer = "yes" if check.held else "NO"
        print(f"{answer:<4}{check.name}: {check.value:.4g}, at least {check.least:g}")
    print(f"{time.perf_counter() - started:.0f} s in all")
    return 0 if all(check.held for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
