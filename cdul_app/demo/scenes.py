"""Compose the demo's illustrated scenes, whose true labels are known.

One object is usually large and the others are small: an encoder that looks at the whole scene
then sees the large one, and snippets are needed for the rest.

Run `python -m cdul_app.demo.scenes --seed 0 --output DIR` to write a folder of them, with
`--sizes 240x180 180x240` of these sizes in turn.
"""

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from cdul_app.demo.backgrounds import BACKGROUND_KINDS, BACKGROUND_NAMES, draw_background
from cdul_app.demo.objects import CLASS_NAMES, ObjectDrawing, draw_object

SCENE_SIZE = (640, 480)
JPEG_QUALITY = 88
CLASS_COUNT_SHARES = (0.06, 0.20, 0.32, 0.27, 0.15)  # of scenes that hold 1, 2, 3, 4, 5 classes
DOMINANT_SHARE = 0.8  # of scenes in which one object is far larger than the others
BUNDLED_SEED = 7
BUNDLED_COUNT = 60
IN_THE_AIR = frozenset({"sun", "cloud", "bird", "balloon"})

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


@dataclass(frozen=True, slots=True)
class Scene:
    """A finished picture and the classes in it."""

    image: Image.Image  # RGB
    labels: tuple[str, ...]  # 1 to 5 class names, in the order of CLASS_NAMES
    coloured: frozenset[tuple[str, str]]  # (colour, class name) of each object
    background: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a drawing goes."""

    drawing: ObjectDrawing
    box: Box


def make_scene(
    random: Generator,
    *,
    size: tuple[int, int] = SCENE_SIZE,
    preferred_classes: tuple[str, ...] = (),
) -> Scene:
    """Draw one scene.

    `preferred_classes` come first, as far as the background allows; the generator alone decides
    everything else, so equal generators give equal scenes.
    """
    class_count = 1 + int(random.choice(5, p=CLASS_COUNT_SHARES))
    background, chosen = _choose_classes(random, class_count, preferred_classes)
    picture = draw_background(background, random, size=size)
    placements: list[Placement] = []
    heights = _choose_heights(random, len(chosen), min(size))
    for class_name, height in zip(chosen, heights, strict=True):
        drawing = draw_object(class_name, random, pixels=max(24, round(height)))
        box = _find_place(size, drawing, random, [placement.box for placement in placements])
        if box is not None:
            placements.append(Placement(drawing, box))
    for placement in sorted(placements, key=lambda placement: placement.box[3]):  # far ones first
        _paste(picture, placement)
    drawings = [placement.drawing for placement in placements]
    labels = {drawing.class_name for drawing in drawings}
    return Scene(
        picture,
        tuple(name for name in CLASS_NAMES if name in labels),
        frozenset((drawing.colour_name, drawing.class_name) for drawing in drawings),
        background,
    )


def _choose_classes(
    random: Generator, class_count: int, preferred_classes: tuple[str, ...]
) -> tuple[str, list[str]]:
    fitting = [
        name
        for name in BACKGROUND_NAMES
        if not preferred_classes
        or preferred_classes[0]
        in (*BACKGROUND_KINDS[name].high_classes, *BACKGROUND_KINDS[name].low_classes)
    ]
    background = str(random.choice(fitting))
    kind = BACKGROUND_KINDS[background]
    possible = list(dict.fromkeys((*kind.high_classes, *kind.low_classes)))
    order = [possible[i] for i in random.permutation(len(possible))]
    wanted = [name for name in preferred_classes if name in possible]
    chosen = list(dict.fromkeys([*wanted, *order]))[:class_count]
    return background, [chosen[i] for i in random.permutation(len(chosen))]


def _choose_heights(random: Generator, count: int, scene_side: int) -> list[float]:
    """Give the objects' box sides in pixels, the largest first."""
    if count == 1:
        shares = [float(random.uniform(0.3, 0.7))]
    elif random.random() < DOMINANT_SHARE:
        shares = [float(random.uniform(0.72, 0.92)), *random.uniform(0.16, 0.28, count - 1)]
    else:
        shares = sorted(random.uniform(0.24, 0.44, count).tolist(), reverse=True)
    return [share * scene_side for share in shares]


def _find_place(
    scene_size: tuple[int, int], drawing: ObjectDrawing, random: Generator, taken: list[Box]
) -> Box | None:
    """Find a box that covers little of those taken; None where no place is left."""
    width, height = drawing.image.size
    best: tuple[float, Box] | None = None
    for _ in range(40):
        left, top = _propose_corner(scene_size, (width, height), drawing.class_name, random)
        box = (left, top, left + width, top + height)
        overlap = max((_overlap_share(box, other) for other in taken), default=0.0)
        if best is None or overlap < best[0]:
            best = (overlap, box)
        if overlap < 0.02:
            break
    if best is None or best[0] > 0.2:
        return None
    return best[1]


def _paste(picture: Image.Image, placement: Placement) -> None:
    left, top, _, _ = placement.box
    if placement.drawing.class_name not in IN_THE_AIR:
        _add_ground_shadow(picture, placement.box)
    picture.paste(placement.drawing.image, (round(left), round(top)), placement.drawing.image)


def _propose_corner(
    scene_size: tuple[int, int], size: tuple[int, int], class_name: str, random: Generator
) -> tuple[float, float]:
    scene_width, scene_height = scene_size
    edge = 0.02 * scene_height
    left = float(random.uniform(edge, max(edge + 1, scene_width - size[0] - edge)))
    lowest = scene_height - size[1] - edge
    if class_name in IN_THE_AIR:
        top = float(random.uniform(edge, max(edge + 1, min(lowest, 0.36 * scene_height))))
    else:
        foot = float(random.uniform(0.74, 0.98)) * scene_height
        top = min(max(edge, foot - size[1]), max(edge, lowest))
    return left, top


def _overlap_share(first: Box, second: Box) -> float:
    """Give the overlap of two boxes as a share of the smaller."""
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    if across <= 0 or down <= 0:
        return 0.0
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return across * down / min(areas)


def _add_ground_shadow(picture: Image.Image, box: Box) -> None:
    left, _, right, bottom = box
    half = (right - left) * 0.46
    middle, thick = (left + right) / 2, max(3.0, (right - left) * 0.06)
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse(
        (middle - half, bottom - thick * 1.3, middle + half, bottom + thick * 0.8), fill=80
    )
    mask = mask.filter(ImageFilter.GaussianBlur(thick * 0.5))
    picture.paste(Image.new("RGB", picture.size, (34, 26, 52)), (0, 0), mask)


def write_scenes(
    folder: Path, *, seed: int, count: int, sizes: Sequence[tuple[int, int]] = (SCENE_SIZE,)
) -> list[Scene]:
    """Write `scenes/`, `truth.csv` and `classes.txt` into a folder; give back what was drawn.

    Preferred classes walk through all classes in turn, so that none is missing from a small set,
    and scenes through the `sizes` (width, height).  Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    random = np.random.default_rng(seed)
    pictures = folder / "scenes"
    pictures.mkdir(parents=True, exist_ok=True)
    order: list[str] = []
    scenes = []
    for i in range(count):
        if not order:
            order = [CLASS_NAMES[j] for j in random.permutation(len(CLASS_NAMES))]
        scene = make_scene(random, size=sizes[i % len(sizes)], preferred_classes=(order.pop(),))
        scene.image.save(pictures / f"scene_{i + 1:02d}.jpg", quality=JPEG_QUALITY, optimize=True)
        scenes.append(scene)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", *CLASS_NAMES])
        for i, scene in enumerate(scenes):
            present = [int(name in scene.labels) for name in CLASS_NAMES]
            writer.writerow([f"scene_{i + 1:02d}.jpg", *present])
    (folder / "classes.txt").write_text("\n".join(CLASS_NAMES) + "\n", encoding="utf-8")
    return scenes


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the demo's scenes and their truth.")
    parser.add_argument("--seed", type=int, default=BUNDLED_SEED)
    parser.add_argument("--count", type=int, default=BUNDLED_COUNT)
    parser.add_argument("--sizes", type=_size, nargs="+", default=[SCENE_SIZE])
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    scenes = write_scenes(
        arguments.output, seed=arguments.seed, count=arguments.count, sizes=arguments.sizes
    )
    print(f"{len(scenes)} scenes, {sum(len(scene.labels) for scene in scenes)} labels")


if __name__ == "__main__":
    main()
