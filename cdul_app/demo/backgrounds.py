"""Landscapes and rooms to put the demo's objects into; none of them shows one of its classes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from cdul_app.demo.canvas import Colour, Point, darker, lighter, mix, smooth_points
from cdul_app.demo.canvas import vertical_gradient as gradient

SUPERSAMPLING = 2


class Backdrop:
    """A picture under construction; positions are shares of its width and height."""

    def __init__(self, size: tuple[int, int], random: Generator) -> None:
        self.width, self.height = (side * SUPERSAMPLING for side in size)
        self.random = random
        self.image = Image.new("RGB", (self.width, self.height))

    def _to_pixels(self, points: list[Point]) -> list[Point]:
        return [(x * self.width, y * self.height) for x, y in points]

    def band(self, top: float, bottom: float, upper: Colour, lower: Colour) -> None:
        """Fill the full width between two heights with a gradient."""
        first, last = round(top * self.height), round(bottom * self.height)
        if last > first:
            self.image.paste(gradient((self.width, last - first), upper, lower), (0, first))

    def area(self, points: list[Point], upper: Colour, lower: Colour) -> None:
        """Fill a polygon with a gradient that runs over its own height."""
        placed = self._to_pixels(points)
        first = max(0, int(min(y for _, y in placed)))
        last = min(self.height, int(max(y for _, y in placed)) + 1)
        if last <= first:
            return
        mask = Image.new("L", (self.width, last - first))
        ImageDraw.Draw(mask).polygon([(x, y - first) for x, y in placed], fill=255)
        self.image.paste(gradient(mask.size, upper, lower), (0, first), mask)

    def hill(self, level: float, swing: float, upper: Colour, lower: Colour) -> None:
        """Fill everything below a gently waving line."""
        xs = np.linspace(-0.1, 1.1, 6)
        ys = level + self.random.uniform(-swing, swing, 6)
        ridge = smooth_points(list(zip(xs.tolist(), ys.tolist(), strict=True)), closed=False)
        self.area([*ridge, (1.1, 1.05), (-0.1, 1.05)], upper, lower)

    def strokes(self, marks: list[list[Point]], colour: Colour, width: float) -> None:
        """Draw thin lines; `width` is a share of the picture's height."""
        draw = ImageDraw.Draw(self.image)
        thickness = max(1, round(width * self.height))
        for mark in marks:
            draw.line(self._to_pixels(mark), fill=colour, width=thickness, joint="curve")

    def dots(self, spots: list[tuple[float, float, float]], colour: Colour, flat: float) -> None:
        """Draw discs of (x, y, radius); `flat` below 1 squeezes them like things lying down."""
        draw = ImageDraw.Draw(self.image)
        for x, y, radius in spots:
            across, down = radius * self.height, radius * self.height * flat
            left, top = x * self.width, y * self.height
            draw.ellipse((left - across, top - down, left + across, top + down), fill=colour)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Lighten a soft round region."""
        small = (64, 48)
        x = (np.arange(small[0])[None, :] + 0.5) / small[0] - centre[0]
        y = (np.arange(small[1])[:, None] + 0.5) / small[1] - centre[1]
        light = np.exp(-((x**2 + y**2) / radius**2)) * 255 * strength
        mask = Image.fromarray(light.astype(np.uint8)).resize(
            (self.width, self.height), Image.Resampling.BICUBIC
        )
        self.image.paste(Image.new("RGB", self.image.size, colour), (0, 0), mask)

    def scatter(self, count: int, top: float, bottom: float) -> list[Point]:
        """Give random places between two heights, nearest last."""
        xs = self.random.uniform(0.0, 1.0, count)
        ys = np.sort(self.random.uniform(top, bottom, count))
        return list(zip(xs.tolist(), ys.tolist(), strict=True))

    def tufts(self, top: float, colour: Colour) -> None:
        """Grass: little fans of three blades, larger towards the viewer."""
        marks: list[list[Point]] = []
        for x, y in self.scatter(46, top, 1.0):
            tall = 0.012 + 0.03 * (y - top)
            for lean in (-0.5, 0.0, 0.5):
                marks.append([(x, y), (x + lean * tall, y - tall * (1 - 0.3 * abs(lean)))])
        self.strokes(marks, colour, 0.004)

    def finish(self) -> Image.Image:
        return self.image.reduce(SUPERSAMPLING)


def _meadow(backdrop: Backdrop) -> None:
    sky: Colour = ((126, 190, 226), (154, 206, 226), (246, 200, 160))[backdrop.random.integers(3)]
    backdrop.band(0, 0.75, sky, (238, 243, 232))
    backdrop.hill(0.52, 0.05, (168, 206, 168), (150, 194, 146))
    backdrop.hill(0.60, 0.04, (146, 196, 124), (122, 178, 106))
    backdrop.hill(0.70, 0.03, (134, 190, 102), (92, 152, 78))
    backdrop.tufts(0.72, (104, 162, 84))


def _sea(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.5, (128, 196, 232), (226, 242, 244))
    backdrop.band(0.48, 1, (92, 172, 200), (30, 92, 144))
    backdrop.glow((0.5, 0.48), 0.3, (255, 250, 232), 0.35)
    marks: list[list[Point]] = []
    for x, y in backdrop.scatter(44, 0.51, 1.0):
        half = 0.012 + 0.07 * (y - 0.48)
        lift = 0.005 + 0.02 * (y - 0.48)
        wave = [(x - half, y), (x - half / 2, y - lift), (x, y), (x + half / 2, y - lift)]
        marks.append(smooth_points([*wave, (x + half, y)], closed=False))
    backdrop.strokes(marks, (142, 204, 220), 0.004)


def _beach(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.45, (138, 204, 232), (240, 244, 232))
    backdrop.band(0.42, 0.75, (72, 160, 190), (130, 212, 210))
    level = float(backdrop.random.uniform(0.58, 0.66))
    backdrop.hill(level - 0.015, 0.02, (246, 250, 244), (246, 250, 244))
    backdrop.hill(level, 0.02, (238, 214, 164), (222, 186, 130))
    spots = [(x, y, 0.003 + 0.007 * (y - 0.5)) for x, y in backdrop.scatter(70, level + 0.06, 1)]
    backdrop.dots(spots, (206, 170, 116), 0.6)


def _room(backdrop: Backdrop) -> None:
    walls: tuple[Colour, ...] = ((216, 226, 214), (238, 222, 200), (206, 218, 232), (236, 208, 204))
    wall = walls[int(backdrop.random.integers(len(walls)))]
    backdrop.band(0, 0.68, lighter(wall, 0.3), wall)
    stripes = int(backdrop.random.integers(9, 15))
    for i in range(0, stripes, 2):
        left, right = i / stripes, (i + 1) / stripes
        shade = darker(wall, 0.05)
        backdrop.area([(left, 0), (right, 0), (right, 0.68), (left, 0.68)], wall, shade)
    backdrop.band(0.64, 0.68, (252, 248, 240), (236, 230, 220))
    floor: Colour = ((204, 160, 116), (182, 136, 104), (214, 182, 140))[backdrop.random.integers(3)]
    backdrop.band(0.68, 1, darker(floor, 0.1), lighter(floor, 0.1))
    lines: list[list[Point]] = [[(0, y), (1, y)] for y in (0.74, 0.81, 0.9)]
    lines += [[(x, y), (x, y + 0.07)] for x, y in backdrop.scatter(8, 0.7, 0.95)]
    backdrop.strokes(lines, darker(floor, 0.2), 0.003)
    rug: Colour = ((196, 110, 104), (104, 142, 172), (126, 158, 124))[backdrop.random.integers(3)]
    middle = float(backdrop.random.uniform(0.35, 0.65))
    backdrop.dots([(middle, 0.87, 0.40)], darker(rug, 0.1), 0.22)
    backdrop.dots([(middle, 0.87, 0.37)], lighter(rug, 0.5), 0.22)
    backdrop.dots([(middle, 0.87, 0.34)], rug, 0.22)
    backdrop.glow((0.2, 0.1), 0.5, (255, 250, 230), 0.35)


def _night(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.8, (32, 38, 84), (106, 102, 158))
    stars = [(x, y, float(backdrop.random.uniform(0.0015, 0.005)))
             for x, y in backdrop.scatter(60, 0.02, 0.55)]  # fmt: skip
    backdrop.dots(stars, (250, 244, 214), 1)
    backdrop.hill(0.60, 0.05, (70, 76, 128), (62, 70, 116))
    backdrop.hill(0.70, 0.04, (58, 84, 104), (40, 62, 84))
    backdrop.tufts(0.72, (78, 104, 118))


def _autumn(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.75, (198, 208, 214), (250, 226, 188))
    backdrop.hill(0.50, 0.05, (224, 186, 142), (214, 168, 118))
    backdrop.hill(0.60, 0.04, (218, 160, 92), (204, 138, 76))
    backdrop.hill(0.70, 0.03, (206, 146, 80), (166, 108, 66))
    for colour in ((192, 84, 54), (232, 176, 74), (150, 92, 60)):
        spots = [(x, y, 0.004 + 0.016 * (y - 0.6)) for x, y in backdrop.scatter(26, 0.71, 1)]
        backdrop.dots(spots, colour, 0.5)


def _snow(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.8, (158, 188, 216), (236, 240, 246))
    backdrop.area([(-0.1, 0.62), (0.16, 0.3), (0.4, 0.62)], (212, 222, 236), (176, 194, 216))
    backdrop.area([(0.5, 0.62), (0.78, 0.24), (1.1, 0.62)], (216, 226, 238), (172, 190, 214))
    backdrop.hill(0.60, 0.03, (226, 234, 244), (206, 218, 234))
    backdrop.hill(0.70, 0.03, (246, 248, 252), (214, 224, 238))
    flakes = [(x, y, float(backdrop.random.uniform(0.003, 0.008)))
              for x, y in backdrop.scatter(70, 0, 1)]  # fmt: skip
    backdrop.dots(flakes, (255, 255, 255), 1)


def _city(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.75, (164, 200, 226), (244, 232, 220))
    for colour, low, high in (((176, 190, 210), 0.2, 0.45), ((146, 160, 188), 0.34, 0.52)):
        left = -0.05
        while left < 1.0:
            right = left + float(backdrop.random.uniform(0.07, 0.15))
            top = float(backdrop.random.uniform(low, high))
            block = [(left, top), (right - 0.01, top), (right - 0.01, 0.72), (left, 0.72)]
            backdrop.area(block, colour, lighter(colour, 0.3))
            panes: list[list[Point]] = []
            for row in np.arange(top + 0.03, 0.66, 0.045).tolist():
                for x in np.arange(left + 0.014, right - 0.028, 0.02).tolist():
                    panes.append([(x, row), (x + 0.009, row)])
            backdrop.strokes(panes, lighter(colour, 0.45), 0.018)
            left = right
    backdrop.band(0.70, 0.78, (206, 202, 200), (188, 186, 188))
    backdrop.band(0.78, 1, (118, 120, 132), (96, 98, 112))
    marks: list[list[Point]] = [
        [(x, 0.89), (x + 0.08, 0.89)] for x in (0.02, 0.22, 0.42, 0.62, 0.82)
    ]
    backdrop.strokes(marks, (238, 232, 212), 0.012)


def _desert(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.7, (244, 178, 132), (252, 228, 184))
    backdrop.area(
        [(0.04, 0.62), (0.08, 0.42), (0.26, 0.40), (0.32, 0.62)], (206, 128, 100), (222, 150, 112)
    )
    backdrop.hill(0.58, 0.05, (230, 178, 122), (220, 160, 106))
    backdrop.hill(0.70, 0.05, (240, 196, 136), (212, 150, 96))
    marks: list[list[Point]] = []
    for x, y in backdrop.scatter(16, 0.76, 0.98):
        ripple = [(x - 0.06, y), (x - 0.02, y - 0.012), (x + 0.02, y), (x + 0.06, y - 0.012)]
        marks.append(smooth_points(ripple, closed=False))
    backdrop.strokes(marks, (216, 162, 106), 0.005)


def _mountains(backdrop: Backdrop) -> None:
    backdrop.band(0, 0.75, (118, 168, 214), (230, 238, 240))
    for peak, half, top in ((0.22, 0.32, 0.22), (0.62, 0.4, 0.14), (0.92, 0.3, 0.28)):
        middle = peak + float(backdrop.random.uniform(-0.08, 0.08))
        stone: Colour = (136, 150, 180)
        backdrop.area([(middle - half, 0.72), (middle, top), (middle + half, 0.72)],
                      stone, lighter(stone, 0.45))  # fmt: skip
        cap = 0.28
        snow = [(middle - half * cap, top + (0.72 - top) * cap), (middle, top),
                (middle + half * cap, top + (0.72 - top) * cap),
                (middle + half * cap * 0.4, top + (0.72 - top) * cap * 0.75),
                (middle, top + (0.72 - top) * cap * 1.05),
                (middle - half * cap * 0.45, top + (0.72 - top) * cap * 0.75)]  # fmt: skip
        backdrop.area(snow, (250, 252, 255), (232, 238, 248))
    backdrop.hill(0.64, 0.04, (126, 172, 134), (104, 152, 112))
    backdrop.hill(0.73, 0.03, (122, 176, 106), (84, 140, 82))
    backdrop.tufts(0.75, (92, 148, 80))


def _table(backdrop: Backdrop) -> None:
    walls: tuple[Colour, ...] = ((188, 212, 208), (240, 218, 186), (214, 200, 220))
    wall = walls[int(backdrop.random.integers(len(walls)))]
    backdrop.band(0, 0.62, lighter(wall, 0.35), wall)
    spots = [(column / 12 + (row % 2) / 24, row / 10, 0.008)
             for row in range(7) for column in range(13)]  # fmt: skip
    backdrop.dots([spot for spot in spots if spot[1] < 0.58], lighter(wall, 0.6), 1)
    wood: Colour = (196, 146, 100)
    backdrop.band(0.62, 1, lighter(wood, 0.12), darker(wood, 0.12))
    grain: list[list[Point]] = []
    for x, y in backdrop.scatter(20, 0.65, 0.99):
        grain.append([(x - 0.12, y), (x, y + 0.006), (x + 0.12, y)])
    backdrop.strokes(grain, darker(wood, 0.14), 0.003)
    backdrop.band(0.61, 0.63, lighter(wood, 0.45), lighter(wood, 0.2))


def _paper(backdrop: Backdrop) -> None:
    tints: tuple[Colour, ...] = (
        (244, 214, 196), (202, 224, 226), (214, 226, 196), (232, 212, 230), (250, 232, 188),
    )  # fmt: skip
    tint = tints[int(backdrop.random.integers(len(tints)))]
    backdrop.band(0, 1, lighter(tint, 0.45), tint)
    for _ in range(4):
        x, y = backdrop.random.uniform(0, 1, 2).tolist()
        radius = float(backdrop.random.uniform(0.12, 0.3))
        backdrop.dots([(x, y, radius)], mix(tint, (255, 255, 255), 0.28), 1)
    backdrop.image = backdrop.image.filter(ImageFilter.GaussianBlur(backdrop.height / 120))
    backdrop.hill(0.76, 0.01, darker(tint, 0.08), darker(tint, 0.16))


@dataclass(frozen=True, slots=True)
class BackgroundKind:
    """One kind of place, and what may be met there."""

    paint: Callable[[Backdrop], None]
    description: str  # as a caption says it: "a cat in a meadow"
    high_classes: tuple[str, ...]  # drawn in the upper part
    low_classes: tuple[str, ...]  # drawn standing on the ground, or in the water


# Things stand where they might be met: a context that a classifier can learn without labels.
BACKGROUND_KINDS: dict[str, BackgroundKind] = {
    "meadow": BackgroundKind(
        _meadow,
        "in a meadow",
        ("sun", "cloud", "bird", "balloon"),
        ("tree", "flower", "house", "dog", "bicycle"),
    ),
    "sea": BackgroundKind(_sea, "on the sea", ("sun", "cloud", "bird"), ("boat", "fish")),
    "beach": BackgroundKind(
        _beach, "on a beach", ("sun", "balloon"), ("umbrella", "chair", "boat", "fish")
    ),
    "room": BackgroundKind(
        _room, "in a room", ("balloon",), ("chair", "cat", "dog", "flower", "apple", "umbrella")
    ),
    "night": BackgroundKind(_night, "at night", ("cloud",), ("house", "tree", "cat", "car")),
    "autumn": BackgroundKind(
        _autumn, "in autumn", ("cloud", "bird"), ("tree", "umbrella", "bicycle", "dog", "apple")
    ),
    "snow": BackgroundKind(
        _snow, "in the snow", ("cloud", "bird"), ("house", "tree", "dog", "car")
    ),
    "city": BackgroundKind(
        _city, "in a city", ("sun", "cloud", "balloon"), ("car", "bicycle", "umbrella", "cat")
    ),
    "desert": BackgroundKind(_desert, "in a desert", ("sun", "bird"), ("car", "chair", "umbrella")),
    "mountains": BackgroundKind(
        _mountains,
        "by the mountains",
        ("sun", "cloud", "bird", "balloon"),
        ("house", "tree", "bicycle", "flower"),
    ),
    "table": BackgroundKind(_table, "on a table", ("balloon",), ("apple", "fish", "flower", "cat")),
    "paper": BackgroundKind(
        _paper, "on plain paper", ("balloon",), ("fish", "boat", "apple", "chair", "flower")
    ),
}
BACKGROUND_NAMES: tuple[str, ...] = tuple(BACKGROUND_KINDS)


def draw_background(name: str, random: Generator, *, size: tuple[int, int]) -> Image.Image:
    """Paint a place as an RGB picture of `size` (width, height).

    Raises ValueError for a name that is not in BACKGROUND_NAMES.
    """
    if name not in BACKGROUND_KINDS:
        raise ValueError(f"no background called {name!r}")
    backdrop = Backdrop(size, random)
    BACKGROUND_KINDS[name].paint(backdrop)
    return backdrop.finish()
