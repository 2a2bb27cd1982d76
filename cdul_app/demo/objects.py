"""The demo's sixteen classes: their colours, and one function that draws any of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image

from cdul_app.demo import living_shapes, made_shapes
from cdul_app.demo.canvas import Colour, ShapeCanvas

COLOURS: dict[str, Colour] = {
    "red": (216, 76, 72),
    "orange": (238, 146, 70),
    "yellow": (246, 206, 88),
    "green": (96, 162, 92),
    "blue": (78, 132, 194),
    "purple": (146, 106, 178),
    "pink": (240, 156, 172),
    "brown": (158, 112, 80),
    "grey": (148, 150, 160),
    "white": (248, 244, 236),
    "black": (74, 70, 84),
}

DrawFunction = Callable[[ShapeCanvas, Colour, Generator], None]


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """How the objects of one class are drawn."""

    draw: DrawFunction
    colours: tuple[str, ...]  # names in COLOURS that suit the class
    tilt: float  # largest turn either way, in degrees
    other_names: tuple[str, ...] = ()  # words a caption may use in place of the class name


OBJECT_KINDS: dict[str, ObjectKind] = {
    "house": ObjectKind(
        made_shapes.draw_house,
        ("white", "yellow", "pink", "blue", "orange", "brown", "green"),
        4,
        ("cottage", "home"),
    ),
    "tree": ObjectKind(living_shapes.draw_tree, ("green", "green", "orange", "red", "pink"), 6),
    "car": ObjectKind(
        made_shapes.draw_car,
        ("red", "blue", "yellow", "green", "orange", "purple", "white", "black"),
        8,
        ("automobile",),
    ),
    "boat": ObjectKind(
        made_shapes.draw_boat, ("red", "blue", "brown", "green", "purple"), 9, ("ship",)
    ),
    "sun": ObjectKind(living_shapes.draw_sun, ("yellow", "yellow", "orange"), 30),
    "cloud": ObjectKind(living_shapes.draw_cloud, ("white", "white", "grey", "pink"), 5),
    "fish": ObjectKind(
        living_shapes.draw_fish, ("orange", "blue", "red", "yellow", "purple", "green", "pink"), 28
    ),
    "cat": ObjectKind(
        living_shapes.draw_cat, ("orange", "grey", "black", "white", "brown"), 8, ("kitten",)
    ),
    "dog": ObjectKind(
        living_shapes.draw_dog, ("brown", "orange", "white", "grey", "black"), 8, ("puppy",)
    ),
    "flower": ObjectKind(
        living_shapes.draw_flower, ("red", "pink", "yellow", "purple", "white", "orange"), 16
    ),
    "bird": ObjectKind(living_shapes.draw_bird, ("blue", "red", "yellow", "green", "brown"), 16),
    "bicycle": ObjectKind(
        made_shapes.draw_bicycle, ("red", "blue", "green", "yellow", "purple"), 9, ("bike",)
    ),
    "umbrella": ObjectKind(
        made_shapes.draw_umbrella, ("red", "blue", "yellow", "purple", "green", "pink"), 26
    ),
    "balloon": ObjectKind(
        made_shapes.draw_balloon, ("red", "blue", "yellow", "green", "purple", "pink"), 18
    ),
    "apple": ObjectKind(living_shapes.draw_apple, ("red", "green", "yellow"), 22),
    "chair": ObjectKind(
        made_shapes.draw_chair, ("brown", "red", "blue", "yellow", "green", "white"), 9
    ),
}
CLASS_NAMES: tuple[str, ...] = tuple(OBJECT_KINDS)


@dataclass(frozen=True, slots=True)
class ObjectDrawing:
    """One drawn object, cut out."""

    image: Image.Image  # RGBA, as small as the drawing allows
    class_name: str
    colour_name: str


def draw_object(
    class_name: str, random: Generator, *, pixels: int, supersampling: int = 3
) -> ObjectDrawing:
    """Draw one object with a colour, form and tilt of its own.

    `pixels` is the side of the box the object is designed in; the cut-out is about that size.
    Raises ValueError for a class that is not in CLASS_NAMES.
    """
    if class_name not in OBJECT_KINDS:
        raise ValueError(f"no drawing for class {class_name!r}")
    kind = OBJECT_KINDS[class_name]
    colour_name = str(random.choice(kind.colours))
    colour = _vary(COLOURS[colour_name], random)
    canvas = ShapeCanvas(
        pixels,
        angle=float(random.triangular(-kind.tilt, 0.0, kind.tilt)),
        mirrored=bool(random.integers(2)),
        supersampling=supersampling,
    )
    kind.draw(canvas, colour, random)
    return ObjectDrawing(canvas.finish(), class_name, colour_name)


def _vary(colour: Colour, random: Generator) -> Colour:
    shifted = np.clip(np.asarray(colour) + random.normal(0.0, 7.0, 3), 30, 255).round()
    red, green, blue = (int(value) for value in shifted)
    return red, green, blue
