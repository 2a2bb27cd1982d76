"""Colours of classes that are seen beside each other: none looks like another."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from cdul_app.desktop.look.theme import class_color, current_theme

CLASS_COLORS = 21  # that `class_color` tells apart
# Ours, a distance in OKLab: below it, dots of 6 pixels of the class colours look alike.
LEAST_DISTANCE = 0.09
# More colours, where those of the classes do not do: saturation and value of each round of hues.
_HUES = 24
_ROUNDS = ((255, 200), (130, 215), (255, 130), (90, 160))


def distinct_colors(indexes: Sequence[int]) -> list[QColor]:
    """A colour for each class that is shown, by its `ClassTable.color_index`.

    A class keeps its own colour where none before it looks like it; else it has the first that
    looks like none of them, and of a hundred classes or more the one that is farthest from them.
    """
    colors, _ = _palette(current_theme().dark)
    own = tuple(index % CLASS_COLORS for index in indexes)
    return [QColor(colors[place]) for place in _distinct(own, current_theme().dark)]


def class_colors(color_index: Callable[[int], int], columns: Iterable[int]) -> dict[int, QColor]:
    """`distinct_colors` of classes by their columns, those first that keep their own."""
    shown = list(dict.fromkeys(columns))
    colors = distinct_colors([color_index(column) for column in shown])
    return dict(zip(shown, colors, strict=True))


@lru_cache(maxsize=4096)
def _distinct(own: tuple[int, ...], dark: bool) -> tuple[int, ...]:
    """Places in the palette, from those of the classes' own colours."""
    _, distances = _palette(dark)
    nearest = np.ones(len(distances))  # of each colour to those that are chosen
    chosen: list[int] = []
    for place in own:
        if nearest[place] < LEAST_DISTANCE:
            free = nearest >= LEAST_DISTANCE
            place = int(free.argmax() if free.any() else nearest.argmax())
        chosen.append(place)
        nearest = np.minimum(nearest, distances[place])
    return tuple(chosen)


@lru_cache(maxsize=2)
def _palette(dark: bool) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The colours of the classes and then more, and how different each looks from each.

    dark : of the theme, which the colours depend on.  Compared once: a grid of photos asks for
    colours at each repaint.
    """
    own = [class_color(index) for index in range(CLASS_COLORS)]
    more = [
        QColor.fromHsv(hue * 360 // _HUES, saturation, min(255, value + 40 * dark))
        for saturation, value in _ROUNDS
        for hue in range(_HUES)
    ]
    colors = [*own, *more]
    distances = np.array([[distance(color, other) for other in colors] for color in colors])
    return tuple(color.name() for color in colors), distances


def distance(first: QColor, second: QColor) -> float:
    """How different two colours look, 0 to about 1: the Euclidean distance in OKLab.

    Source: B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    pairs = zip(_oklab(first.rgb()), _oklab(second.rgb()), strict=True)
    return math.hypot(*(a - b for a, b in pairs))


@lru_cache(maxsize=1024)
def _oklab(rgb: int) -> tuple[float, float, float]:
    channels = [(rgb >> shift & 255) / 255 for shift in (16, 8, 0)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
