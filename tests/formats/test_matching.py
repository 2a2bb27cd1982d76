import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.errors import LabelFileError
from cdul_app.formats.matching import align_labels, match_labels
from cdul_app.formats.sidecars.text_files import read_text_files
from cdul_app.formats.sidecars.xmp import read_xmp
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.formula_cells import cell_text


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_truth_is_aligned_by_path_then_by_name(tmp_path: Path) -> None:
    truth = read_wide_csv(
        write(tmp_path / "t.csv", "\ufeffimage,Dog,cat\na.jpg,1,0\nsub/b.jpg,0,1\nother.jpg,1,1\n")
    )
    rows, columns, labels = match_labels(
        truth, ["sub/b.jpg", "x/a.jpg", "c.jpg"], ["cat", "bird", "dog"]
    )
    assert rows == [0, 1]
    assert columns == [0, 2]
    assert labels.tolist() == [[1, 0], [0, 1]]


def test_a_name_that_two_photos_share_is_not_guessed(tmp_path: Path) -> None:
    truth = read_wide_csv(write(tmp_path / "t.csv", "image,dog\na.jpg,1\nb.jpg,0\n"))
    rows, _, _ = match_labels(truth, ["x/a.jpg", "y/a.jpg", "b.jpg"], ["dog"])
    assert rows == [2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no labels"),
        ("image\na.jpg\n", "holds no labels"),
        ("image;dog\na.jpg;1\n", "with commas"),
        ("image,dog\n", "holds no labels"),
        ("image,dog\na.jpg,2\n", "Line 2"),
        ("image,dog\na.jpg\n", "Line 2"),
        ("image,dog\na.jpg,1,0\n", "Line 2"),
        ("image,dog\na.jpg,1\n\n,\nb.jpg,x\n", "Line 5"),
        ("image,dog,Dog \na.jpg,1,0\n", "“Dog” has two columns"),
        ("image,dog\na.jpg,1\nb.jpg,1\na.jpg,0\n", "Line 4 .* contradicts line 2"),
    ],
)
def test_files_that_cannot_be_used_say_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LabelFileError, match=said):
        read_wide_csv(write(tmp_path / "t.csv", text))


def test_nothing_that_matches_is_an_error(tmp_path: Path) -> None:
    truth = read_wide_csv(write(tmp_path / "t.csv", "image,dog\na.jpg,1\n"))
    with pytest.raises(LabelFileError, match="No photo"):
        match_labels(truth, ["b.jpg"], ["dog"])
    with pytest.raises(LabelFileError, match="No class"):
        match_labels(truth, ["a.jpg"], ["cat"])


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    with pytest.raises(LabelFileError, match="There is no label file"):
        read_wide_csv(tmp_path / "absent.csv")
    with pytest.raises(LabelFileError, match="cannot be read"):
        read_wide_csv(tmp_path)
    latin = tmp_path / "latin.csv"
    latin.write_bytes("image,Käfer\na.jpg,1\n".encode("latin-1"))
    with pytest.raises(LabelFileError, match="in UTF-8"):
        read_wide_csv(latin)


def test_what_spreadsheets_write_is_read(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes('\ufeffimage, dog ,"red, fox"\r\n"a, b.jpg", 1,0\r\n,,\r\n'.encode())
    truth = read_wide_csv(file)
    assert truth.image_names == ("a, b.jpg",)
    assert truth.class_names == ("dog", "red, fox")
    assert truth.labels.tolist() == [[1, 0]]


def test_a_photo_named_twice_alike_counts_once(tmp_path: Path) -> None:
    truth = read_wide_csv(write(tmp_path / "t.csv", "image,dog\na.jpg,1\na.jpg,1\n"))
    assert match_labels(truth, ["a.jpg"], ["dog"])[2].tolist() == [[1]]


# Not what stands for another name: an apostrophe before what begins a formula.
image_names = st.text(
    st.characters(codec="utf-8", exclude_characters="\\/\r\0"), min_size=1, max_size=12
).filter(lambda name: name.strip() and cell_text(name) == name)


@given(
    st.dictionaries(image_names, st.lists(st.booleans(), min_size=2, max_size=2), min_size=1),
)
def test_any_names_survive_a_csv(tmp_path_factory: pytest.TempPathFactory, table: dict) -> None:
    file = tmp_path_factory.mktemp("truth") / "t.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(
            [["image", "dog", "cat"], *([name, *map(int, row)] for name, row in table.items())]
        )
    rows, columns, labels = match_labels(read_wide_csv(file), list(table), ["dog", "cat"])
    assert (rows, columns) == (list(range(len(table))), [0, 1])
    assert labels.tolist() == [[int(value) for value in row] for row in table.values()]


def test_of_two_lines_that_mean_one_photo_the_first_counts(tmp_path: Path) -> None:
    truth = read_wide_csv(write(tmp_path / "t.csv", "image,dog\nx/a.jpg,1\nother/a.jpg,0\n"))
    rows, _, labels = match_labels(truth, ["x/a.jpg"], ["dog"])
    assert (rows, labels.tolist()) == ([0], [[1]])


def test_accents_match_whichever_way_they_are_written(tmp_path: Path):
    file = write(tmp_path / "t.csv", "image,dog\nMüll.jpg,1\nmu\u0308cke.jpg,0\n")
    rows, _, labels = match_labels(
        read_wide_csv(file), ["mücke.jpg", "sub/Mu\u0308ll.jpg"], ["dog"]
    )
    assert (rows, labels.tolist()) == ([0, 1], [[0], [1]])


def test_what_matches_nothing_is_named(tmp_path: Path):
    lines = ["image,dog,sofa", "a.jpg,1,0", *(f"x{number}.jpg,0,1" for number in range(5))]
    truth = read_wide_csv(write(tmp_path / "t.csv", "\n".join(lines)))
    aligned = align_labels(truth, ["a.jpg", "b.jpg"], ["dog", "cat"])
    assert aligned.labels.tolist() == [[1, -1], [-1, -1]]
    assert aligned.note == (
        "1 of 6 photos of the label file are in this folder; not found: x0.jpg, x1.jpg, x2.jpg "
        "and 2 more; not among your classes: “sofa”; the label file has no class “cat”."
    )
    assert align_labels(truth, list(truth.image_names), ["sofa", "dog"]).note == ""
    assert align_labels(truth, ["a.jpg"], ["Dog"]).note.startswith("1 of 6 photos")


def test_a_name_without_suffix_is_the_pictures_or_of_keywords_the_camera_files(tmp_path: Path):
    (tmp_path / "IMG_1.txt").write_text("cat")
    (tmp_path / "IMG_1.xmp").write_text(
        '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject>'
        '<r:Bag xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:li>cat</r:li></r:Bag>'
        "</dc:subject></x>"
    )
    pair = ["IMG_1.CR2", "IMG_1.JPG"]
    assert match_labels(read_text_files(tmp_path), pair, ["cat"])[0] == [1]
    assert match_labels(read_xmp(tmp_path), pair, ["cat"])[0] == [0]
