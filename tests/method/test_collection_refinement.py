import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cdul_app.method.collection_refinement import (
    FEWEST_PHOTOS,
    MOST_KNOTS,
    CollectionClassifier,
    VoiceWeights,
    agreement,
    distribution_knots,
    keep_distribution,
    sample_rows,
)
from cdul_app.method.evidence import view_similarities
from cdul_app.method.neighbours import ReferencePhotos, neighbour_labels
from cdul_app.method.student import Student, fit_student, student_folds
from tests.method.test_neighbours import unit_views
from tests.method.test_student import TEMPERATURE, unit_texts

SCORES = arrays.arrays(
    np.float32, st.tuples(st.integers(2, 60), st.integers(1, 4)), elements=st.floats(0, 1, width=32)
)


@settings(deadline=None)
@given(SCORES, st.integers(0, 1000))
def test_every_class_keeps_its_values_in_a_new_order(initial: np.ndarray, seed: int):
    mixed = np.random.default_rng(seed).random(initial.shape)
    refined = keep_distribution(mixed, initial)
    np.testing.assert_array_equal(np.sort(refined, axis=0), np.sort(initial, axis=0))
    order = np.argsort(mixed, axis=0)
    assert (np.diff(np.take_along_axis(refined, order, axis=0), axis=0) >= 0).all()


@settings(deadline=None)
@given(SCORES, st.integers(0, 1000))
def test_agreement_is_a_share_and_whole_with_itself(scores: np.ndarray, seed: int):
    assume_enough = np.resize(scores, (FEWEST_PHOTOS, scores.shape[1]))
    other = np.random.default_rng(seed).random(assume_enough.shape)
    assert 0 <= agreement(assume_enough, other) <= 1
    if assume_enough.std(axis=0).max() > 1e-3:
        assert agreement(assume_enough, 0.2 + 0.5 * assume_enough) == pytest.approx(1, abs=1e-4)


def test_few_photos_teach_nothing():
    random = np.random.default_rng(0)
    initial = random.random((FEWEST_PHOTOS - 1, 3))
    weights = VoiceWeights.of(initial, initial, initial)
    assert weights == VoiceWeights(0.0, 0.0)
    np.testing.assert_allclose(weights.mix(initial, 1 - initial, 1 - initial), initial, atol=1e-6)


def test_voices_count_by_how_well_they_know_the_labels():
    random = np.random.default_rng(0)
    initial = random.random((400, 5))
    near, far = (initial + scale * random.normal(size=initial.shape) for scale in (0.1, 1.0))
    weights = VoiceWeights.of(initial, far, near)
    assert 0 < weights.neighbours < weights.student < 0.5


def test_wrong_labels_of_a_few_photos_are_corrected_by_the_others():
    """Photos of two classes, one in ten of them labelled as the other one."""
    random, truth = np.random.default_rng(0), np.repeat([0, 1], 60)
    texts = unit_texts(2, 16)
    views = 0.15 * random.normal(size=(120, 4, 16))
    views += texts[truth][:, None]
    stored = (views / np.linalg.norm(views, axis=-1, keepdims=True)).astype(np.float16)
    labels = np.eye(2, dtype=np.float32)[truth] * 0.8 + 0.1
    wrong = random.permutation(120)[:12]
    labels[wrong] = labels[wrong][:, ::-1]
    fit = fit_student(
        stored, labels, texts, temperature=TEMPERATURE, folds=student_folds(120, seed=0)
    )
    assert (fit.out_of_fold[wrong].argmax(axis=1) == truth[wrong]).all()


def test_knots_carry_the_distribution_to_new_photos():
    random = np.random.default_rng(0)
    mixed, initial = random.random((2000, 2)), random.random((2000, 2)) ** 3
    knots = distribution_knots(mixed, initial)
    assert knots.shape == (MOST_KNOTS + 2, 2, 2)
    assert (np.diff(knots, axis=0) >= 0).all()
    refined = keep_distribution(mixed, initial)
    for column in range(2):
        mapped = np.interp(mixed[:, column], *knots[:, :, column].T)
        np.testing.assert_allclose(mapped, refined[:, column], atol=0.01)
        beyond = np.interp([1.2, 1.4], *knots[:, :, column].T)
        assert refined[:, column].max() < beyond[0] < beyond[1] < 1


def test_the_classifier_mixes_the_three_voices_by_their_weights():
    views, texts = unit_views(50, 4, 8), unit_texts(3, 8)
    labels = np.random.default_rng(0).random((50, 3)).astype(np.float32)
    fit = fit_student(
        views, labels, texts, temperature=TEMPERATURE, folds=student_folds(50, seed=0)
    )
    student, reference = Student.of(fit), ReferencePhotos(views, labels)
    as_it_is = np.stack([np.full((2, 3), edge, np.float32) for edge in (-1, 2)])
    whole, local = view_similarities(views, texts, temperature=TEMPERATURE)
    initial = (whole + local.max(axis=1)) / 2
    by_neighbours = neighbour_labels(views, reference)
    by_student = student.scores(views, texts, temperature=TEMPERATURE)
    for weights in (VoiceWeights(0.0, 0.0), VoiceWeights(0.5, 0.1), VoiceWeights(0.2, 0.5)):
        classifier = CollectionClassifier(
            texts, TEMPERATURE, TEMPERATURE, 0.0, student, reference, weights, as_it_is
        )
        scores = classifier.scores(views)
        expected = weights.mix(initial, by_neighbours, by_student)
        np.testing.assert_allclose(scores, expected, atol=1e-5)
        np.testing.assert_allclose(classifier.scores(views[3:7]), scores[3:7], atol=1e-6)


@given(st.integers(1, 500), st.integers(1, 500), st.integers(0, 100))
def test_a_smaller_sample_is_part_of_a_larger_one(photos: int, most: int, seed: int):
    rows = sample_rows(photos, most, seed=seed)
    assert len(rows) == min(photos, most)
    assert (np.diff(rows) > 0).all()
    assert set(sample_rows(photos, max(1, most // 2), seed=seed)) <= set(rows)
