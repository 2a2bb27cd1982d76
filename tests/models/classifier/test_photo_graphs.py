"""A classifier as one graph gives what it gives photo by photo."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cdul_app.method.collection_refinement import (
    CollectionClassifier,
    VoiceWeights,
    distribution_knots,
)
from cdul_app.method.neighbours import ReferencePhotos
from cdul_app.method.student import Student, fit_student, student_folds
from cdul_app.method.view_plans import ViewBox, ViewPlan
from cdul_app.models.classifier.collection_graph import CollectionScores
from cdul_app.models.classifier.photo_graphs import EncoderScores
from cdul_app.models.classifier.view_graph import CutViews
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.encoder.views import ViewFormat, cut_views
from tests.drawn_photos import copy_photos

TEMPERATURE = 0.02


def pixels_of(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 150),
    width=st.integers(1, 150),
    plan=st.sampled_from(["3x3", "2x2+3x3+mirrored", "1x2", "3x3half", "5x4"]),
    interpolation=st.sampled_from(["bicubic", "bilinear"]),
)
def test_views_are_those_that_are_encoded(height: int, width: int, plan: str, interpolation: str):
    views = ViewPlan.parse(plan)
    wanted = ViewFormat(40, 32, (0.5,) * 3, (0.5,) * 3, interpolation)
    pixels = pixels_of(height, width)
    expected = cut_views(pixels, views.pixel_boxes(width, height), wanted).astype(int)
    cut = CutViews((ViewBox.whole(), *views.boxes), 40, 32, interpolation)
    found = cut(torch.from_numpy(pixels)[None])[0].permute(0, 2, 3, 1).numpy()
    assert np.abs(found - expected).max() <= 1  # where the processor's kernel rounds another way
    assert (found != expected).mean() <= 0.01


@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear", "lanczos"])
@pytest.mark.parametrize("size", [(1, 1), (31, 5), (64, 64), (300, 401)])
def test_a_squashed_photo_is_pillows(interpolation: str, size: tuple[int, int]):
    pixels = pixels_of(*size)
    by = Image.Resampling[interpolation.upper()]
    expected = np.asarray(Image.fromarray(pixels).resize((48, 48), by)).astype(int)
    cut = CutViews([ViewBox.whole()], 48, 48, interpolation, as_torch=False)
    found = cut(torch.from_numpy(pixels)[None])[0, 0].permute(1, 2, 0).numpy()
    assert np.abs(found - expected).max() <= 1
    assert (found != expected).mean() <= 0.02  # where Pillow's numbers end in a half


def test_a_filter_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="hamming"):
        CutViews([ViewBox.whole()], 8, 8, "hamming")


def collection(
    views: np.ndarray, texts: np.ndarray, *, zeta: float = 0.0, of_labels: float = 0.05, seed=0
) -> CollectionClassifier:
    """Taught by made-up labels of these views."""
    random = np.random.default_rng(seed)
    labels = (random.random((len(views), len(texts))) ** 3).astype(np.float32)
    fit = fit_student(
        views, labels, texts, temperature=TEMPERATURE, folds=student_folds(len(views), seed=0)
    )
    return CollectionClassifier(
        texts,
        TEMPERATURE,
        of_labels,
        zeta,
        Student.of(fit),
        ReferencePhotos(views, labels),
        VoiceWeights(0.3, 0.2),
        distribution_knots(random.random(labels.shape).astype(np.float32), labels),
    )


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    photos=st.integers(2, 40),
    views=st.integers(2, 10),
    zeta=st.sampled_from([0.0, 0.3, 1.0]),
    of_labels=st.sampled_from([TEMPERATURE, 0.1]),
)
def test_scores_are_those_of_the_collection(
    seed: int, photos: int, views: int, zeta: float, of_labels: float
):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(photos + 3, views, 16)) + 0.5
    vectors = (vectors / np.linalg.norm(vectors, axis=2, keepdims=True)).astype(np.float16)
    texts = random.normal(size=(4, 16)).astype(np.float32)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    classifier = collection(vectors[:photos], texts, zeta=zeta, of_labels=of_labels, seed=seed)
    found = CollectionScores(classifier)(torch.from_numpy(vectors.astype(np.float32))).numpy()
    np.testing.assert_allclose(found, classifier.scores(vectors), atol=2e-4)


def test_scores_are_those_of_a_collection_compared_along_axes():
    random = np.random.default_rng(0)
    vectors = random.normal(size=(53, 200, 160)) + 0.5
    vectors = (vectors / np.linalg.norm(vectors, axis=2, keepdims=True)).astype(np.float16)
    texts = random.normal(size=(4, 160)).astype(np.float32)
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    classifier = collection(vectors[:50], texts)
    assert classifier.reference.axes is not None
    found = CollectionScores(classifier)(torch.from_numpy(vectors.astype(np.float32))).numpy()
    np.testing.assert_allclose(found, classifier.scores(vectors), atol=2e-4)


@pytest.mark.parametrize("plan", ["3x3", "2x2+3x3+mirrored", "dense:3x3", "dense@2:3x3half"])
def test_pixels_become_the_scores_of_the_app(plan: str, small_encoder_dir: Path, tmp_path: Path):
    encoder = load_encoder(f"local-dir:{small_encoder_dir}", device=torch.device("cpu"))
    images = [Image.open(photo).convert("RGB") for photo in copy_photos(tmp_path, 8)]
    embedded = list(embed_photos(encoder, list(enumerate(images)), ViewPlan.parse(plan)))
    views = np.stack([item.views for item in embedded if isinstance(item, EmbeddedPhoto)])
    # Parts of the drawings are the same in several, and as near: which is asked is left open.
    known = views + np.random.default_rng(0).normal(scale=0.02, size=views.shape)
    known /= np.linalg.norm(known, axis=2, keepdims=True)
    texts = encoder.encode_prompts([["a cat"], ["a dog"], ["a car"]])
    classifier = collection(known.astype(np.float16), texts)
    graph = EncoderScores(classifier, encoder, ViewPlan.parse(plan)).eval()
    with torch.inference_mode():
        found = [graph(torch.from_numpy(np.array(image))[None]).numpy() for image in images]
    np.testing.assert_allclose(np.concatenate(found), classifier.scores(views), atol=1e-3)
