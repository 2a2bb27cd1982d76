"""Which photos reach the encoder."""

import shutil
from pathlib import Path

import numpy as np

from cdul_app.events import Noted, Progressed
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.view_plans import ViewPlan
from cdul_app.paths import locate_project
from cdul_app.photos.cut_jpeg import NOTE
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.embed import embed_project_photos
from tests.drawn_photos import copy_photos
from tests.models.encoder.test_embedding import MeanColourEncoder
from tests.photos.corpus import corpus
from tests.tasks.project_helpers import of_type, skipped


def test_a_photo_is_encoded_once_whatever_its_copies_are_called(tmp_path: Path):
    folder = tmp_path / "photos"
    first, _ = copy_photos(folder, 2)
    for number in range(3):
        shutil.copyfile(first, folder / f"copy {number}.jpg")
    location = locate_project(folder)
    list(scan_project(location))
    encoder = MeanColourEncoder()
    with ProjectStore(location.database) as store:
        encoding = store.embeddings.ensure_encoding(
            encoder_key="colours", encoder="colours", plan=ViewPlan.parse("1x1"), dimension=4,
            temperature=0.01,
        )  # fmt: skip
        events = list(
            embed_project_photos(store, folder, encoder, encoding, batch_size=None, device="cpu")
        )
        assert store.embeddings.fingerprints(encoding) == {
            photo.fingerprint for photo in store.photos.all()
        }
        assert store.embeddings.photos_without(encoding) == []
    assert sum(encoder.batches) == 2 * 2  # two photos of two views
    assert [event.done for event in of_type(events, Progressed)] == [1, 2, 5]


def test_odd_photos_are_encoded_noted_or_left_out_and_none_stops_the_others(tmp_path: Path):
    """Regression: an EPS error ended the whole run, AVIF and cut JPEG files were "damaged"."""
    folder = tmp_path / "photos"
    folder.mkdir()
    cases = [case for case in corpus() if max(case.size or (0,)) < 10_000]
    for case in cases:
        (folder / case.name).write_bytes(case.content)
    location = locate_project(folder)
    list(scan_project(location))
    with ProjectStore(location.database) as store:
        encoding = store.embeddings.ensure_encoding(
            encoder_key="colours", encoder="colours", plan=ViewPlan.parse("1x1"), dimension=4,
            temperature=0.01,
        )  # fmt: skip
        encoder = MeanColourEncoder()
        events = list(
            embed_project_photos(store, folder, encoder, encoding, batch_size=None, device="cpu")
        )
        store.photos.share_what_was_read()  # some cases are copies
        records = {photo.path: photo for photo in store.photos.all()}
    assert set(skipped(events)) == {case.name for case in cases if case.refusal}
    for case in cases:
        assert bool(records[case.name].error) == bool(case.refusal)
        if case.size:
            assert (records[case.name].width, records[case.name].height) == case.size
    noted = {event.message for event in of_type(events, Noted)}
    assert noted == {f"{case.name!r}: {NOTE}" for case in cases if case.note}


def test_ranking_scores_are_those_of_twice_the_temperature(scored):
    """Computed here from what is stored, by the formulas of the paper."""
    with ProjectStore(scored.database) as store:
        state = read_scored_state(store)
        stored = store.labels.read(LabelKind.RANKING)
        views = dict(store.embeddings.views_of_photos(state.encoding))
    for photo, row in zip(stored.photo_ids, stored.scores, strict=True):
        cosines = views[photo].astype(np.float32) @ state.class_embeddings.T  # (n_views, n_classes)
        exponentials = np.exp((cosines - cosines.max()) / (2 * state.temperature))
        shares = exponentials / exponentials.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(row, (shares[0] + shares[1:].max(axis=0)) / 2, atol=2e-3)
