import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.classes.class_checks import (
    SAME_MEANING,
    SAME_ON_PHOTOS,
    alike_on_photos,
    alike_sentence,
    duplicate_sentence,
    near_duplicates,
    same_prompts,
    unseen_sentence,
)

seeds = st.integers(0, 2**32 - 1)


def test_texts_that_mean_the_same_are_found_most_alike_first() -> None:
    random = np.random.default_rng(1)
    classes = random.normal(size=(5, 64)) + 5
    classes[3] = classes[0]
    classes[4] = classes[1] + 0.3 * random.normal(size=64)
    pairs = near_duplicates(classes, random.normal(size=(20, 64)) + 5)
    assert [pair[:2] for pair in pairs] == [(0, 3), (1, 4)]
    assert pairs[0][2] == pytest.approx(1)
    assert SAME_MEANING <= pairs[1][2] < 1
    assert near_duplicates(classes[:1], classes) == []


def test_two_classes_have_words_to_be_compared_beside() -> None:
    random = np.random.default_rng(2)
    one, words = random.normal(size=64), random.normal(size=(20, 64))
    assert near_duplicates(np.stack([one, one]), words) == [(0, 1, pytest.approx(1))]
    assert near_duplicates(np.stack([one, random.normal(size=64)]), words) == []


def test_equal_prompts_are_duplicates_without_an_encoder() -> None:
    assert same_prompts([("a",), ("b",), ("A",), ("a", "b")]) == [(0, 2, 1.0)]


def photos(seed: int, others: int = 24) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.normal(size=(200, 4)), random.normal(size=(200, others))


def test_classes_that_come_and_go_together_are_found() -> None:
    cosines, words = photos(0)
    cosines[:, 3] = cosines[:, 1] + 0.1 * np.random.default_rng(5).normal(size=200)
    ((first, second, value),) = alike_on_photos(cosines, words)
    assert (first, second) == (1, 3)
    assert SAME_ON_PHOTOS <= value <= 1


@given(seeds)
def test_what_all_texts_of_a_photo_share_counts_for_nothing(seed: int) -> None:
    cosines, words = photos(seed)
    common = 10 * np.random.default_rng(seed + 1).normal(size=(200, 1))
    assert alike_on_photos(cosines, words) == []
    assert alike_on_photos(cosines + common, words + common) == []


def test_classes_that_no_photo_shows_are_not_tied_together() -> None:
    """Less the mean of three classes alone, the two steady ones would mirror the third."""
    cosines, words = photos(0)
    cosines = cosines[:, :3] * np.array([1, 0.05, 0.05])
    assert alike_on_photos(cosines, 0.05 * words) == []


def test_few_photos_tell_nothing_and_odd_shapes_are_refused() -> None:
    cosines, words = photos(0)
    cosines[:, 3] = cosines[:, 1]
    assert alike_on_photos(cosines[:19], words[:19]) == []
    with pytest.raises(ValueError, match="same photos"):
        alike_on_photos(cosines, words[:10])
    with pytest.raises(ValueError, match="same photos"):
        alike_on_photos(cosines[0], words)


def test_sentences_name_the_first_pairs_and_count_the_others() -> None:
    names = ["cat", "kitten", "dog", "puppy", "sofa", "couch", "car", "auto"]
    pairs = [(0, 1, 0.9), (2, 3, 0.9), (4, 5, 0.9), (6, 7, 0.9)]
    sentence = duplicate_sentence(names, pairs)
    assert sentence.startswith("“cat” and “kitten”; “dog” and “puppy”; 2 more pairs")
    assert "“cat” and “kitten” apart" in alike_sentence(names, pairs[:1])
    assert duplicate_sentence(names, []) == alike_sentence(names, []) == ""


def test_classes_that_are_not_seen_are_named_and_many_are_counted():
    assert unseen_sentence([]) == ""
    assert "does not see “sink”, “tie”: no photo" in unseen_sentence(["sink", "tie"])
    told = unseen_sentence([f"class {number}" for number in range(1204)])
    assert "“class 3”, 1,200 more: no photo" in told
