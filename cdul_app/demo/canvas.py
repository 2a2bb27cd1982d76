"""A small drawing surface: shaded polygons in a 100 x 100 box, turned and mirrored as a whole."""

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]

OUTLINE_COLOUR: Colour = (46, 38, 58)
MARGIN = 25.0  # units round the box, so that a turned drawing is not cut


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Blend two colours; `share` 0 gives the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float = 0.2) -> Colour:
    """Move a colour towards a warm white."""
    return mix(colour, (255, 252, 244), share)


def darker(colour: Colour, share: float = 0.2) -> Colour:
    """Move a colour towards a cool dark violet, which looks softer than black."""
    return mix(colour, (38, 26, 52), share)


def vertical_gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    """Fill an RGB picture from `top` to `bottom`."""
    width, height = size
    steps = np.linspace(0.0, 1.0, height)[:, None]
    rows = np.asarray(top) * (1 - steps) + np.asarray(bottom) * steps  # (height, 3)
    column = np.round(rows).astype(np.uint8)[:, None, :]  # (height, 1, 3)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(column, (height, width, 3))))


def ellipse_points(
    centre: Point, radii: Point, *, angle: float = 0.0, start: float = 0.0, end: float = 360.0
) -> list[Point]:
    """Trace an ellipse, or its part between two angles (degrees, clockwise from the right)."""
    turns = np.radians(np.linspace(start, end, 49))
    tilt = np.radians(angle)
    across, down = radii[0] * np.cos(turns), radii[1] * np.sin(turns)
    x = centre[0] + across * np.cos(tilt) - down * np.sin(tilt)
    y = centre[1] + across * np.sin(tilt) + down * np.cos(tilt)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def smooth_points(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """Run a Catmull-Rom curve through the points."""
    knots = np.asarray(points, dtype=float)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0.0, 1.0, 10, endpoint=False)[:, None]
    pieces = []
    for i in range(len(padded) - 3):
        before, first, second, after = padded[i : i + 4]
        pieces.append(
            0.5
            * (
                2 * first
                + (second - before) * t
                + (2 * before - 5 * first + 4 * second - after) * t**2
                + (3 * first - before - 3 * second + after) * t**3
            )
        )
    if not closed:
        pieces.append(knots[-1:])
    curve = np.concatenate(pieces)
    return list(zip(curve[:, 0].tolist(), curve[:, 1].tolist(), strict=True))


class ShapeCanvas:
    """Collects shapes in units of a 100 x 100 box and gives back a cut-out RGBA picture.

    `pixels` is the side of the box in the finished picture.  Shapes are drawn `supersampling`
    times larger without anti-aliasing, and reduced at the end.
    """

    def __init__(
        self,
        pixels: int,
        *,
        angle: float = 0.0,
        mirrored: bool = False,
        supersampling: int = 3,
    ) -> None:
        if pixels < 8:
            raise ValueError(f"pixels must be at least 8, got {pixels}")
        self._supersampling = supersampling
        self._scale = pixels * supersampling / 100.0
        side = round(pixels * (1 + MARGIN / 50.0)) * supersampling
        tilt = np.radians(angle)
        flip = -1.0 if mirrored else 1.0
        self._turn = np.array(
            [[np.cos(tilt) * flip, -np.sin(tilt)], [np.sin(tilt) * flip, np.cos(tilt)]]
        )
        self._middle = side / 2.0
        self._colours = Image.new("RGB", (side, side))
        self._coverage = Image.new("L", (side, side))

    def _to_pixels(self, points: Iterable[Point]) -> list[Point]:
        offsets = (np.asarray(list(points), dtype=float) - 50.0) * self._scale
        placed = offsets @ self._turn.T + self._middle
        return list(zip(placed[:, 0].tolist(), placed[:, 1].tolist(), strict=True))

    def _fill(
        self, mask: Image.Image, corner: tuple[int, int], colour: Colour, shade: float
    ) -> None:
        box = (*corner, corner[0] + mask.width, corner[1] + mask.height)
        gradient = vertical_gradient(mask.size, lighter(colour, shade), darker(colour, shade))
        self._colours.paste(gradient, box, mask)

    def polygon(
        self,
        points: Sequence[Point],
        colour: Colour,
        *,
        smooth: bool = False,
        shade: float = 0.14,
        opacity: float = 1.0,
        clip: bool = False,
    ) -> None:
        """Fill a shape, light at its top and darker at its foot.

        `clip` keeps the shape inside what is drawn already (stripes, highlights, shadows);
        an `opacity` below 1 implies it.
        """
        placed = self._to_pixels(smooth_points(points) if smooth else points)
        self._stamp([placed], [], colour, shade=shade, opacity=opacity, clip=clip)

    def ellipse(
        self,
        centre: Point,
        radii: Point,
        colour: Colour,
        *,
        angle: float = 0.0,
        shade: float = 0.14,
        opacity: float = 1.0,
        clip: bool = False,
    ) -> None:
        """Fill an ellipse turned by `angle` degrees."""
        points = ellipse_points(centre, radii, angle=angle)
        self.polygon(points, colour, shade=shade, opacity=opacity, clip=clip)

    def line(
        self,
        points: Sequence[Point],
        width: float,
        colour: Colour,
        *,
        smooth: bool = False,
        shade: float = 0.0,
        opacity: float = 1.0,
        clip: bool = False,
    ) -> None:
        """Draw a stroke with round ends and joints."""
        path = smooth_points(points, closed=False) if smooth else list(points)
        placed = self._to_pixels(path)
        strokes = [(placed, max(1, round(width * self._scale)))]
        self._stamp([], strokes, colour, shade=shade, opacity=opacity, clip=clip)

    def _stamp(
        self,
        areas: Sequence[Sequence[Point]],
        strokes: Sequence[tuple[Sequence[Point], int]],
        colour: Colour,
        *,
        shade: float,
        opacity: float,
        clip: bool,
    ) -> None:
        everything = [point for area in areas for point in area]
        everything += [point for stroke, _ in strokes for point in stroke]
        reach = max((width for _, width in strokes), default=0) / 2 + 2
        side = self._colours.width
        left, top = (max(0, int(min(p[axis] for p in everything) - reach)) for axis in (0, 1))
        right, bottom = (
            min(side, int(max(p[axis] for p in everything) + reach) + 1) for axis in (0, 1)
        )
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        draw = ImageDraw.Draw(mask)
        for area in areas:
            draw.polygon([(x - left, y - top) for x, y in area], fill=255)
        for stroke, width in strokes:
            moved = [(x - left, y - top) for x, y in stroke]
            draw.line(moved, fill=255, width=width, joint="curve")
            for x, y in (moved[0], moved[-1]):
                half = width / 2
                draw.ellipse((x - half, y - half, x + half, y + half), fill=255)
        if clip or opacity < 1.0:
            covered = self._coverage.crop((left, top, right, bottom))
            mask = ImageChops.multiply(mask, covered)
        else:
            self._coverage.paste(255, (left, top, right, bottom), mask)
        if opacity < 1.0:
            mask = mask.point([round(value * opacity) for value in range(256)])
        self._fill(mask, (left, top), colour, shade)

    def finish(self, *, outline: float = 0.9) -> Image.Image:
        """Add a thin dark rim, reduce, and cut the picture to what is drawn (RGBA)."""
        thickness = outline * self._scale
        coverage = self._coverage
        colours = self._colours
        if thickness >= 0.5:
            blurred = self._coverage.filter(ImageFilter.GaussianBlur(thickness))
            coverage = blurred.point([0 if value < 32 else 255 for value in range(256)])
            rimmed = Image.new("RGB", colours.size, OUTLINE_COLOUR)
            rimmed.paste(colours, (0, 0), self._coverage)
            colours = rimmed
        picture = colours.copy()
        picture.putalpha(coverage)
        picture = picture.reduce(self._supersampling)
        return picture.crop(picture.getbbox())
