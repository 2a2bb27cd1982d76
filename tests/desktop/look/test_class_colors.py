import itertools

import pytest
from PySide6.QtGui import QColor

from cdul_app.desktop.look.class_colors import (
    CLASS_COLORS,
    LEAST_DISTANCE,
    distance,
    distinct_colors,
)
from cdul_app.desktop.look.theme import ThemeChoice, class_color, theme_manager


@pytest.fixture(params=[ThemeChoice.LIGHT, ThemeChoice.DARK])
def theme(request):
    theme_manager().choose(request.param)


def nearest_pair(colors):
    return min(distance(*pair) for pair in itertools.combinations(colors, 2))


@pytest.mark.parametrize(
    "indexes", [(0, 21), (0, 7), (3, 24, 45), (5, 5), (1, 3, 26, 8), tuple(range(21))]
)
def test_classes_beside_each_other_are_never_alike(theme, indexes):
    assert nearest_pair(distinct_colors(indexes)) >= LEAST_DISTANCE


def test_a_class_keeps_its_own_colour_where_none_before_it_is_like_it(theme):
    assert distinct_colors([0, 1, 2]) == [class_color(index) for index in (0, 1, 2)]
    assert distinct_colors([2, 23])[0] == class_color(2)
    assert distinct_colors([23]) == [class_color(23)]


def test_eighty_classes_whose_indexes_collide_have_eighty_colours(theme):
    indexes = [CLASS_COLORS * (number % 20) for number in range(80)]
    colors = distinct_colors(indexes)
    assert len({color.name() for color in colors}) == 80
    assert nearest_pair(colors[:20]) >= LEAST_DISTANCE


def test_colours_are_those_of_the_theme():
    theme_manager().choose(ThemeChoice.LIGHT)
    light = distinct_colors([15, 36])
    theme_manager().choose(ThemeChoice.DARK)
    assert distinct_colors([15, 36]) != light


def test_black_and_white_are_one_apart(qapp):
    assert distance(QColor("black"), QColor("white")) == pytest.approx(1, abs=0.01)
    assert distance(QColor("#0072B2"), QColor("#0072B2")) == 0
