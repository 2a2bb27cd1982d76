"""A classifier leaves its project: each form gives the scores it gave there."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from PIL import Image

import cdul_app
from cdul_app.errors import ClassifierError, ExportError
from cdul_app.paths import locate_project
from cdul_app.tasks.export_classifier import export_classifier
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.not_installed import take_away
from tests.tasks.exported_classifiers import CLASSES, export_classifiers
from tests.tasks.project_helpers import make_project

ONNX_TOLERANCE = 1e-3  # 4e-7 of a network and 2e-4 of a collection were measured
NAMES = ("features", "network")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_encoder_dir: Path) -> Path:
    encoder = f"local-dir:{small_encoder_dir}"
    return export_classifiers(tmp_path_factory.mktemp("exported"), encoder)


def photos_of(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file())


def whole(photos: list[Path]) -> list[Image.Image]:
    """As others decode them: of a file the app reads no more pixels than it needs."""
    return [Image.open(photo) for photo in photos]


@pytest.mark.parametrize(("name", "run"), [("features", 2), ("network", 3)])
def test_the_exported_folder_predicts_as_the_run(folder: Path, name: str, run: int):
    exported = cdul_app.Classifier.load(folder.parent / name, device="cpu")
    of_run = cdul_app.Classifier.load(locate_project(folder).run_folder(run), device="cpu")
    photos = photos_of(folder)
    np.testing.assert_array_equal(exported.predict(photos).scores, of_run.predict(photos).scores)
    card = (folder.parent / name / "README.md").read_text(encoding="utf-8")
    assert "| dog \\| cow |" in card
    assert ("timm" in card) == (name == "network")


def test_timm_loads_it_and_gives_the_scores_but_for_a_grey_level(folder: Path):
    """Its photos are squashed by Pillow, those of the app by torch."""
    exported = folder.parent / "network"
    model = timm.create_model(f"local-dir:{exported}", pretrained=True).eval()
    transform = timm.data.create_transform(**timm.data.resolve_data_config({}, model=model))
    photos = photos_of(folder)
    pixels = torch.stack([transform(Image.open(photo).convert("RGB")) for photo in photos])
    with torch.inference_mode():
        scores = model(pixels).sigmoid().numpy()
    expected = cdul_app.Classifier.load(exported, device="cpu").predict(whole(photos))
    np.testing.assert_allclose(scores, expected.scores, atol=1e-3)
    assert model.pretrained_cfg["label_names"] == CLASSES


@pytest.mark.parametrize("name", NAMES)
def test_onnx_gives_the_scores_of_torch_for_any_number_of_photos(folder: Path, name: str):
    import onnxruntime

    exported, photos = folder.parent / name, photos_of(folder)
    images = [image.convert("RGB").resize((200, 150)) for image in whole(photos)]
    expected = cdul_app.Classifier.load(exported, device="cpu").predict(images).scores
    session = onnxruntime.InferenceSession(exported / "classifier.onnx")
    pixels = np.stack([np.asarray(image) for image in images])
    for count in (1, 3, 8):
        (scores,) = session.run(None, {"pixels": pixels[:count]})
        np.testing.assert_allclose(scores, expected[:count], atol=ONNX_TOLERANCE)
    assert "differ from the app's" in (exported / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_app_reads_the_onnx_file_as_it_reads_the_folder(folder: Path, name: str):
    file, photos = folder.parent / name / "classifier.onnx", photos_of(folder)
    of_folder = cdul_app.Classifier.load(file.parent, device="cpu").predict(photos)
    of_file = cdul_app.Classifier.load(file).predict(photos)
    np.testing.assert_allclose(of_file.scores, of_folder.scores, atol=ONNX_TOLERANCE)
    assert of_file.class_names == of_folder.class_names
    np.testing.assert_array_equal(of_file.thresholds, of_folder.thresholds)


@pytest.mark.parametrize("name", NAMES)
def test_the_script_beside_it_labels_photos_without_the_app(folder: Path, name: str):
    exported, photos = folder.parent / name, photos_of(folder)
    script = exported / "predict.py"
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 40
    code = (
        "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0]); "
        "assert not {'torch', 'timm', 'open_clip', 'cdul_app'} & set(sys.modules)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, script, *photos], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    expected = cdul_app.Classifier.load(exported, device="cpu").predict(photos)
    lines = ended.stdout.splitlines()
    assert len(lines) == len(photos)
    for line, labels, photo in zip(lines, expected.labels, photos, strict=True):
        told = line.removeprefix(f"{photo}: ").split(", ")
        names = [each.rpartition(" ")[0] for each in told if each != "no label"]
        assert names == labels


def test_without_the_extra_onnx_says_what_to_install(
    tmp_path: Path, scored_photos_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    take_away("onnxscript", monkeypatch)
    with cdul_app.open(copied(scored_photos_folder, tmp_path)) as project:
        project.train(device="cpu")
        with pytest.raises(ClassifierError, match=r"“pip install cdul-app\[onnx\]”"):
            project.export_classifier(tmp_path / "out", onnx=True)
        assert not (tmp_path / "out").exists()


def test_what_is_there_is_replaced_when_it_is_said(tmp_path: Path, scored_photos_folder: Path):
    with cdul_app.open(copied(scored_photos_folder, tmp_path)) as project:
        project.train(device="cpu")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "mine.txt").touch()
        with pytest.raises(ExportError, match="there already"):
            project.export_classifier(tmp_path / "out")
        project.export_classifier(tmp_path / "out", overwrite=True)
        assert (tmp_path / "out" / "mine.txt").is_file()
        with pytest.raises(ExportError, match="cannot be written"):
            project.export_classifier(tmp_path / "missing" / "out")


def test_a_project_without_a_classifier_says_so(tmp_path: Path, encoder: str):
    copy_photos(tmp_path, 1)
    make_project(tmp_path, encoder, "cat")
    with pytest.raises(ClassifierError, match="no classifier yet"):
        run_task(export_classifier(locate_project(tmp_path), tmp_path / "out"))


def copied(folder: Path, tmp_path: Path) -> Path:
    import shutil

    return shutil.copytree(folder, tmp_path / "photos")
