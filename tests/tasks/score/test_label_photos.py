"""Labels of many photos: read, worked out and written side by side, and seen all at once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cdul_app.events import Progressed
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.aggregation import aggregate_extremes, combine_global_local
from cdul_app.method.evidence import view_similarities
from cdul_app.method.similarity import RANKING_SOFTENING
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.run_records import SCORE
from cdul_app.tasks.score import growing_sets
from cdul_app.tasks.score import label_photos as module
from cdul_app.tasks.score.label_photos import label_photos
from tests.tasks.score.test_label_temperature import NO_WORDS, label, photo_views, scored_state

PHOTOS = 150


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProjectStore]:
    monkeypatch.setattr(module, "MOST_PHOTOS_PER_CHUNK", 16)
    monkeypatch.setattr(growing_sets, "PHOTOS_PER_WRITE", 40)
    with ProjectStore(tmp_path / "project.sqlite", create=True) as store:
        yield store


@pytest.mark.parametrize(("apart", "zeta"), [(0.25, 0.0), (0.25, 0.4), (0.02, 0.0), (0.02, 0.4)])
def test_stored_scores_are_those_of_the_equations(store: ProjectStore, apart: float, zeta: float):
    views = photo_views(PHOTOS, apart=apart)
    state = label(store, scored_state(store, views, zeta=zeta))
    own, softer = state.own_temperature, state.own_temperature * RANKING_SOFTENING
    temperatures = [state.temperature, max(state.temperature, softer), own]
    (whole, local), (soft_whole, soft), (_, sharp) = (
        view_similarities(views, state.class_embeddings, temperature=each) for each in temperatures
    )
    seen = sharp.max(axis=1)
    joined = aggregate_extremes(local.max(axis=1), local.min(axis=1), zeta=zeta, seen=seen)
    soft_joined = aggregate_extremes(soft.max(axis=1), soft.min(axis=1), zeta=zeta, seen=seen)
    expected = {
        LabelKind.GLOBAL: whole,
        LabelKind.LOCAL_MAX: local.max(axis=1),
        LabelKind.AGGREGATED: joined,
        LabelKind.RANKING: combine_global_local(soft_whole, soft_joined),
        LabelKind.INITIAL: combine_global_local(whole, joined),
        LabelKind.PSEUDO: combine_global_local(whole, joined),
    }
    for kind, values in expected.items():
        stored = store.labels.read(kind)
        assert stored is not None
        assert stored.photo_ids == tuple(store.photos.ids())
        np.testing.assert_allclose(stored.scores, values, atol=1e-6)


def test_stopping_in_the_middle_leaves_the_earlier_labels_and_no_thread(store: ProjectStore):
    state = label(store, scored_state(store, photo_views(PHOTOS, apart=0.25)))
    before = {kind: store.labels.read(kind) for kind in store.labels.kinds()}
    threads = set(threading.enumerate())
    run = store.runs.start(SCORE, {})
    events = label_photos(store, state, run_id=run, words=NO_WORDS)
    assert Progressed(48) in (next(events) for _ in range(4))
    events.close()
    assert set(threading.enumerate()) == threads
    for kind, earlier in before.items():
        now = store.labels.read(kind)
        assert now is not None
        assert earlier is not None
        assert now.run_id == earlier.run_id
        np.testing.assert_array_equal(now.scores, earlier.scores)
