import numpy as np
import pytest

from cdul_app.method.evidence import PhotoEvidence, view_similarities
from cdul_app.method.similarity import class_similarities
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import ViewPlan


def unit(values: np.ndarray) -> np.ndarray:
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def test_the_whole_photo_comes_first_and_snippets_keep_their_order() -> None:
    random = np.random.default_rng(0)
    views = unit(random.normal(size=(3, 5, 8)))  # 3 photos, each whole and in 4 snippets
    classes = unit(random.normal(size=(6, 8)))
    whole, local = view_similarities(views, classes, temperature=0.05)
    assert whole.shape == (3, 6)
    assert local.shape == (3, 4, 6)
    expected = class_similarities(views @ classes.T, temperature=0.05)
    np.testing.assert_allclose(whole, expected[:, 0], atol=1e-5)
    np.testing.assert_allclose(local, expected[:, 1:], atol=1e-5)
    one_whole, one_local = view_similarities(views[1], classes, temperature=0.05)
    np.testing.assert_allclose(one_whole, whole[1], atol=1e-6)
    np.testing.assert_allclose(one_local, local[1], atol=1e-6)


def test_stored_half_precision_changes_little() -> None:
    random = np.random.default_rng(1)
    views, classes = unit(random.normal(size=(10, 512))), unit(random.normal(size=(20, 512)))
    exact, _ = view_similarities(views, classes, temperature=0.01)
    stored, _ = view_similarities(views.astype(np.float16), classes, temperature=0.01)
    np.testing.assert_allclose(stored, exact, atol=5e-3)
    assert stored.sum() == pytest.approx(1, abs=1e-5)


def test_a_view_that_is_its_class_gets_it() -> None:
    classes = np.eye(3)
    whole, local = view_similarities(classes, classes, temperature=0.01)
    assert whole.argmax() == 0
    assert local.argmax(axis=-1).tolist() == [1, 2]


def test_of_several_grids_the_finest_plain_one_is_laid_over_the_photo() -> None:
    plan = ViewPlan.parse("2x2+3x3half")
    scores = np.arange(len(plan.boxes))[:, None] / 100  # one class, each snippet its own score
    evidence = PhotoEvidence(plan, np.ones(1), scores, "demo")
    assert evidence.grid == SnippetGrid(3, 3)
    assert evidence.boxes == plan.boxes
    places = (100 * evidence.local_similarities[:, 0]).round().astype(int)
    assert [plan.boxes[place] for place in places] == list(ViewPlan.parse("3x3").boxes)
    simple = PhotoEvidence(ViewPlan(), np.ones(1), scores[:9], "demo")
    np.testing.assert_array_equal(simple.local_similarities, scores[:9])
