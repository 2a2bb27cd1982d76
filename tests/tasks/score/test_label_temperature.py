"""Scores are shown at a softer temperature where the classes separate at it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.method.evidence import view_similarities
from cdul_app.method.similarity import LABEL_SOFTENING
from cdul_app.project.labels.scored_state import ScoredState, read_scored_state, write_scored_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.run_records import SCORE, TRAIN
from cdul_app.tasks.score.label_photos import label_photos
from cdul_app.tasks.score.label_temperature import FEWEST_PHOTOS, with_label_temperature
from tests.events import run_task
from tests.storage.store_helpers import add_classes, add_encoding, add_photos

NAMES = tuple(f"class {letter}" for letter in "abcdefghijkl")
NO_WORDS = np.zeros((0, len(NAMES) + 1), dtype=np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore(tmp_path / "project.sqlite", create=True) as store:
        yield store


def photo_views(photos: int, *, apart: float) -> np.ndarray:
    """(photos, 3, n_classes + 1) unit: cosines to the classes near 0.1, to one of them `apart`
    more; what is left is like none."""
    random = np.random.default_rng(0)
    cosines = 0.1 + random.normal(0, 0.02, (photos, 3, len(NAMES)))
    cosines[np.arange(photos), :, random.integers(0, len(NAMES), photos)] += apart
    rest = np.sqrt(1 - (cosines**2).sum(axis=-1, keepdims=True))
    return np.concatenate([cosines, rest], axis=-1).astype(np.float16)


def scored_state(store: ProjectStore, views: np.ndarray, **settings: float) -> ScoredState:
    """Of photos whose embeddings are stored."""
    photos, classes = add_photos(store, len(views)), add_classes(store, *NAMES)
    encoding = add_encoding(store, dimension=views.shape[-1])
    store.photos.set_fingerprints([(photo, f"print {photo}") for photo in photos])
    store.embeddings.add(
        encoding, [(f"print {photo}", each) for photo, each in zip(photos, views, strict=True)]
    )
    texts = np.eye(len(NAMES), views.shape[-1], dtype=np.float32)
    prompts = tuple((name,) for name in NAMES)
    store.embeddings.add_prompt_embeddings(
        encoding.encoder_key, dict(zip(prompts, texts, strict=True))
    )
    config = ScoringConfig(**settings)
    temperature = config.temperature or encoding.temperature
    return ScoredState(encoding, config, tuple(classes), prompts, temperature, texts)


def label(store: ProjectStore, state: ScoredState) -> ScoredState:
    """Returns the state that is stored."""
    run = store.runs.start(SCORE, {})
    run_task(label_photos(store, state, run_id=run, words=NO_WORDS))
    stored = read_scored_state(store)
    assert stored is not None
    return stored


def test_scores_are_softened_where_the_classes_separate(store):
    state = scored_state(store, photo_views(100, apart=0.25))
    assert with_label_temperature(store, state).temperature == LABEL_SOFTENING * 0.01


@pytest.mark.parametrize(
    ("photos", "apart", "settings"),
    [
        (100, 0.01, {}),  # the classes do not separate
        (FEWEST_PHOTOS - 1, 0.25, {}),  # any classes of so few photos do
        (100, 0.25, {"temperature": 0.02}),  # a person's temperature stands
    ],
)
def test_else_the_temperature_stays(store, photos, apart, settings):
    state = scored_state(store, photo_views(photos, apart=apart), **settings)
    assert with_label_temperature(store, state).temperature == settings.get("temperature", 0.01)


def test_all_labels_are_of_the_temperature_that_is_stored(store):
    state = label(store, scored_state(store, photo_views(100, apart=0.25)))
    assert state.temperature == LABEL_SOFTENING * state.own_temperature
    initial, ranking, shown = (
        store.labels.read(kind).scores
        for kind in (LabelKind.INITIAL, LabelKind.RANKING, LabelKind.PSEUDO)
    )
    np.testing.assert_array_equal(initial, shown)
    np.testing.assert_array_equal(initial, ranking)  # one number a label
    thresholds = np.array([record.threshold for record in store.classes.all()])
    assert (shown >= thresholds).sum() == 100


def test_zeta_is_held_against_sharp_scores(store):
    views = photo_views(100, apart=0.25)
    state = label(store, scored_state(store, views, zeta=0.5))
    shown, highest = (
        store.labels.read(kind).scores for kind in (LabelKind.AGGREGATED, LabelKind.LOCAL_MAX)
    )
    _, local = view_similarities(views, state.class_embeddings, temperature=state.temperature)
    lowest = local.min(axis=1)
    takes_highest = np.isclose(shown, highest) & ~np.isclose(highest, lowest)
    assert takes_highest.sum() == 100  # the one class of each photo
    assert highest[takes_highest].min() > shown[~takes_highest].max()


def test_a_threshold_that_a_person_moved_goes_with_the_temperature(store):
    views = photo_views(100, apart=0.25)
    sharp = scored_state(store, views, temperature=0.03)
    label(store, sharp)
    labels = store.labels.read(LabelKind.PSEUDO).scores[:, 3]
    chosen = float(np.sort(labels)[-6:-4].mean())
    store.classes.set_threshold(sharp.class_ids[3], chosen)
    label(store, replace(sharp, config=ScoringConfig()))
    record = store.classes.all()[3]
    assert record.threshold_origin is ThresholdOrigin.PERSON
    assert record.threshold != pytest.approx(chosen)
    assert (store.labels.read(LabelKind.PSEUDO).scores[:, 3] >= record.threshold).sum() == 5


def test_labels_that_a_training_refined_keep_their_temperature(store):
    state = scored_state(store, photo_views(100, apart=0.25))
    sharp = label(store, replace(state, config=ScoringConfig(temperature=0.01)))
    # A project that was scored and trained before scores were softened.
    write_scored_state(store, replace(sharp, config=ScoringConfig()))
    initial = store.labels.read(LabelKind.INITIAL)
    refined = np.full_like(initial.scores, 0.75)
    store.labels.write_set(
        LabelKind.PSEUDO,
        initial.class_ids,
        initial.photo_ids,
        refined,
        run_id=store.runs.start(TRAIN, {}),
    )
    assert label(store, state).temperature == state.own_temperature
    np.testing.assert_array_equal(store.labels.read(LabelKind.PSEUDO).scores, refined)
