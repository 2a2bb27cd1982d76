"""A project of the photos that a manifest names: the labels of the same photos in a folder."""

import shutil
from dataclasses import replace
from pathlib import Path

import fsspec
import numpy as np
import pytest

from cdul_app.errors import ExportError
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.photos.unreadable import ELSEWHERE
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.predict import predict_folder, predict_with
from cdul_app.tasks.scan.read_photos import read_photos
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tar_files import write_tar
from tests.tasks.project_helpers import (
    answer,
    embedding_rows,
    labels,
    make_project,
    skipped,
    titles,
)

COUNT = 12


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return copy_photos(tmp_path / "elsewhere", COUNT)


@pytest.fixture
def project(
    tmp_path: Path, photos: list[Path], encoder: str
) -> tuple[ProjectLocation, ScoringConfig, str, dict[str, Path]]:
    """Photos in a tar file, at a server, in another folder and in the project's own."""
    folder = tmp_path / "project"
    folder.mkdir()
    names: dict[str, Path] = {}
    write_tar(folder / "s-0.tar", {file.name: file for file in photos[:4]})
    names |= {f"s-0.tar/{file.name}": file for file in photos[:4]}
    for file in photos[4:7]:
        fsspec.filesystem("memory").pipe_file(f"/{tmp_path.name}/{file.name}", file.read_bytes())
        names[f"memory://{tmp_path.name}/{file.name}"] = file
    for file in photos[7:10]:
        names[str(file)] = file
    for file in photos[10:]:
        names[shutil.copyfile(file, folder / file.name).name] = file
    shutil.copyfile(photos[0], folder / "not named.jpg")
    manifest = tmp_path / "list.txt"
    lines = ["s-{0..1}.tar", *(path for path in names if ".tar/" not in path), "gone.jpg"]
    manifest.write_text("\n".join(lines), encoding="utf-8")
    config = make_project(folder, encoder, "house", "dog", "tree")
    return locate_project(folder), config, str(manifest), names


def test_labels_are_those_of_the_same_photos_in_a_folder(
    project, photos: list[Path], encoder: str, monkeypatch: pytest.MonkeyPatch
):
    location, config, manifest, names = project
    events, result = run_task(score_project(location, config, manifest=manifest))
    assert result.summary == f"Labelled {COUNT} photos for 3 classes, 1 skipped."
    assert skipped(events) == {
        "s-1.tar": "The file cannot be read (it is not there).",
        "gone.jpg": "The file is gone.",
    }
    plain = photos[0].parent
    monkeypatch.setenv("CDUL_KEPT_GB", "0")
    run_task(
        score_project(locate_project(plain), make_project(plain, encoder, "house", "dog", "tree"))
    )
    expected, found = (
        labels(locate_project(plain), LabelKind.INITIAL),
        labels(location, LabelKind.INITIAL),
    )
    assert set(found) == set(names)
    for path, file in names.items():
        np.testing.assert_allclose(found[path], expected[file.name], atol=2e-3)


def test_the_photos_stay_those_of_the_manifest_until_another_one_is_given(project, tmp_path: Path):
    location, config, manifest, names = project
    run_task(score_project(location, config, manifest=manifest))
    rows, before = embedding_rows(location), labels(location, LabelKind.INITIAL)
    answer(location, "s-0.tar/" + next(iter(names.values())).name, "dog", 1)
    (location.folder / "s-0.tar").rename(tmp_path / "away.tar")
    events, result = run_task(scan_project(location))
    assert (result.photos, result.changes.missing, result.changes.changed) == (COUNT + 1, 0, 0)
    (tmp_path / "away.tar").rename(location.folder / "s-0.tar")
    events, _ = run_task(score_project(location, config))
    assert "Encoding photos" not in titles(events) or set(skipped(events)) == {"gone.jpg"}
    assert embedding_rows(location) == rows
    assert set(labels(location, LabelKind.INITIAL)) == set(before)
    run_task(read_photos(location))
    (tmp_path / "fewer.txt").write_text("s-0.tar\nnot named.jpg\n")
    _, result = run_task(score_project(location, config, manifest=str(tmp_path / "fewer.txt")))
    assert result.photos == 5
    with Project(location) as opened:
        assert len(opened.photos) == 5
        assert (opened.answers >= 0).sum() == 1


def test_another_computer_opens_it_with_labels_and_reads_only_what_lies_within(
    project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    location, config, manifest, names = project
    run_task(score_project(location, config, manifest=manifest))
    before = labels(location, LabelKind.INITIAL)
    monkeypatch.setenv("CDUL_DATA", str(tmp_path / "other data"))
    monkeypatch.setenv("CDUL_CACHE", str(tmp_path / "other cache"))
    moved = locate_project(location.folder.rename(tmp_path / "moved"))
    events, result = run_task(score_project(moved, replace(config, views="fast")))
    outside = [path for path in names if path.startswith(("/", "memory:"))]
    assert {path for path, reason in skipped(events).items() if reason == ELSEWHERE} == set(outside)
    assert result.photos == COUNT - len(outside)
    run_task(score_project(moved, config))
    assert set(labels(moved, LabelKind.INITIAL)) == set(before)


def test_training_and_exports_take_such_photos(project, tmp_path: Path):
    location, config, manifest, names = project
    run_task(score_project(location, config, manifest=manifest))
    run_task(train_project(location, TrainingConfig(device="cpu")))
    assert set(labels(location, LabelKind.CLASSIFIER)) == set(names)
    output = tmp_path / "labels.csv"
    run_task(export_labels(location, label_format="csv", output=output, options=ExportOptions()))
    assert set(read_wide_csv(output).image_names) == set(names)
    for label_format in ("folders", "webdataset"):
        with pytest.raises(ExportError, match="lie outside the project's folder, or in tar files"):
            run_task(export_labels(location, label_format=label_format, output=tmp_path / "out"))


@pytest.mark.parametrize("of_project", [True, False])
def test_a_classifier_labels_the_photos_of_a_manifest(
    project, tmp_path: Path, scored: ProjectLocation, of_project: bool
):
    run_task(train_project(scored, TrainingConfig(device="cpu")))
    _, _, manifest, names = project
    folder = tmp_path / "project"
    place = max(scored.classifiers_dir.iterdir())
    before = labels(scored, LabelKind.CLASSIFIER)
    if of_project:
        task = predict_folder(scored, on=folder, device="cpu", manifest=manifest)
    else:
        task = predict_with(place, folder, device="cpu", manifest=manifest)
    events, result = run_task(task)
    assert set(result.labels.paths) == set(names)
    assert skipped(events)["gone.jpg"] == "The file is gone."
    assert set(labels(scored, LabelKind.CLASSIFIER)) == set(before)
