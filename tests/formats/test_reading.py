import json
from pathlib import Path

import pytest

from cdul_app.errors import LabelFileError
from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels


def annotation(*objects: tuple[str, str], filename: str = "") -> str:
    items = "".join(
        f"<object><name>{name}</name><difficult>{difficult}</difficult></object>"
        for name, difficult in objects
    )
    named = f"<filename>{filename}</filename>" if filename else ""
    return f"<annotation>{named}{items}</annotation>"


@pytest.fixture
def voc(tmp_path: Path) -> Path:
    folder = tmp_path / "VOC2012" / "Annotations"
    folder.mkdir(parents=True)
    (folder / "b.xml").write_text(annotation(("dog", "0"), ("dog", "0"), ("cat", "1")))
    (folder / "a.xml").write_text(annotation(("Person", "0"), filename="A photo.png"))
    (folder / "c.xml").write_text(annotation())
    (folder / "readme.txt").write_text("no annotation")
    return folder


def test_a_voc_folder_is_read_difficult_objects_aside(voc: Path):
    truth = read_labels(voc)
    assert truth.image_names == ("A photo.png", "b.jpg", "c.jpg")
    assert truth.class_names == ("Person", "cat", "dog")
    assert truth.labels.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    rows, columns, labels = match_labels(truth, ["x/c.jpg", "b.jpg"], ["dog", "person", "bus"])
    assert (rows, columns, labels.tolist()) == ([0, 1], [0, 1], [[0, 0], [1, 0]])


def test_the_folder_above_and_a_file_within_mean_the_same(voc: Path):
    for place in (voc.parent, voc / "b.xml"):
        assert read_labels(place).image_names == read_labels(voc).image_names


COCO = {
    "images": [{"id": 7, "file_name": "seven.jpg"}, {"id": 9, "file_name": "sub/nine.jpg"}],
    "annotations": [
        {"id": 1, "image_id": 9, "category_id": 44, "iscrowd": 1},
        {"id": 2, "image_id": 9, "category_id": 44, "iscrowd": 0},
        {"id": 3, "image_id": 9, "category_id": 1},
    ],
    "categories": [{"id": 44, "name": "bottle"}, {"id": 1, "name": "person"}],
}


def test_a_coco_file_is_read_by_names_not_numbers(tmp_path: Path):
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(COCO), encoding="utf-8")
    truth = read_labels(file)
    assert truth.image_names == ("seven.jpg", "sub/nine.jpg")
    assert truth.class_names == ("bottle", "person")
    assert truth.labels.tolist() == [[0, 0], [1, 1]]


def test_a_csv_is_still_a_csv(tmp_path: Path):
    file = tmp_path / "truth.txt"
    file.write_text("image,dog\na.jpg,1\n", encoding="utf-8")
    assert read_labels(file).class_names == ("dog",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "names no photos"),
        ("{}", "in no form that labels"),
        (
            json.dumps({**COCO, "annotations": [{"image_id": 1, "category_id": 1}]}),
            "in no form that labels",
        ),
        (
            json.dumps({**COCO, "annotations": [{"image_id": 7, "category_id": 5}]}),
            "in no form that labels",
        ),
        (json.dumps({**COCO, "images": [], "annotations": []}), "names no photos"),
    ],
)
def test_json_of_another_form_says_what_is_needed(tmp_path: Path, content: str, said: str):
    file = tmp_path / "truth.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(LabelFileError, match=said):
        read_labels(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<annotation>", "cannot be read"),
        ("<html></html>", "not a PASCAL VOC"),
        ("<annotation><object/></annotation>", "has no name"),
        ("<annotation/>", "no classes"),
    ],
)
def test_xml_of_another_form_says_which_file(tmp_path: Path, content: str, said: str):
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(LabelFileError, match=said):
        read_labels(tmp_path)


def test_nothing_there_is_a_sentence(tmp_path: Path):
    with pytest.raises(LabelFileError, match="no XML files"):
        read_labels(tmp_path)
    with pytest.raises(LabelFileError, match="There is no label file"):
        read_labels(tmp_path / "absent.csv")
