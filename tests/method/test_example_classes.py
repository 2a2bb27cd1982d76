"""A class that photos describe, beside classes that words describe."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.measures.metrics import average_precision
from cdul_app.method.example_classes import example_embedding
from cdul_app.method.similarity import class_similarities, view_cosines

DIMENSION, SNIPPETS = 32, 4


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def collection(seed: int, photos: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Views, texts, and which photos show a thing that no text names, in one snippet of each.

    Photos lie close together, and far from all texts, as those of CLIP do."""
    random = np.random.default_rng(seed)
    common = unit(random.normal(size=DIMENSION))
    views = 3 * common + 0.5 * random.normal(size=(photos, 1 + SNIPPETS, DIMENSION))
    shows = np.arange(photos) % 4 == 0
    thing = unit(random.normal(size=DIMENSION))
    views[shows, 1] += 3 * thing
    views[shows, 0] += 0.7 * thing
    return unit(views), unit(random.normal(size=(5, DIMENSION))), shows


@given(st.integers(0, 50), st.integers(1, 10))
def test_it_stands_among_texts_with_their_spread_and_mean(seed: int, count: int):
    views, texts, shows = collection(seed)
    found = example_embedding(views[shows][:count], views, texts)
    assert found.shape == (DIMENSION,)
    own, others = views[:, 0] @ found, views[:, 0] @ texts.T
    assert own.std() == pytest.approx(others.std(axis=0).mean(), rel=0.3)
    assert own.mean() == pytest.approx(others.mean(), abs=1e-6)


def test_photos_that_show_the_same_come_first_and_it_does_not_take_all():
    views, texts, shows = collection(1)
    found = example_embedding(views[shows][:3], views, texts)
    left = np.ones(len(views), dtype=bool)
    left[np.flatnonzero(shows)[:3]] = False
    best = view_cosines(views, found[None])[:, 1:, 0].max(axis=1)
    assert average_precision(shows[left], best[left]) > 0.95
    scores = class_similarities(
        view_cosines(views[:, 0], np.vstack([texts, found])), temperature=0.01
    )
    taken = (scores.argmax(axis=1) == len(texts)).mean()
    mean = unit(views[shows][:3, 0].mean(axis=0))
    as_it_is = class_similarities(
        view_cosines(views[:, 0], np.vstack([texts, mean])), temperature=0.01
    )
    assert (as_it_is.argmax(axis=1) == len(texts)).all()
    assert taken < 0.7


def test_it_needs_an_example():
    views, texts, _ = collection(0)
    with pytest.raises(ValueError, match="example"):
        example_embedding(views[:0], views, texts)


def test_photos_that_are_all_alike_give_finite_numbers():
    views, texts, _ = collection(0)
    same = np.repeat(views[:1], 5, axis=0)
    assert np.isfinite(example_embedding(same[:2], same, texts)).all()
