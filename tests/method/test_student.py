import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cdul_app.method import student
from cdul_app.method.student import (
    FOLDS,
    PENALTY,
    WHOLE_SHARE,
    Student,
    StudentFit,
    class_attention_pool,
    fit_student,
    fits_by_class,
    student_folds,
)
from tests.method.test_neighbours import unit_views

TEMPERATURE = 0.1


def unit_texts(classes: int, dim: int, seed: int = 1) -> NDArray[np.float32]:
    values = np.random.default_rng(seed).normal(size=(classes, dim))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def features(views: NDArray[np.float16], texts: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n_classes, n_photos, 2 * dim)"""
    pooled = class_attention_pool(views, texts, temperature=TEMPERATURE).swapaxes(0, 1)
    whole = np.broadcast_to(WHOLE_SHARE * views[:, 0].astype(np.float32), pooled.shape)
    return np.concatenate([whole, pooled], axis=2).astype(np.float64)


def slow_ridge(
    of_class: NDArray[np.float64], targets: NDArray[np.float64], penalty: float
) -> tuple[NDArray[np.float64], float]:
    mean = of_class.mean(axis=0)
    centred = of_class - mean
    square = centred.T @ centred + penalty * np.eye(centred.shape[1])
    slope = np.linalg.solve(square, centred.T @ (targets - targets.mean()))
    return slope, float(targets.mean() - mean @ slope)


@settings(max_examples=30, deadline=None)
@given(st.integers(12, 80), st.integers(0, 1000))  # fewer and more than features
def test_the_student_is_ridge_regression_out_of_fold(photos: int, seed: int):
    views, texts = unit_views(photos, 4, 8, seed), unit_texts(3, 8, seed)
    labels = np.random.default_rng(seed).random((photos, 3))
    folds = student_folds(photos, seed=seed)
    fit = fit_student(views, labels, texts, temperature=TEMPERATURE, folds=folds)
    for column, of_class in enumerate(features(views, texts)):
        spread = ((of_class - of_class.mean(axis=0)) ** 2).sum(axis=1).mean()
        slope, offset = slow_ridge(of_class, labels[:, column], PENALTY * spread)
        np.testing.assert_allclose(fit.weights[column], slope, atol=2e-4)
        np.testing.assert_allclose(fit.bias[column], offset, atol=2e-4)
        for fold in range(FOLDS):
            out = folds == fold
            slope, offset = slow_ridge(of_class[~out], labels[~out, column], PENALTY * spread)
            expected = of_class[out] @ slope + offset
            np.testing.assert_allclose(fit.out_of_fold[out, column], expected, atol=3e-4)


def test_a_photos_own_label_changes_nothing_in_what_is_said_of_it():
    views, texts = unit_views(60, 4, 8), unit_texts(2, 8)
    labels = np.random.default_rng(2).random((60, 2))
    folds = student_folds(60, seed=0)
    before = fit_student(views, labels, texts, temperature=TEMPERATURE, folds=folds)
    labels[7] = 1 - labels[7]
    after = fit_student(views, labels, texts, temperature=TEMPERATURE, folds=folds)
    np.testing.assert_allclose(after.out_of_fold[7], before.out_of_fold[7], atol=1e-5)
    others = folds != folds[7]
    assert np.abs(after.out_of_fold[others] - before.out_of_fold[others]).max() > 1e-4


def test_classes_fitted_in_blocks_are_those_fitted_at_once(monkeypatch: pytest.MonkeyPatch):
    views, texts = unit_views(30, 4, 8), unit_texts(5, 8)
    labels = np.random.default_rng(2).random((30, 5))
    folds = student_folds(30, seed=3)
    whole = fit_student(views, labels, texts, temperature=TEMPERATURE, folds=folds)
    monkeypatch.setattr(student, "_POOLED_NUMBERS", 2 * 30 * 8)
    fits = list(fits_by_class(views, labels, texts, temperature=TEMPERATURE, folds=folds))
    assert [len(fit.bias) for fit in fits] == [2, 2, 1]
    joined = Student.of(StudentFit.of(fits))
    np.testing.assert_allclose(joined.weights, whole.weights, atol=1e-6)
    said = joined.scores(views, texts, temperature=TEMPERATURE)  # in parts, too
    for column, of_class in enumerate(features(views, texts)):
        expected = of_class @ whole.weights[column] + whole.bias[column]
        np.testing.assert_allclose(said[:, column], expected, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.floats(0.001, 10), st.integers(0, 1000))
def test_a_pool_has_unit_length_and_goes_to_the_likest_snippet(
    snippets: int, temperature: float, seed: int
):
    views, texts = unit_views(6, 1 + snippets, 8, seed), unit_texts(3, 8, seed)
    pooled = class_attention_pool(views, texts, temperature=temperature)
    np.testing.assert_allclose(np.linalg.norm(pooled, axis=-1), 1, atol=1e-4)
    sharp = class_attention_pool(views, texts, temperature=1e-6)
    cosines = views[:, 1:].astype(np.float32) @ texts.T  # (n_photos, n_snippets, n_classes)
    own = np.einsum("ncd,cd->nc", sharp, texts)
    np.testing.assert_allclose(own, cosines.max(axis=1), atol=2e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 200), st.integers(0, 1000))
def test_folds_are_even_and_of_the_seed(photos: int, seed: int):
    folds = student_folds(photos, seed=seed)
    counts = np.bincount(folds)
    assert len(counts) == min(FOLDS, photos)
    assert counts.max() - counts.min() <= 1
    np.testing.assert_array_equal(folds, student_folds(photos, seed=seed))


def test_a_single_photo_has_no_other_fold():
    with pytest.raises(ValueError, match="two photos"):
        fit_student(
            unit_views(1, 3, 4), np.ones((1, 2)), unit_texts(2, 4),
            temperature=TEMPERATURE, folds=student_folds(1, seed=0),
        )  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 200), st.integers(1, 4), st.integers(0, 1000))
def test_scores_are_the_weights_products_with_whole_and_pool(photos: int, views: int, seed: int):
    """They are computed without making the pool."""
    stored, texts = unit_views(photos, views, 6, seed), unit_texts(3, 6, seed)
    random = np.random.default_rng(seed)
    weights, bias = random.normal(size=(3, 12)), random.normal(size=3)
    learnt = Student(weights.astype(np.float32), bias.astype(np.float32))
    found = learnt.scores(stored, texts, temperature=TEMPERATURE)
    expected = np.einsum("cnd,cd->nc", features(stored, texts), weights) + bias
    np.testing.assert_allclose(found, expected, atol=1e-4)
