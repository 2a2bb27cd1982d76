import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.formats.multi_label_split import multi_label_split
from cdul_app.formats.natural_order import natural_order


@given(
    st.integers(0, 60), st.integers(1, 6), st.floats(0, 1), st.integers(0, 5),
    st.sampled_from([(1, 1), (0.8, 0.2), (8, 1, 1)]),
)  # fmt: skip
def test_each_photo_has_a_part_and_parts_have_their_share(photos, classes, density, seed, shares):
    labels = np.random.default_rng(seed).random((photos, classes)) < density
    parts = multi_label_split(labels, shares, seed=seed)
    assert set(parts.tolist()) <= set(range(len(shares)))
    np.testing.assert_array_equal(parts, multi_label_split(labels, shares, seed=seed))
    # Of the rarest class, which is drawn first, each part has its share but for one photo.
    counts = np.where(labels.any(axis=0), labels.sum(axis=0), photos + 1)
    if labels.any():
        column = int(counts.argmin())
        found = np.bincount(parts[labels[:, column]], minlength=len(shares))
        assert (abs(found - counts[column] * np.array(shares) / sum(shares)) <= 1 + 1e-9).all()


def test_rare_classes_are_in_every_part_more_often_than_by_chance():
    random = np.random.default_rng(0)
    labels = random.random((1000, 30)) < np.geomspace(0.003, 0.4, 30)
    wanted = labels.sum(axis=0)[:, None] * np.array([0.8, 0.1, 0.1])

    def error(parts):
        found = np.stack([labels[parts == part].sum(axis=0) for part in range(3)], axis=1)
        return float(abs(found - wanted).mean())

    drawn = error(multi_label_split(labels, (8, 1, 1), seed=0))
    chance = [error(random.choice(3, 1000, p=[0.8, 0.1, 0.1])) for _ in range(20)]
    assert drawn < min(chance) / 2


@pytest.mark.parametrize("shares", [(), (1, 0), (1, -1)])
def test_shares_that_are_none(shares):
    with pytest.raises(ValueError, match="positive"):
        multi_label_split(np.zeros((2, 1), dtype=bool), shares, seed=0)


def test_natural_order():
    names = ["IMG_10.jpg", "img_2.jpg", "IMG_2.jpg", "a/9.jpg", "a/10.jpg", "007", "7", "9" * 5000]
    assert [names[place] for place in natural_order(names)] == [
        "007", "7", "9" * 5000, "a/9.jpg", "a/10.jpg", "IMG_2.jpg", "img_2.jpg", "IMG_10.jpg",
    ]  # fmt: skip


def words_and_numbers(name):
    """What the order is defined by, number by number."""
    parts = re.split(r"([0-9]+)", name.casefold())
    parts[1::2] = map(int, parts[1::2])
    return parts, name


@given(st.lists(st.text("aZ_ é-019/.\1", max_size=12), max_size=8))
def test_the_order_is_that_of_words_and_numbers_by_turns(names):
    found = [names[place] for place in natural_order(names)]
    assert found == sorted(names, key=words_and_numbers)


def test_many_names_are_in_one_order():
    names = [f"{number % 7}/IMG_{number:0{1 + number % 6}}.jpg" for number in range(25_000)]
    found = [names[place] for place in natural_order(names)]
    assert found == sorted(names, key=words_and_numbers)


@given(st.lists(st.text()))
def test_any_names_have_an_order(names):
    assert sorted(natural_order(names)) == list(range(len(names)))
