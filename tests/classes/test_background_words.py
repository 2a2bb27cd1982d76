import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.classes.background_words import BACKGROUND_WORDS, words_beside
from cdul_app.classes.class_checks import means_no_class
from cdul_app.classes.class_list import VOC_CLASSES, ClassDefinition


def beside(*names: str) -> set[str]:
    return set(words_beside([ClassDefinition(name) for name in names]))


def test_all_words_stand_beside_the_classes_of_voc() -> None:
    assert 15 <= len(BACKGROUND_WORDS) <= 25
    assert beside(*VOC_CLASSES) == set(BACKGROUND_WORDS)


@pytest.mark.parametrize(
    ("name", "leaves"),
    [
        ("sky", "sky"),
        ("Clouds", "cloud"),
        ("tree", "trees"),
        ("leaf", "leaves"),
        ("oak_tree", "trees"),
        ("BrickWall", "wall"),
        ("house", "building"),
        ("Lake", "water"),
        ("hills", "mountain"),
    ],
)
def test_a_word_that_names_a_class_leaves(name: str, leaves: str) -> None:
    assert beside("dog", name) == set(BACKGROUND_WORDS) - {leaves}


def test_what_only_sounds_alike_stays() -> None:
    assert beside("snow leopard", "wallet", "skyscraper fan") == set(BACKGROUND_WORDS)


def test_prompts_of_its_own_are_heeded() -> None:
    nature = ClassDefinition("nature", ("a forest", "high mountains."))
    assert set(BACKGROUND_WORDS) - set(words_beside([nature])) == {"forest", "mountain"}


def test_a_word_that_means_a_class_to_the_encoder_leaves() -> None:
    random = np.random.default_rng(0)
    common = random.normal(size=64) * 3  # all texts have it in common
    classes = random.normal(size=(4, 64))
    words = np.concatenate([random.normal(size=(10, 64)), classes[2:3] * 1.1])
    apart = means_no_class(_unit(words + common), _unit(classes + common))
    assert apart.tolist() == [True] * 10 + [False]
    assert means_no_class(np.zeros((0, 64)), classes).shape == (0,)


@given(st.integers(0, 2**32 - 1), st.floats(0, 50))
def test_what_all_texts_have_in_common_decides_nothing(seed: int, amount: float) -> None:
    random = np.random.default_rng(seed)
    words, classes = random.normal(size=(8, 16)), random.normal(size=(3, 16))
    shift = amount * random.normal(size=16)
    np.testing.assert_array_equal(
        means_no_class(words + shift, classes + shift), means_no_class(words, classes)
    )


def _unit(values: np.ndarray) -> np.ndarray:
    return values / np.linalg.norm(values, axis=1, keepdims=True)
