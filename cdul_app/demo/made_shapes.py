"""How the demo's made things are drawn, each in a 100 x 100 box."""

import numpy as np
from numpy.random import Generator

from cdul_app.demo.canvas import Colour, Point, ShapeCanvas, darker, ellipse_points, lighter, mix

GLASS: Colour = (176, 216, 232)
WOOD: Colour = (168, 116, 78)
RUBBER: Colour = (58, 54, 66)
METAL: Colour = (196, 202, 210)
BRASS: Colour = (252, 226, 150)
ROOFS: tuple[Colour, ...] = ((190, 82, 70), (112, 92, 116), (84, 110, 142), (150, 92, 62))
TRIMS: tuple[Colour, ...] = ((250, 240, 216), (230, 96, 84), (84, 140, 196), (250, 204, 104))


def _pick(options: tuple[Colour, ...], random: Generator) -> Colour:
    return options[int(random.integers(len(options)))]


def draw_house(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A cottage with a gable or hipped roof, a chimney, a door and windows."""
    roof = _pick(ROOFS, random)
    hipped = bool(random.integers(2))
    tall = bool(random.integers(2))
    top = 42.0 if tall else 52.0
    canvas.polygon([(66, 8), (78, 8), (78, 40), (66, 40)], mix(roof, (150, 100, 90), 0.5))
    canvas.polygon([(64, 6), (80, 6), (80, 11), (64, 11)], darker(roof, 0.2))
    canvas.polygon([(14, top - 4), (86, top - 4), (86, 96), (14, 96)], colour, shade=0.1)
    canvas.polygon([(14, 90), (86, 90), (86, 96), (14, 96)], darker(colour, 0.3), shade=0)
    peak = [(26.0, 14.0), (74.0, 14.0)] if hipped else [(50.0, 8.0)]
    canvas.polygon([(4, top), *peak, (96, top), (94, top + 4), (6, top + 4)], roof, shade=0.16)
    canvas.line([(8, top + 5), (92, top + 5)], 2, darker(colour, 0.35), clip=True, opacity=0.6)
    if not hipped:
        canvas.ellipse((50, top - 14), (6, 6), lighter(colour, 0.4), shade=0)
        canvas.ellipse((50, top - 14), (4.4, 4.4), GLASS, shade=0.1)
    side = float(random.choice([-1.0, 0.0, 1.0]))
    middle = 50 + side * 18
    door = _pick(TRIMS[1:], random)
    canvas.polygon(
        [(middle - 9, 96), (middle - 9, 68), (middle + 9, 68), (middle + 9, 96)],
        lighter(colour, 0.6),
        shade=0,
    )
    canvas.polygon([(middle - 7, 96), (middle - 7, 70), (middle + 7, 70), (middle + 7, 96)], door)
    canvas.ellipse((middle + 4, 84), (1.4, 1.4), BRASS, shade=0)
    spots: list[float] = [x for x in (26.0, 50.0, 74.0) if abs(x - middle) > 15]
    for x in spots:
        _window(canvas, (x, 76.0), lighter(colour, 0.65))
    if tall:
        for x in (30.0, 50.0, 70.0):
            _window(canvas, (x, 57.0), lighter(colour, 0.65))


def _window(canvas: ShapeCanvas, centre: Point, frame: Colour) -> None:
    x, y = centre
    canvas.polygon([(x - 8, y - 7), (x + 8, y - 7), (x + 8, y + 7), (x - 8, y + 7)], frame, shade=0)
    canvas.polygon(
        [(x - 6, y - 5), (x + 6, y - 5), (x + 6, y + 5), (x - 6, y + 5)], GLASS, shade=0.2
    )
    canvas.line([(x, y - 6), (x, y + 6)], 1.4, frame)
    canvas.line([(x - 7, y), (x + 7, y)], 1.4, frame)


def draw_car(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A car from the side: saloon, hatchback or van."""
    form = int(random.integers(3))
    cabins: tuple[list[Point], ...] = (
        [(22, 50), (36, 30), (64, 30), (80, 50)],
        [(18, 50), (24, 30), (60, 29), (80, 50)],
        [(10, 52), (12, 24), (70, 24), (86, 50)],
    )
    glasses: tuple[tuple[list[Point], list[Point]], ...] = (
        ([(29, 49), (38, 34), (49, 34), (49, 49)], [(53, 49), (53, 34), (62, 34), (73, 49)]),
        ([(24, 49), (28, 34), (45, 34), (45, 49)], [(49, 49), (49, 34), (59, 34), (72, 49)]),
        ([(17, 46), (18, 29), (42, 29), (42, 46)], [(48, 46), (48, 29), (67, 29), (78, 46)]),
    )
    canvas.polygon(cabins[form], colour, shade=0.16)
    canvas.polygon(
        [(4, 66), (5, 54), (16, 48), (82, 48), (94, 54), (97, 66), (95, 74), (6, 74)],
        colour,
        shade=0.12,
    )
    for pane in glasses[form]:
        canvas.polygon(pane, GLASS, shade=0.25)
    canvas.line([(6, 62), (95, 62)], 1.6, darker(colour, 0.3), clip=True)
    canvas.line([(8, 52), (90, 52)], 1.6, lighter(colour, 0.6), clip=True, opacity=0.7)
    canvas.line([(51, 50), (51, 73)], 1, darker(colour, 0.4), clip=True)
    canvas.line([(55, 56), (60, 56)], 1.6, METAL)
    canvas.polygon([(2, 69), (98, 69), (97, 75), (3, 75)], METAL, shade=0.1)
    canvas.ellipse((93, 58), (3, 4), (255, 240, 170), shade=0.05)
    canvas.polygon([(4, 55), (8, 55), (8, 62), (4, 62)], (216, 70, 66), shade=0.05)
    for x in (26, 75):
        canvas.ellipse((x, 74), (14, 14), darker(colour, 0.55), shade=0, clip=True)
        canvas.ellipse((x, 75), (12, 12), RUBBER, shade=0.08)
        canvas.ellipse((x, 75), (6.4, 6.4), METAL, shade=0.2)
        canvas.ellipse((x, 75), (2, 2), RUBBER, shade=0)


def draw_boat(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A sailing boat, or a small steamer with a cabin and a funnel."""
    trim = _pick(TRIMS, random)
    if random.random() < 0.6:
        canvas.line([(48, 4), (48, 74)], 2.4, WOOD)
        sail: Colour = (252, 246, 232) if random.random() < 0.6 else trim
        canvas.polygon([(51, 8), (66, 26), (76, 44), (82, 64), (51, 66)], sail, shade=0.1)
        canvas.polygon([(45, 14), (34, 34), (16, 62), (45, 66)], lighter(sail, 0.3), shade=0.1)
        canvas.line([(52, 48), (73, 46)], 2.4, colour, clip=True)
        canvas.polygon([(48, 2), (62, 6), (48, 10)], (224, 84, 78), shade=0.05)
    else:
        canvas.polygon([(56, 24), (70, 24), (69, 50), (57, 50)], (214, 84, 76))
        canvas.polygon([(56, 29), (70, 29), (70, 35), (56, 35)], (250, 244, 232), shade=0)
        canvas.polygon([(30, 48), (80, 48), (78, 72), (28, 72)], (250, 244, 232), shade=0.1)
        for x in (39, 52, 65):
            canvas.ellipse((x, 58), (4.2, 4.2), WOOD, shade=0)
            canvas.ellipse((x, 58), (3, 3), GLASS, shade=0.1)
        canvas.line([(22, 70), (22, 50)], 1.6, WOOD)
        canvas.polygon([(22, 49), (10, 53), (22, 57)], trim, shade=0.05)
    hull: list[Point] = [(4, 68), (97, 66), (90, 80), (80, 93), (22, 93), (12, 82)]
    canvas.polygon(hull, colour, shade=0.2)
    canvas.polygon([(4, 68), (97, 66), (95, 72), (7, 73)], lighter(colour, 0.7), shade=0)
    canvas.polygon([(16, 88), (86, 87), (80, 93), (22, 93)], darker(colour, 0.45), shade=0)


def draw_bicycle(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A bicycle from the side; some carry a basket."""
    rear, front = (24.0, 68.0), (77.0, 68.0)
    for x, y in (rear, front):
        for i in range(5):
            turn = np.pi * i / 5 + 0.2
            across, down = 19 * float(np.cos(turn)), 19 * float(np.sin(turn))
            canvas.line([(x - across, y - down), (x + across, y + down)], 0.8, METAL)
        canvas.line(ellipse_points((x, y), (20, 20)), 4.2, RUBBER)
        canvas.line(ellipse_points((x, y), (17.2, 17.2)), 1.4, METAL)
        canvas.ellipse((x, y), (3, 3), RUBBER, shade=0)
    crank, seat, head = (47.0, 70.0), (39.0, 38.0), (68.0, 36.0)
    frame = darker(colour, 0.05)
    for path in ([rear, crank, seat, rear], [seat, head, crank], [(65.0, 27.0), head, front]):
        canvas.line(path, 3.8, frame)
    canvas.line([seat, (37.0, 31.0)], 2.6, METAL)
    canvas.polygon([(26, 28), (46, 28), (45, 32), (36, 34), (27, 33)], WOOD, smooth=True)
    if random.random() < 0.5:
        canvas.line([(65, 27), (72, 22), (79, 26)], 3, RUBBER, smooth=True)
    else:
        canvas.line([(65, 27), (60, 22), (52, 23)], 3, RUBBER, smooth=True)
    if random.random() < 0.4:
        canvas.polygon([(72, 28), (93, 28), (90, 43), (75, 43)], WOOD)
        canvas.line([(73, 34), (92, 34)], 1.2, darker(WOOD, 0.35), clip=True)
    canvas.ellipse(crank, (5.4, 5.4), METAL, shade=0.1)
    canvas.line([(47, 70), (51, 81)], 2, RUBBER)
    canvas.line([(47, 81.5), (56, 81.5)], 2.6, RUBBER)


def draw_umbrella(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """An open umbrella with six panels and a crooked handle."""
    second = _pick((lighter(colour, 0.6), darker(colour, 0.2), (252, 244, 226)), random)
    handle = [(50.0, 46.0), (50.0, 86.0), (53.0, 94.0), (60.0, 95.0), (64.0, 88.0)]
    canvas.line(handle, 3.4, WOOD, smooth=True)
    canvas.line([(50, 4), (50, 12)], 2.6, WOOD)
    edges = np.linspace(4, 96, 7)
    dome = ellipse_points((50, 52), (46, 43), start=180, end=360)
    foot: list[Point] = []
    for left, right in zip(edges[:-1][::-1], edges[1:][::-1], strict=True):
        arc = ellipse_points(((left + right) / 2, 53), ((right - left) / 2, 7), start=360, end=180)
        foot += arc
    canvas.polygon([*dome, *foot], colour, shade=0.18)
    for i in (1, 3, 5):
        left, right = float(edges[i]), float(edges[i + 1])
        panel: list[Point] = []
        for share in np.linspace(0, 1, 12):
            panel.append((50 + (left - 50) * float(np.sin(share * np.pi / 2)), _dome_y(share)))
        for share in np.linspace(1, 0, 12):
            panel.append((50 + (right - 50) * float(np.sin(share * np.pi / 2)), _dome_y(share)))
        canvas.polygon(panel, second, shade=0.14, clip=True)
    canvas.ellipse((32, 30), (10, 6), (255, 255, 255), shade=0, opacity=0.3, angle=-35)


def _dome_y(share: float) -> float:
    return float(54 - 45 * np.cos(share * np.pi / 2))


def draw_balloon(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A party balloon on a wavy string."""
    sway = float(random.uniform(-8, 8))
    canvas.line(
        [(50, 72), (50 + sway, 80), (50 - sway, 89), (50 + sway / 2, 98)],
        1.2,
        darker(colour, 0.4),
        smooth=True,
    )
    canvas.polygon([(50, 67), (56, 75), (44, 75)], darker(colour, 0.15))
    canvas.polygon(
        [(50, 3), (68, 8), (79, 24), (77, 44), (64, 62), (50, 71), (36, 62), (23, 44), (21, 24),
         (32, 8)],
        colour,
        smooth=True,
        shade=0.2,
    )  # fmt: skip
    canvas.ellipse((63, 44), (11, 20), darker(colour, 0.3), shade=0, opacity=0.3, angle=20)
    canvas.ellipse((36, 22), (6, 11), (255, 255, 255), shade=0, opacity=0.6, angle=28)
    canvas.ellipse((33, 38), (2.2, 3.2), (255, 255, 255), shade=0, opacity=0.5)


def draw_chair(canvas: ShapeCanvas, colour: Colour, random: Generator) -> None:
    """A wooden chair with slats, or a padded one."""
    padded = bool(random.integers(2))
    wood = _pick((WOOD, darker(WOOD, 0.3), lighter(WOOD, 0.3)), random) if padded else colour
    shadow = darker(wood, 0.3)
    for x in (38, 84):
        canvas.line([(x, 58), (x, 84)], 4.6, shadow)
    for left, right in ((18, 18), (66, 66)):
        canvas.line([(left - 1, 6), (right + 2, 60)], 5, wood, shade=0.05)
    if padded:
        canvas.polygon(
            [(19, 8), (42, 5), (66, 8), (68, 28), (66, 46), (42, 49), (21, 46), (17, 28)],
            colour,
            smooth=True,
        )
        for x, y in ((32, 20), (53, 20), (42, 33)):
            canvas.ellipse((x, y), (1.7, 1.7), darker(colour, 0.4), shade=0)
    else:
        canvas.line([(17, 10), (66, 10)], 6.5, wood, shade=0.1)
        for x in (29, 42, 55):
            canvas.line([(x, 12), (x + 1, 54)], 3.6, darker(wood, 0.08))
        canvas.line([(18, 36), (67, 36)], 4, wood, shade=0.1)
    seat: list[Point] = [(16, 56), (68, 56), (90, 66), (34, 67)]
    canvas.polygon(seat, lighter(colour, 0.2), shade=0.08)
    canvas.polygon([(16, 56), (34, 67), (34, 73), (16, 62)], darker(wood, 0.25), shade=0)
    canvas.polygon([(34, 67), (90, 66), (90, 72), (34, 73)], darker(wood, 0.08), shade=0)
    canvas.line([(19, 62), (19, 88)], 5, wood, shade=0.05)
    canvas.line([(37, 72), (37, 97)], 5, wood, shade=0.05)
    canvas.line([(87, 71), (87, 96)], 5, wood, shade=0.05)
    canvas.line([(38, 84), (86, 84)], 2.6, shadow)
