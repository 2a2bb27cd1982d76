"""What `--classes` takes, and what `classes` does."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import COCO_CLASSES, VOC_CLASSES
from cdul_app.cli.class_argument import read_classes
from cdul_app.errors import ClassListError
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.project import Project


def names(text: str) -> list[str]:
    return [definition.name for definition in read_classes(text)]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_presets_and_lists():
    assert names("voc20") == VOC_CLASSES
    assert names(" COCO80 ") == COCO_CLASSES
    assert names("cat, traffic light;dog") == ["cat", "traffic light", "dog"]
    assert names("cat") == ["cat"]
    assert names(", ".join(f"a rather long name {n}" for n in range(500)))[-1].endswith("499")
    (definition,) = read_classes("puffin: a photo of a puffin. | a seabird, black and white")
    assert definition.prompts == ("a photo of a puffin.", "a seabird, black and white")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_files_of_every_system(here: Path, line_end: str):
    lines = ["\ufeff# pets", "cat", "", "dog: a photo of a dog. | a {} at home", "Käfer"]
    (here / "pets.txt").write_bytes(line_end.join(lines).encode())
    classes = read_classes("pets.txt")
    assert [definition.name for definition in classes] == ["cat", "dog", "Käfer"]
    assert classes[1].prompts == ("a photo of a dog.", "a {} at home")
    (here / "two thousand").write_text("\n".join(f"class {n}" for n in range(2000)))
    assert len(read_classes(str(here / "two thousand"))) == 2000


def test_a_file_wins_over_a_class_of_its_name_and_a_folder_does_not(here: Path):
    (here / "cat").mkdir()
    assert names("cat") == ["cat"]
    (here / "dog").write_text("poodle\nterrier\n")
    assert names("dog") == ["poodle", "terrier"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no classes"),
        (" , ;", "no classes"),
        ("cat, dog, Cat", "“Cat” is in the list twice"),
        ("absent.txt", "There is no class list .*here/absent.txt"),
        ("lists/birds", "There is no class list"),
        ("~no-such-user/birds", "There is no class list"),
        ("./folder", "is a folder"),
        ("latin.txt", "it is no UTF-8"),
        ("utf16.txt", "it is no UTF-8"),
        ("empty.txt", "no classes"),
        ("coco", "no class preset “coco”: choose one of voc20, coco80"),
        ("VOC 2012", "no class preset"),
        ("x" * 300, "longer than 200"),
    ],
)
def test_what_cannot_be_used_says_why(here: Path, text: str, told: str):
    (here / "folder").mkdir()
    (here / "latin.txt").write_bytes("Käfer".encode("latin-1"))
    (here / "utf16.txt").write_bytes("cat\ndog".encode("utf-16"))
    (here / "empty.txt").write_text("\n# nothing yet\n")
    with pytest.raises(ClassListError, match=told):
        read_classes(text)


def test_a_renamed_class_keeps_answers_scores_and_threshold(command, scored_folder: Path):
    with Project.open_folder(scored_folder) as project:
        column = project.classes.column_of("cat")
        project.decisions.answer([0], column, YES)
        project.decisions.set_threshold(column, 0.7)
        scores = project.shown_scores()[:, column]
    renamed = command("classes", scored_folder, "--rename", "Cat", "tiger, or lion")
    assert renamed.status == 0
    assert renamed.stdout.splitlines()[column] == "tiger, or lion"
    with Project.open_folder(scored_folder) as project:
        assert project.classes[column].name == "tiger, or lion"
        assert project.answers[0, column] == YES
        assert project.classes.thresholds[column] == pytest.approx(0.7)
        np.testing.assert_array_equal(project.shown_scores()[:, column], scores)
        assert project.decisions.undo() is not None
        assert project.classes[column].name == "cat"


def test_a_merged_class_hands_on_its_yes(command, refused, scored_folder: Path):
    with Project.open_folder(scored_folder) as project:
        part, whole = map(project.classes.column_of, ("cat", "dog"))
        for row, column, value in ((0, part, YES), (1, part, YES), (1, whole, NO)):
            project.decisions.answer([row], column, value)
    merged = command("classes", scored_folder, "--merge", "cat", "dog")
    assert merged.status == 0
    assert "cat" not in merged.stdout.splitlines()
    with Project.open_folder(scored_folder) as project:
        whole = project.classes.column_of("dog")
        assert project.answers[:2, whole].tolist() == [YES, NO]
    for change in (("--merge", "dog", "dog"), ("--rename", "cat", "x"), ("--rename", "dog", "")):
        refused("classes", scored_folder, *change)
    assert command("classes", scored_folder).stdout == merged.stdout
