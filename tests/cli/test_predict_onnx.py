"""`cdul-app predict --classifier FILE.onnx --on FOLDER`: without torch and without the encoder."""

import csv
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import cdul_app
from tests.drawn_photos import copy_photos

WITHOUT_TORCH = (
    "import sys; from cdul_app.__main__ import main; status = main(sys.argv[1:]); "
    "assert not {'torch', 'open_clip', 'timm'} & set(sys.modules); sys.exit(status)"
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, small_encoder_dir: Path) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    copy_photos(folder / "trained", 8)
    with cdul_app.open(folder / "trained") as project:
        project.set_classes(["cat", "dog"])
        project.score(encoder=f"local-dir:{small_encoder_dir}", views="paper", device="cpu")
        project.train(device="cpu")
        return project.export_classifier(folder / "classifier", onnx=True)


def test_photos_are_labelled_by_the_file_alone(
    photos: Callable[..., Path], exported: Path, tmp_path: Path
):
    folder, alone = photos("others", 3, start=8), tmp_path / "alone"
    alone.mkdir()
    shutil.copy(exported / "classifier.onnx", alone)
    expected = cdul_app.Classifier.load(exported, device="cpu").predict(sorted(folder.iterdir()))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for place in (alone, alone / "classifier.onnx"):
        ended = subprocess.run(
            [sys.executable, "-c", WITHOUT_TORCH, "predict", "--classifier", place, "--on", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        assert "broken.png" in ended.stderr
        lines = list(csv.reader(io.StringIO(ended.stdout)))
        assert lines[0] == ["image", "cat", "dog"]
        told = [
            [name for name, cell in zip(lines[0][1:], line[1:], strict=True) if cell == "1"]
            for line in lines[1:]
        ]
        assert told == expected.labels


@pytest.mark.parametrize("content", [b"", b"not a graph"])
def test_a_file_that_is_none_is_refused(
    refused: Callable[..., str], photos: Callable[..., Path], tmp_path: Path, content: bytes
):
    folder, file = photos("others", 1), tmp_path / "classifier.onnx"
    assert "check its name" in refused("predict", "--classifier", file, "--on", folder)
    file.write_bytes(content)
    assert "export it again" in refused("predict", "--classifier", file, "--on", folder)


def test_a_card_of_other_classes_is_refused(
    refused: Callable[..., str], photos: Callable[..., Path], exported: Path, tmp_path: Path
):
    file = tmp_path / "classifier.onnx"
    content = (exported / "classifier.onnx").read_bytes()
    file.write_bytes(content.replace(b'"cat", "dog"', b'"cats & dogs"'))
    folder = photos("others", 1)
    assert "export it again" in refused("predict", "--classifier", file, "--on", folder)
