"""Copies of photos among other photos."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app.paths import locate_project
from cdul_app.project.finding.photo_filter import PhotoFilter, filtered_rows
from cdul_app.project.project import Project
from cdul_app.tasks import search
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.search import NOTHING_STORED, SearchCache, near_duplicates
from tests.events import run_task
from tests.tasks.project_helpers import make_project, scoring_config


@pytest.fixture
def project(tmp_path: Path, real_photos_dir: Path, real_encoder_dir: Path):
    """Sixty real photos and, of twelve, a copy in half its size."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, photo in enumerate(sorted(real_photos_dir.rglob("*.jpg"))[:60]):
        shutil.copyfile(photo, folder / f"{number:02}.jpg")
        if number % 5 == 0:
            with Image.open(photo) as image:
                image.reduce(2).save(folder / f"zz copy {number:02}.jpg", quality=60)
    make_project(folder, f"local-dir:{real_encoder_dir}", "cat", "dog", views="fast")
    location = locate_project(folder)
    run_task(score_project(location, scoring_config(location)))
    with Project(location) as project:
        yield project


def test_copies_are_found_and_stand_side_by_side(project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "_COMPARED_AT_ONCE", 16)  # also across blocks
    _, result = run_task(near_duplicates(project.location, SearchCache()))
    project.search_results.keep_duplicates(result.photos, result.groups)
    rows = filtered_rows(project, PhotoFilter(duplicates=True))
    names = [project.photos.paths[row].removeprefix("zz copy ") for row in rows]
    copies = [names[place] for place in range(len(names)) if names.count(names[place]) == 2]
    assert len(set(copies)) >= 11  # of 12
    assert len(names) - len(copies) <= 3
    groups = result.groups[~np.isnan(result.groups)]
    assert set(np.unique(groups, return_counts=True)[1]) <= {2, 3}
    shown = project.search_results.duplicates()[rows]
    assert (np.diff(shown) >= 0).all()  # a group stays together


def test_before_scoring_it_says_what_comes_first(photo_folder: Path):
    with Project.open_folder(photo_folder) as project:
        with pytest.raises(search.ProjectError, match=NOTHING_STORED):
            run_task(near_duplicates(project.location, SearchCache()))
        assert len(filtered_rows(project, PhotoFilter(duplicates=True))) == 0
