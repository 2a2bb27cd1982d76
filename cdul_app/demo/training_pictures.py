"""Single-object pictures with captions, from which the demo's encoder learns.

One object a picture is the point: like CLIP, the encoder then learns to name what dominates.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator
from PIL import Image

from cdul_app.demo.backgrounds import BACKGROUND_KINDS, BACKGROUND_NAMES, draw_background
from cdul_app.demo.objects import (
    CLASS_NAMES,
    OBJECT_KINDS,
    ObjectDrawing,
    draw_object,
)

EMPTY = "nothing"  # the class of a picture that shows a background alone
SIZE_WORDS = {"large": (0.75, 9.0), "small": (0.0, 0.34)}  # object heights, as shares
PLAIN_TEMPLATES = (
    "a photo of a {}.", "a photo of a {}.", "a photo of a {}", "a {}", "{}", "the {}",
    "a picture of a {}.", "a drawing of a {}.", "an illustration of a {}",
    "a photo of the {}.", "a cropped photo of a {}.", "there is a {} in the picture",
)  # fmt: skip
EMPTY_TEMPLATES = (
    "a background",
    "an empty place {}",
    "nothing {}",
    "an empty picture",
    "no object",
)

BoolArray = npt.NDArray[np.bool_]
PixelArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a picture shows, or what a caption claims; None where a caption leaves it open."""

    class_name: str | None
    colour: str | None = None
    size: str | None = None
    background: str | None = None

    def claims_only(self, picture: "Facts") -> bool:
        """Tell whether every claim of this caption is true of the picture."""
        return (
            self.class_name in (None, picture.class_name)
            and self.colour in (None, picture.colour)
            and self.size in (None, picture.size)
            and self.background in (None, picture.background)
        )


@dataclass(frozen=True, slots=True)
class CaptionedBatch:
    """Pictures, one caption each, and which caption is true of which picture."""

    pixels: PixelArray  # (n_pictures, side, side, 3)
    captions: list[str]
    fits: BoolArray  # (n_pictures, n_captions), True on the diagonal
    class_indices: npt.NDArray[np.int64]  # (n_pictures,), len(CLASS_NAMES) for EMPTY


def write_caption(picture: Facts, random: Generator) -> tuple[str, Facts]:
    """Word a caption that is true of a picture, and give the claims it makes."""
    if picture.class_name is None or picture.background is None:
        raise ValueError("a picture has a class (or EMPTY) and a background")
    place = BACKGROUND_KINDS[picture.background].description
    if picture.class_name == EMPTY:
        template = str(random.choice(EMPTY_TEMPLATES))
        told = picture.background if "{}" in template else None
        return template.format(place), Facts(EMPTY, background=told)
    if random.random() < 0.03:
        return f"a place {place}", Facts(None, background=picture.background)
    noun = picture.class_name
    others = OBJECT_KINDS[picture.class_name].other_names
    if others and random.random() < 0.15:
        noun = str(random.choice(others))
    colour = picture.colour if random.random() < 0.25 else None
    size = picture.size if random.random() < 0.15 else None
    background = picture.background if random.random() < 0.15 else None
    words = " ".join(word for word in (size, colour, noun) if word is not None)
    caption = str(random.choice(PLAIN_TEMPLATES)).format(words)
    if random.random() < 0.5:  # templates filled in by a program say "a apple"; both are learnt
        caption = re.sub(r"\ba (?=[aeiou])", "an ", caption)
    if background is not None:
        caption = f"{caption.removesuffix('.')} {place}"
    return caption, Facts(picture.class_name, colour, size, background)


class PictureMaker:
    """Pastes drawings from a pool onto backgrounds from a pool, with endless variation."""

    def __init__(
        self,
        random: Generator,
        *,
        side: int,
        drawings_per_class: int = 150,
        backgrounds_per_kind: int = 24,
    ) -> None:
        self._random = random
        self._side = side
        self._drawings: list[list[ObjectDrawing]] = [
            [
                draw_object(name, random, pixels=int(side * 1.5), supersampling=2)
                for _ in range(drawings_per_class)
            ]
            for name in CLASS_NAMES
        ]
        self._backgrounds: list[tuple[str, Image.Image]] = [
            (name, draw_background(name, random, size=(240, 180)))
            for name in BACKGROUND_NAMES
            for _ in range(backgrounds_per_kind)
        ]

    def make_batch(self, count: int, *, empty_share: float = 0.08) -> CaptionedBatch:
        """Draw `count` pictures, the classes evenly mixed."""
        random = self._random
        empty_count = round(count * empty_share)
        rounds = -(-(count - empty_count) // len(CLASS_NAMES))
        order = np.concatenate([random.permutation(len(CLASS_NAMES)) for _ in range(rounds)])
        classes = np.full(count, len(CLASS_NAMES), dtype=np.int64)
        classes[: count - empty_count] = order[: count - empty_count]
        pixels = np.empty((count, self._side, self._side, 3), dtype=np.uint8)
        captions: list[str] = []
        facts: list[Facts] = []
        claims: list[Facts] = []
        for i, class_index in enumerate(classes.tolist()):
            pixels[i], shown = self._make_picture(class_index)
            caption, claimed = write_caption(shown, random)
            captions.append(caption)
            facts.append(shown)
            claims.append(claimed)
        fits = np.array([[claim.claims_only(shown) for claim in claims] for shown in facts])
        return CaptionedBatch(pixels, captions, fits, classes)

    def _make_picture(self, class_index: int) -> tuple[PixelArray, Facts]:
        random = self._random
        background_name, picture = self._make_background()
        if class_index == len(CLASS_NAMES):
            facts = Facts(EMPTY, background=background_name)
        else:
            pool = self._drawings[class_index]
            drawing = pool[int(random.integers(len(pool)))]
            share = self._paste(picture, drawing)
            size = next((w for w, (low, top) in SIZE_WORDS.items() if low <= share < top), None)
            facts = Facts(drawing.class_name, drawing.colour_name, size, background_name)
        pixels = np.asarray(picture)
        light = random.normal(1.0, 0.05) + random.normal(0.0, 0.02, 3)
        return np.clip(pixels * light, 0, 255).astype(np.uint8), facts

    def _make_background(self) -> tuple[str, Image.Image]:
        """Cut a background as a snippet or a whole scene would, squashed to a square."""
        random = self._random
        name, full = self._backgrounds[int(random.integers(len(self._backgrounds)))]
        share = 1.0 if random.random() < 0.35 else float(random.uniform(0.25, 1.0))
        width, height = full.width * share, full.height * share
        left = float(random.uniform(0, full.width - width))
        top = float(random.uniform(0, full.height - height))
        picture = full.resize(
            (self._side, self._side),
            Image.Resampling.BICUBIC,
            box=(left, top, left + width, top + height),
        )
        if random.random() < 0.5:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return name, picture

    def _paste(self, picture: Image.Image, drawing: ObjectDrawing) -> float:
        """Paste a drawing at a random size and place; returns its height as a share."""
        random = self._random
        side = self._side
        share = float(np.exp(random.uniform(np.log(0.2), np.log(1.9))))
        squash = float(random.uniform(0.66, 1.05))  # 0.75 is a 4:3 view made square
        longest = max(drawing.image.size)
        width = max(3, round(drawing.image.width / longest * share * side * squash))
        height = max(3, round(drawing.image.height / longest * share * side))
        shape = drawing.image.resize((width, height), Image.Resampling.BICUBIC)
        if random.random() < 0.5:
            shape = shape.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        # At least about 55 % of the object stays in the picture, along each axis.
        places = []
        for extent in (width, height):
            cut = 0.45 * extent if random.random() < 0.5 else 0.08 * extent
            lowest, highest = sorted((-cut, side - extent + cut))
            places.append(round(random.uniform(lowest, highest)))
        picture.paste(shape, (places[0], places[1]), shape)
        return share
