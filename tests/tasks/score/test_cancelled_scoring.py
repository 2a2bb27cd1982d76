from dataclasses import replace
from pathlib import Path

import numpy as np

from cdul_app.events import Outcome, Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos
from tests.tasks.project_helpers import (
    StopAfter,
    close_at,
    embedding_rows,
    labels,
    make_project,
    of_type,
    scoring_config,
)


def test_a_cancelled_scoring_keeps_and_labels_what_it_did_and_goes_on_there(
    tmp_path: Path, encoder: str
):
    folder = tmp_path / "photos"
    copy_photos(folder, 14)
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", "person")
    config = replace(config, batch_size=10)
    close_at(score_project(location, config), StopAfter(3))
    kept = embedding_rows(location)
    assert 3 <= len(kept) < 14
    assert len(labels(location, LabelKind.PSEUDO)) == len(kept)
    with ProjectStore(location.database) as store:
        assert store.runs.all()[0].outcome is Outcome.CANCELLED
        assert read_scored_state(store) is not None

    events = list(score_project(location, config))
    (started,) = (event for event in of_type(events, Started) if event.title == "Encoding photos")
    assert started.already_done == len(kept)
    rows = embedding_rows(location)
    assert len(rows) == 14
    assert {fingerprint: rows[fingerprint] for fingerprint in kept} == kept  # not written again
    assert len(labels(location, LabelKind.PSEUDO)) == 14


def test_a_cancel_before_the_first_photo_keeps_the_earlier_labels(scored: ProjectLocation):
    before = labels(scored, LabelKind.INITIAL)
    config = replace(scoring_config(scored), grid=SnippetGrid(2, 2))  # all views are new
    close_at(
        score_project(scored, config),
        lambda event: isinstance(event, Started) and event.title == "Encoding photos",
    )
    after = labels(scored, LabelKind.INITIAL)
    assert set(after) == set(before)
    for path in before:
        np.testing.assert_array_equal(after[path], before[path])
