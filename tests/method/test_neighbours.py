import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cdul_app.method import neighbours
from cdul_app.method.neighbours import (
    NEIGHBOURS,
    ReferencePhotos,
    most_reference_photos,
    neighbour_labels,
)


def unit_views(photos: int, views: int, dim: int, seed: int = 0) -> NDArray[np.float16]:
    values = np.random.default_rng(seed).normal(size=(photos, views, dim))
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float16)


def slow_neighbour_labels(
    views: NDArray[np.float16], reference: ReferencePhotos, own: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Photo by photo and view by view, as the docstring says it."""
    stored = reference.views.astype(np.float64)
    centre = stored.mean(axis=(0, 1))
    found = []
    for photo, itself in zip(views.astype(np.float64), own, strict=True):
        said = []
        for view in photo:
            cosines = []
            for others in stored:
                moved = others - centre
                sides = np.linalg.norm(moved, axis=1) * np.linalg.norm(view - centre)
                cosines.append((moved @ (view - centre) / sides).max())
            order = [row for row in np.argsort(cosines)[::-1] if row != itself]
            said.append(reference.labels[order[: reference.neighbours]].mean(axis=0))
        found.append((said[0] + np.max(said[1:], axis=0)) / 2)
    return np.array(found)


def test_labels_are_those_of_the_nearest_photos_of_each_part(monkeypatch: pytest.MonkeyPatch):
    views = unit_views(24, 4, 8)
    labels = np.random.default_rng(1).random((24, 3)).astype(np.float32)
    reference, own = ReferencePhotos(views, labels), np.arange(24)
    expected = slow_neighbour_labels(views, reference, own)
    found = neighbour_labels(views, reference, own=own)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    monkeypatch.setattr(neighbours, "_COSINES_AT_ONCE", 1)  # a photo at a time
    np.testing.assert_array_equal(neighbour_labels(views, reference, own=own), found)


def test_a_photo_does_not_ask_itself_and_a_new_one_asks_all():
    views = unit_views(9, 3, 8)
    labels = np.zeros((9, 1), dtype=np.float32)
    labels[4] = 1
    reference = ReferencePhotos(views, labels)
    asked_all = neighbour_labels(views[4:5], reference)
    asked_others = neighbour_labels(views[4:5], reference, own=np.array([4]))
    assert asked_all > 0
    assert asked_others == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 40), st.integers(1, 4), st.integers(0, 1000))
def test_what_neighbours_say_lies_between_their_labels(photos: int, views: int, seed: int):
    stored = unit_views(photos, 1 + views, 6, seed)
    labels = np.random.default_rng(seed).random((photos, 2)).astype(np.float32)
    found = neighbour_labels(stored, ReferencePhotos(stored, labels), own=np.arange(photos))
    assert (found >= labels.min(axis=0) - 1e-6).all()
    assert (found <= labels.max(axis=0) + 1e-6).all()


@pytest.mark.parametrize(("photos", "asked"), [(2, 1), (60, 4), (500, 10), (1000, 10)])
def test_few_photos_ask_fewer(photos: int, asked: int):
    views = np.zeros((photos, 2, 3), dtype=np.float16)
    assert ReferencePhotos(views, np.zeros((photos, 1), np.float32)).neighbours == asked
    assert asked <= NEIGHBOURS


def test_a_single_photo_has_nobody_to_ask():
    views = unit_views(1, 3, 4)
    reference = ReferencePhotos(views, np.ones((1, 2), np.float32))
    with pytest.raises(ValueError, match="another photo"):
        neighbour_labels(views, reference, own=np.zeros(1, np.int64))
    np.testing.assert_array_equal(neighbour_labels(unit_views(2, 3, 4), reference), 1)


def test_the_reference_is_bounded_by_its_views():
    assert most_reference_photos(10) * 10 == most_reference_photos(15) * 15 + 10 == 10_000
    assert most_reference_photos(20_000) == 1
