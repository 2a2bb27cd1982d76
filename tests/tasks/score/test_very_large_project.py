"""A project whose views lie in files beside its database; a few photos count as very many here."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.records import embedding_records
from cdul_app.storage.shared_cache import SharedCache
from cdul_app.tasks.backups import check_project
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.search import SearchCache, search_words
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import (
    StopAfter,
    close_at,
    labels,
    make_project,
    notes,
    set_classes,
    table,
    titles,
)

CLASSES = ("house", "dog", "tree")
OTHERS = ("cat", "cloud")


@pytest.fixture(autouse=True)
def nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between projects, which are to encode their photos themselves."""
    monkeypatch.setattr(SharedCache, "photo", lambda *_, **__: None)


@pytest.fixture
def project(tmp_path: Path, encoder: str) -> Callable[..., tuple[ProjectLocation, ScoringConfig]]:
    def make(name: str) -> tuple[ProjectLocation, ScoringConfig]:
        folder = tmp_path / name
        copy_photos(folder, 12)
        return locate_project(folder), make_project(folder, encoder, *CLASSES)

    return make


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_records, "MOST_BYTES", 1)


def view_files(location: ProjectLocation) -> list[Path]:
    return sorted(location.database.with_name("views").glob("*"))


def assert_equal_labels(one: ProjectLocation, other: ProjectLocation) -> None:
    for kind in (LabelKind.INITIAL, LabelKind.PSEUDO):
        found, expected = labels(one, kind), labels(other, kind)
        assert list(found) == list(expected)
        np.testing.assert_array_equal(list(found.values()), list(expected.values()))


def found_by_words(location: ProjectLocation) -> list[tuple[int, float]]:
    _, found = run_task(search_words(location, "a red house", SearchCache()))
    return list(zip(found.photos.tolist(), found.similarities.tolist(), strict=True))


def test_labels_are_those_of_a_project_whose_views_are_in_the_database(
    project, monkeypatch: pytest.MonkeyPatch
):
    plain, config = project("plain")
    run_task(score_project(plain, config))
    assert view_files(plain) == []
    monkeypatch.setattr(embedding_records, "MOST_BYTES", 1)
    large, _ = project("large")
    run_task(score_project(large, config))
    assert [file.name for file in view_files(large)] == ["0001.npy"]
    assert {len(row[2]) for row in table(large, "embeddings")} == {0}
    assert_equal_labels(large, plain)
    assert found_by_words(large) == found_by_words(plain)
    for location in (plain, large):
        set_classes(location, *OTHERS)
        events, _ = run_task(score_project(location, config))
        assert "Encoding photos" not in titles(events)
    assert_equal_labels(large, plain)


def test_what_was_saved_before_a_stop_is_not_encoded_again(project, large):
    location, config = project("stopped")
    close_at(score_project(location, config), StopAfter(5))
    before = table(location, "embeddings")
    assert len(before) >= 5
    run_task(score_project(location, config))
    assert set(before) <= set(table(location, "embeddings"))
    assert len(table(location, "embeddings")) == 12


def test_a_project_that_is_moved_takes_its_views_along(project, large, tmp_path: Path):
    location, config = project("here")
    run_task(score_project(location, config))
    expected = labels(location, LabelKind.PSEUDO)
    shutil.move(location.folder, tmp_path / "there")
    moved = locate_project(tmp_path / "there")
    events, _ = run_task(check_project(moved))
    assert "is lost" not in notes(events)
    events, _ = run_task(score_project(moved, config))
    assert "Encoding photos" not in titles(events)
    found = labels(moved, LabelKind.PSEUDO)
    assert list(found) == list(expected)
    np.testing.assert_array_equal(list(found.values()), list(expected.values()))


def test_photos_whose_file_is_gone_are_encoded_anew(project, large):
    location, config = project("lost")
    run_task(score_project(location, config))
    expected = labels(location, LabelKind.PSEUDO)
    view_files(location)[0].unlink()
    sentence = "What the encoder saw in 12 photos is lost (missing or damaged in the project's"
    events, _ = run_task(check_project(location))
    assert sentence in notes(events)
    events, result = run_task(score_project(location, config))
    assert sentence in notes(events)
    assert "Encoding photos" in titles(events)
    assert result.photos == 12
    found = labels(location, LabelKind.PSEUDO)
    np.testing.assert_array_equal(list(found.values()), list(expected.values()))
    assert "is lost" not in notes(run_task(check_project(location))[0])
