"""`cdul-app predict --classifier DIR --on FOLDER`: no project is needed, and none is made."""

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import cdul_app
from cdul_app.paths import PROJECT_FOLDER
from tests.cli.conftest import Command


@pytest.fixture
def classifier(photos: Callable[..., Path], tmp_path: Path, encoder: str) -> Path:
    """Of a project that is gone."""
    folder = photos("trained", 8)
    with cdul_app.open(folder) as project:
        project.set_classes(["cat", "dog"])
        project.score(encoder=encoder, views="paper", device="cpu")
        run = shutil.copytree(project.train(), tmp_path / "classifier")
    shutil.rmtree(folder)
    return run


def test_a_folder_is_labelled_without_a_project(
    command: Command,
    refused: Callable[..., str],
    photos: Callable[..., Path],
    classifier: Path,
    tmp_path: Path,
):
    folder, output = photos("others", 3, start=8), tmp_path / "labels.csv"
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    printed = command("predict", "--classifier", classifier, "--on", folder, "--device", "cpu")
    assert printed.status == 0, printed.stderr
    lines = list(csv.reader(io.StringIO(printed.stdout)))
    assert lines[0] == ["image", "cat", "dog"]
    assert len(lines) == 4
    assert "broken.png" in printed.stderr
    assert not (folder / PROJECT_FOLDER).exists()

    expected = cdul_app.Classifier.load(classifier, device="cpu").predict(
        [folder / line[0] for line in lines[1:]]
    )
    told = [
        [name for name, cell in zip(lines[0][1:], line[1:], strict=True) if cell == "1"]
        for line in lines[1:]
    ]
    assert told == expected.labels

    arguments = ("predict", "--classifier", classifier, "--on", folder, "--output", output)
    assert command(*arguments).status == 0
    assert output.read_text(encoding="utf-8-sig").splitlines() == printed.stdout.splitlines()
    assert "there already" in refused(*arguments)
    assert command(*arguments, "--overwrite").status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict"],
        ["predict", "--classifier", "here"],
        ["predict", "there", "--classifier", "here", "--on", "there"],
    ],
)
def test_wrong_usage(command: Command, arguments: list[str]):
    result = command(*arguments)
    assert (result.status, result.stdout) == (2, "")


def test_a_card_with_thresholds_of_other_classes_is_refused(
    refused: Callable[..., str], classifier: Path, photos: Callable[..., Path]
):
    card = classifier / "classifier.json"
    text = card.read_text(encoding="utf-8")
    assert '"thresholds"' in text
    before, _, after = text.partition('"thresholds": [')
    card.write_text(f'{before}"thresholds": [7, {after}', encoding="utf-8")
    folder = photos("others", 1)
    assert "do not fit together" in refused("predict", "--classifier", classifier, "--on", folder)
