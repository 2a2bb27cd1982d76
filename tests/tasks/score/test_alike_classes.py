"""Classes that mean the same, or that the photos do not tell apart."""

from dataclasses import replace
from pathlib import Path

from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.label_photos import ALIKE_SETTING
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos
from tests.tasks.project_helpers import (
    make_project,
    notes,
    scoring_config,
    set_classes,
)


def test_classes_that_mean_the_same_are_told(scored: ProjectLocation):
    set_classes(scored, "boat", "ship", "dog", "tvmonitor", "tv monitor")
    said = notes(score_project(scored, scoring_config(scored)))
    assert "“boat” and “ship”" in said
    assert "“tvmonitor” and “tv monitor”" in said
    assert "mean nearly the same to the encoder" in said
    assert "dog" not in said


def test_classes_that_the_photos_do_not_tell_apart_are_told(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    for number in range(12):  # each cat sits beside a car, and fish are elsewhere
        copy_photos(folder, 1, start=20 * number + 15)
        copy_photos(folder, 1, start=20 * number + 17)
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "car", "fish", grid=SnippetGrid(1, 1))
    said = notes(score_project(location, replace(config, names="raw")))
    assert "cannot tell “cat” and “car” apart" in said
    with ProjectStore(location.database) as store:
        ((first, second, value),) = store.settings.get(ALIKE_SETTING)
        names = {record.identifier: record.name for record in store.classes.all()}
    assert (names[first], names[second]) == ("cat", "car")
    assert 0.9 <= value <= 1


def test_classes_that_mean_the_same_are_not_told_of_again_by_the_photos(
    tmp_path: Path, encoder: str
):
    folder = tmp_path / "photos"
    copy_photos(folder, 24)
    config = make_project(folder, encoder, "boat", "ship", "dog", grid=SnippetGrid(1, 1))
    location = locate_project(folder)
    said = notes(score_project(location, config))
    assert "“boat” and “ship” mean nearly the same" in said
    assert "cannot tell" not in said
    with ProjectStore(location.database) as store:
        assert len(store.settings.get(ALIKE_SETTING)) == 1  # though the photos say so as well
