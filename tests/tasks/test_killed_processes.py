"""A process that is killed with no chance to tidy up, and the same command again."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cdul_app.events import Outcome
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.label_photos import SCORED_KINDS
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos
from tests.tasks.project_helpers import embedding_rows, labels, make_project, table


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "cdul_app", *map(str, arguments)]


def kill_when(condition: Callable[[], bool], arguments: list[str]) -> None:
    """Start the command and kill it as soon as the condition holds."""
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    try:
        while not condition():
            try:
                process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"it ended before it could be killed: {process.communicate()[1]}")
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def run(arguments: list[str]) -> str:
    """Returns what the command says on stderr; fails where it does not succeed."""
    ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_a_killed_scoring_goes_on_where_it_was(tmp_path: Path, encoder: str):
    folder, count = tmp_path / "photos", 400
    copy_photos(folder, count)
    location = locate_project(folder)
    score = command(
        "score", folder, "--classes", "cat, dog, person", "--encoder", encoder,
        "--views", "paper", "--grid", "1x1", "--device", "cpu",
    )  # fmt: skip

    def some_are_stored() -> bool:
        return location.database.exists() and len(stored_embeddings(location)) > 0

    kill_when(some_are_stored, score)
    kept = embedding_rows(location)
    assert 0 < len(kept) < count
    assert labels(location, LabelKind.PSEUDO) == {}

    said = run(score)
    assert f"Labelled {count} photos for 3 classes." in said
    rows = embedding_rows(location)
    assert len(rows) == count
    assert {fingerprint: rows[fingerprint] for fingerprint in kept} == kept  # not written again
    with ProjectStore(location.database) as store:
        assert [run.outcome for run in store.runs.all()] == [Outcome.DONE, None]
    assert len(table(location, "label_sets")) == len(SCORED_KINDS)

    whole = locate_project(folder, tmp_path / "uninterrupted.sqlite")
    with ProjectStore(whole.database, create=True) as store, ProjectStore(location.database) as cut:
        store.classes.replace([record.definition for record in cut.classes.all()])
    config = make_project(folder, encoder, "cat", "dog", "person", grid=SnippetGrid(1, 1))
    list(score_project(whole, config))
    for kind in (LabelKind.GLOBAL, LabelKind.INITIAL, LabelKind.PSEUDO):
        ours, theirs = labels(location, kind), labels(whole, kind)
        assert set(ours) == set(theirs)
        for path, row in theirs.items():  # batches are cut elsewhere, which moves the last digits
            np.testing.assert_allclose(ours[path], row, atol=2e-3)


def stored_embeddings(location: ProjectLocation) -> dict[str, int]:
    try:
        return embedding_rows(location)
    except sqlite3.OperationalError:  # the tables are not there yet
        return {}


def epochs(location: ProjectLocation) -> list[tuple[int, int]]:
    return [(run_id, epoch) for run_id, epoch, _ in table(location, "run_epochs")]


def test_a_killed_end_to_end_training_goes_on_after_its_last_epoch(
    scored_folder: Path, backbone_weights: Path
):
    location, count = locate_project(scored_folder), 5
    for photo in sorted(scored_folder.glob("*.jpg"))[4:]:
        photo.unlink()  # left out with a note: four photos are enough here
    train = command(
        "train", scored_folder, "--classifier", "mobilenetv2_100", "--weights", backbone_weights,
        "--epochs", count, "--device", "cpu",
    )  # fmt: skip
    kill_when(lambda: len(epochs(location)) >= 2, train)
    before = epochs(location)
    (run_id,) = {run for run, _ in before}
    folder = location.run_folder(run_id)
    assert len(before) < count
    assert (folder / "checkpoint.pt").is_file()
    assert labels(location, LabelKind.CLASSIFIER) == {}

    said = run(train)
    assert f"of {count}." in said
    assert "Resumed after epoch" in said
    assert epochs(location) == [(run_id, epoch) for epoch in range(1, count + 1)]
    with ProjectStore(location.database) as store:
        newest = store.runs.all()[0]
        assert (newest.identifier, newest.outcome) == (run_id, Outcome.DONE)
        assert store.settings.get("classifier_run") == run_id
    assert len(labels(location, LabelKind.CLASSIFIER)) == 4
    assert len(labels(location, LabelKind.PSEUDO)) == 8
    assert sorted(file.name for file in folder.iterdir()) == [
        "classifier.json",
        "classifier.safetensors",
    ]  # the checkpoint, several times as large, has done its duty

    assert "Resumed" not in run(train)  # a finished run is not resumed
