"""How the demo's living things and sky things are drawn, each in a 100 x 100 box."""

import numpy as np
from numpy.random import Generator

from cdul_app.demo.canvas import Colour, Point, ShapeCanvas, darker, ellipse_points, lighter, mix

BARK: Colour = (126, 88, 66)
LEAF: Colour = (86, 158, 84)
INK: Colour = (44, 36, 54)
CREAM: Colour = (255, 246, 226)
ROSE: Colour = (240, 138, 140)


def draw_tree(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A fir of three tiers, a round tree of several blobs, or a tall oval one."""
    form = random.integers(3)
    trunk = [(45.0, 60.0), (55.0, 60.0), (58.0, 97.0), (42.0, 97.0)]
    canvas.polygon(trunk, BARK)
    if form == 0:
        for top, foot, half in ((44, 84, 34), (24, 62, 27), (3, 40, 19)):
            tier = [
                (50, top),
                (50 + half * 0.55, (top + foot) / 2 + 2),
                (50 + half, foot),
                (50 + half * 0.45, foot + 2),
                (50, foot + 4),
                (50 - half * 0.45, foot + 2),
                (50 - half, foot),
                (50 - half * 0.55, (top + foot) / 2 + 2),
            ]
            canvas.polygon(tier, colour, shade=0.2)
        return
    if form == 1:
        canvas.line([(50, 74), (36, 58)], 4, BARK)
        canvas.line([(50, 70), (64, 54)], 4, BARK)
        spots = [(28, 46, 20), (72, 46, 20), (36, 26, 19), (64, 26, 19), (50, 20, 17), (50, 44, 24)]
        for x, y, radius in spots:
            wobble = float(random.uniform(0.92, 1.08))
            canvas.ellipse((x, y), (radius * wobble, radius * wobble), colour, shade=0.05)
    else:
        canvas.ellipse((50, 38), (29, 35), colour)
    for x, y, radius in ((38, 24, 8), (58, 18, 6), (30, 42, 6), (54, 38, 9)):
        canvas.ellipse((x, y), (radius, radius * 0.8), lighter(colour, 0.3), shade=0, opacity=0.5)
    for x, y, radius in ((64, 52, 10), (44, 58, 9), (70, 38, 6)):
        canvas.ellipse((x, y), (radius, radius * 0.7), darker(colour, 0.3), shade=0, opacity=0.4)


def draw_sun(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A disc with a ring of rays and, often, a smile."""
    rays = int(random.integers(9, 15))
    slim = bool(random.integers(2))
    for i in range(rays):
        turn = 2 * np.pi * i / rays
        reach = 46 if i % 2 or not slim else 40
        half = np.pi / rays * (0.4 if slim else 0.75)
        inner = [
            (50 + 31 * float(np.cos(turn + side)), 50 + 31 * float(np.sin(turn + side)))
            for side in (-half, half)
        ]
        tip = (50 + reach * float(np.cos(turn)), 50 + reach * float(np.sin(turn)))
        canvas.polygon([inner[0], tip, inner[1]], mix(colour, (255, 150, 60), 0.35), shade=0.05)
    canvas.ellipse((50, 50), (28, 28), colour)
    canvas.ellipse((44, 42), (15, 12), lighter(colour, 0.5), shade=0, opacity=0.5)
    if random.random() < 0.6:
        for x in (41, 59):
            canvas.ellipse((x, 47), (2.4, 3.4), INK, shade=0)
            canvas.ellipse((x + (x - 50) * 0.5, 55), (4, 2.6), ROSE, shade=0, opacity=0.6)
        smile = ellipse_points((50, 52), (8, 7), start=20, end=160)
        canvas.line(smile, 1.8, INK)


def draw_cloud(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A flat-bottomed heap of round blobs."""
    rise = float(random.uniform(-4, 4))
    canvas.polygon(
        [(14, 70), (12, 62), (20, 54), (80, 54), (88, 62), (86, 70), (78, 74), (22, 74)],
        colour,
        smooth=True,
        shade=0.02,
    )
    for x, y, radius in ((24, 60, 14), (40, 47 + rise, 18), (60, 42 - rise, 20), (77, 59, 15)):
        canvas.ellipse((x, y), (radius, radius), colour, shade=0.06)
    canvas.ellipse((50, 58), (26, 14), colour, shade=0)
    canvas.ellipse((50, 76), (40, 8), darker(colour, 0.3), shade=0, opacity=0.35)
    canvas.ellipse((56, 34 - rise), (10, 6), (255, 255, 255), shade=0, opacity=0.6)
    canvas.ellipse((36, 40 + rise), (8, 5), (255, 255, 255), shade=0, opacity=0.5)


def draw_fish(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A fish looking left, plain, striped or spotted."""
    fin = mix(colour, (255, 210, 110), 0.45)
    canvas.polygon([(70, 50), (94, 26), (89, 50), (95, 74)], fin)
    canvas.polygon([(36, 32), (52, 14), (70, 24), (66, 38)], fin)
    canvas.polygon([(44, 66), (54, 82), (64, 76), (60, 62)], fin)
    body: list[Point] = [(6, 52), (18, 36), (42, 27), (64, 36), (80, 50), (64, 64), (42, 73)]
    canvas.polygon([*body, (18, 68)], colour, smooth=True, shade=0.2)
    pattern = random.integers(3)
    if pattern == 0:
        for x in (40, 53, 65):
            curve = ellipse_points((x - 6, 50), (7, 25), start=-75, end=75)
            canvas.line(curve, 5, lighter(colour, 0.65), clip=True)
    elif pattern == 1:
        for x, y in ((44, 40), (58, 44), (50, 52), (64, 53), (44, 62), (56, 60)):
            canvas.ellipse((x, y), (3.2, 3.2), lighter(colour, 0.6), shade=0)
    else:
        for x in (42, 52, 62):
            for y in (41, 51, 61):
                arc = ellipse_points((x, y), (4, 5), start=-70, end=70)
                canvas.line(arc, 1.3, darker(colour, 0.35), clip=True, opacity=0.7)
    canvas.polygon([(42, 52), (56, 46), (58, 56), (50, 61)], fin, smooth=True)
    canvas.line(ellipse_points((26, 50), (8, 17), start=-65, end=65), 1.6, darker(colour, 0.4))
    canvas.ellipse((20, 45), (5.5, 5.5), (255, 255, 255), shade=0)
    canvas.ellipse((19, 45), (3, 3), INK, shade=0)
    canvas.line([(8, 56), (13, 58.5), (17, 57)], 1.5, darker(colour, 0.5), smooth=True)


def draw_cat(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A cat sitting and looking at us, tail to the side."""
    dark, light = darker(colour, 0.3), lighter(colour, 0.55)
    striped = bool(random.integers(2))
    tail = [(64, 90), (84, 90), (91, 74), (84, 60), (88, 50)]
    canvas.line(tail, 7, dark, smooth=True)
    canvas.line(tail, 5.6, colour, smooth=True)
    canvas.polygon(
        [(36, 50), (64, 50), (74, 76), (74, 92), (64, 97), (36, 97), (26, 92), (26, 76)],
        colour,
        smooth=True,
    )
    canvas.ellipse((50, 76), (11, 17), light, shade=0.05)
    for x in (39, 61):
        canvas.line([(x + (50 - x) * 0.25, 70), (x + (50 - x) * 0.2, 92)], 1.2, dark)
        canvas.ellipse((x, 94), (8, 4.6), light, shade=0.05)
    for side in (-1, 1):
        ear = [(50 + side * 8, 22), (50 + side * 27, 2), (50 + side * 27, 34)]
        canvas.polygon(ear, colour)
        inner = [(50 + side * 14, 20), (50 + side * 24, 9), (50 + side * 24, 27)]
        canvas.polygon(inner, ROSE, shade=0.05)
    canvas.ellipse((50, 36), (29, 23), colour)
    if striped:
        for x in (43, 50, 57):
            canvas.line([(x, 14), (x, 22)], 2.4, dark, clip=True)
        for y in (66, 74, 82):
            canvas.line([(24, y), (34, y + 2)], 2.4, dark, clip=True)
            canvas.line([(76, y), (66, y + 2)], 2.4, dark, clip=True)
    canvas.ellipse((50, 45), (13, 8.5), light, shade=0.03)
    iris: Colour = ((146, 190, 96), (110, 178, 196), (226, 180, 74))[random.integers(3)]
    for pupil in (38.5, 61.5):
        canvas.ellipse((pupil, 35), (5.4, 6), iris, shade=0)
        canvas.ellipse((pupil, 35), (2.3, 5), INK, shade=0)
        canvas.ellipse((pupil + 1.2, 33), (1.2, 1.4), (255, 255, 255), shade=0)
    canvas.polygon([(47, 41), (53, 41), (50, 44.5)], ROSE, shade=0)
    for side in (-1, 1):
        canvas.line(
            ellipse_points((50 + side * 3, 45), (3, 3), start=10, end=170), 1.2, INK, clip=True
        )
        for rise in (-3, 1.5):
            whisker = [(50 + side * 12, 45 + rise / 3), (50 + side * 33, 44 + rise * 1.6)]
            canvas.line(whisker, 0.8, darker(colour, 0.6), clip=False)


def draw_dog(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A dog standing sideways, head up, with a hanging ear and a collar."""
    dark, light = darker(colour, 0.32), lighter(colour, 0.5)
    spotted = bool(random.integers(2))
    canvas.line([(84, 52), (92, 42), (95, 26)], 6, colour, smooth=True)
    for x in (42, 78):
        canvas.line([(x, 66), (x + 1, 93)], 9, dark)
    canvas.polygon(
        [(28, 48), (40, 45), (66, 47), (84, 47), (90, 58), (84, 72), (60, 73), (38, 75), (28, 66)],
        colour,
        smooth=True,
    )
    for x in (34, 84):
        canvas.line([(x, 62), (x - 1, 93)], 10, colour)
        canvas.ellipse((x - 3, 94), (8, 4), light, shade=0.05)
    if spotted:
        canvas.ellipse((66, 54), (11, 8), dark, shade=0, opacity=0.85)
        canvas.ellipse((50, 66), (6, 5), dark, shade=0, opacity=0.85)
    canvas.polygon([(26, 40), (46, 34), (48, 56), (32, 66), (26, 58)], colour, smooth=True)
    canvas.ellipse((32, 26), (20, 18), colour)
    canvas.polygon(
        [(5, 33), (10, 26), (24, 23), (34, 32), (28, 43), (14, 43), (6, 40)], light, smooth=True
    )
    canvas.ellipse((8, 30), (4.6, 3.8), INK, shade=0)
    canvas.line([(10, 38), (18, 40), (24, 37)], 1.5, INK, smooth=True)
    if random.random() < 0.6:
        canvas.polygon([(14, 40), (20, 40), (20, 48), (17, 50), (14, 47)], ROSE, smooth=True)
    canvas.ellipse((24, 21), (2.9, 3.5), INK, shade=0)
    canvas.ellipse((23, 19.8), (1, 1.1), (255, 255, 255), shade=0)
    ear = [(38, 11), (50, 14), (57, 30), (54, 44), (45, 42), (41, 28)]
    canvas.polygon(ear, dark, smooth=True)
    collar: Colour = ((214, 74, 74), (66, 126, 196), (74, 160, 104))[random.integers(3)]
    canvas.line([(28, 50), (37, 53), (47, 47)], 4.6, collar, smooth=True)
    canvas.ellipse((35, 56), (2.8, 2.8), (244, 204, 92), shade=0.05)


def draw_flower(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A daisy with many petals or a tulip, on a stem with two leaves."""
    tulip = random.random() < 0.35
    canvas.line([(50, 40), (52, 68), (49, 97)], 3.6, LEAF, smooth=True)
    canvas.polygon([(50, 90), (36, 82), (22, 62), (40, 68)], LEAF, smooth=True)
    canvas.polygon([(51, 82), (64, 74), (78, 58), (62, 60)], darker(LEAF, 0.12), smooth=True)
    if tulip:
        canvas.polygon([(50, 8), (62, 30), (50, 52), (38, 30)], lighter(colour, 0.2), smooth=True)
        for side in (-1, 1):
            petal = [(28, 10), (44, 26), (54, 48), (48, 54), (34, 50), (26, 32)]
            canvas.polygon([(50 + side * (x - 50), y) for x, y in petal], colour, smooth=True)
        return
    petals = int(random.integers(6, 13))
    slimness = min(10.0, 62.0 / petals)
    first = float(random.uniform(0, 360))
    for layer in (0, 1):
        for i in range(layer, petals, 2):
            turn = first + 360.0 * i / petals
            x = 50 + 19 * float(np.cos(np.radians(turn)))
            y = 32 + 19 * float(np.sin(np.radians(turn)))
            shade_of_layer = darker(colour, 0.12) if layer == 0 else colour
            canvas.ellipse((x, y), (13, slimness), shade_of_layer, angle=turn, shade=0.08)
    heart: Colour = (246, 196, 72) if colour != (246, 196, 72) else (150, 96, 58)
    canvas.ellipse((50, 32), (11, 11), heart)
    for i in range(7):
        turn = 2 * np.pi * i / 7
        spot = (50 + 6 * float(np.cos(turn)), 32 + 6 * float(np.sin(turn)))
        canvas.ellipse(spot, (1.3, 1.3), darker(heart, 0.4), shade=0)


def draw_bird(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A round songbird standing, or the same with its wing raised in flight."""
    flying = random.random() < 0.7
    dark, light = darker(colour, 0.28), lighter(colour, 0.6)
    canvas.polygon([(66, 54), (94, 42), (97, 52), (92, 60), (72, 68)], dark)
    if flying:
        canvas.polygon([(46, 46), (58, 6), (68, 4), (72, 30), (64, 52)], dark, smooth=True)
    else:
        for x in (46, 56):
            canvas.line([(x, 76), (x, 94), (x - 6, 95)], 2.2, (222, 138, 62))
    canvas.polygon(
        [(14, 36), (22, 21), (38, 19), (50, 32), (70, 44), (76, 60), (62, 76), (42, 78), (24, 64)],
        colour,
        smooth=True,
    )
    canvas.polygon(
        [(18, 46), (34, 50), (48, 66), (50, 76), (40, 77), (26, 66)], light, smooth=True, clip=True
    )
    if flying:
        canvas.polygon(
            [(44, 52), (50, 20), (62, 5), (84, 2), (78, 26), (70, 46), (60, 58)],
            mix(colour, dark, 0.5),
            smooth=True,
        )
        for x in (60, 68):
            canvas.line([(x, 18), (x - 6, 44)], 1.4, dark, clip=True)
    else:
        canvas.polygon(
            [(42, 46), (58, 42), (72, 50), (86, 64), (66, 68), (50, 62)],
            mix(colour, dark, 0.6),
            smooth=True,
        )
        canvas.line([(54, 56), (76, 61)], 1.4, dark, clip=True)
    canvas.polygon([(16, 30), (1, 37), (17, 41)], (240, 166, 62))
    canvas.line([(3, 37), (16, 36)], 1, (178, 104, 40))
    canvas.ellipse((27, 31), (4, 4.2), (255, 255, 255), shade=0)
    canvas.ellipse((26.4, 31), (2.5, 2.8), INK, shade=0)


def draw_apple(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """An apple with its stem and one or two leaves."""
    outline: list[Point] = [
        (50, 24), (64, 18), (82, 24), (91, 44), (86, 68), (72, 88), (60, 93),
        (50, 90), (40, 93), (28, 88), (14, 68), (9, 44), (18, 24), (36, 18),
    ]  # fmt: skip
    canvas.polygon(outline, colour, smooth=True, shade=0.2)
    canvas.ellipse((68, 62), (18, 26), darker(colour, 0.3), shade=0, opacity=0.25, angle=15)
    canvas.ellipse((29, 42), (8, 13), lighter(colour, 0.8), shade=0, opacity=0.6, angle=20)
    canvas.ellipse((50, 25), (12, 4.5), darker(colour, 0.45), shade=0, opacity=0.8)
    canvas.line([(50, 26), (50, 14), (55, 5)], 3.6, BARK, smooth=True)
    canvas.polygon([(53, 16), (64, 4), (82, 5), (72, 17)], LEAF, smooth=True)
    canvas.line([(56, 15), (76, 7)], 1, darker(LEAF, 0.35), clip=True)
    if random.random() < 0.3:
        canvas.polygon([(48, 16), (38, 6), (24, 8), (33, 18)], darker(LEAF, 0.1), smooth=True)
