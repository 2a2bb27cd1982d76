from pathlib import Path

import pytest

from cdul_app.core.errors import TruthError
from cdul_app.core.truth import match_truth, read_truth_csv


def write(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def test_truth_is_aligned_by_path_then_by_name(tmp_path: Path) -> None:
    truth = read_truth_csv(
        write(tmp_path / "t.csv", "\ufeffimage,Dog,cat\na.jpg,1,0\nsub/b.jpg,0,1\nother.jpg,1,1\n")
    )
    rows, columns, labels = match_truth(
        truth, ["sub/b.jpg", "x/a.jpg", "c.jpg"], ["cat", "bird", "dog"]
    )
    assert rows == [0, 1]
    assert columns == [0, 2]
    assert labels.tolist() == [[1, 0], [0, 1]]


def test_a_name_that_two_photos_share_is_not_guessed(tmp_path: Path) -> None:
    truth = read_truth_csv(write(tmp_path / "t.csv", "image,dog\na.jpg,1\nb.jpg,0\n"))
    rows, _, _ = match_truth(truth, ["x/a.jpg", "y/a.jpg", "b.jpg"], ["dog"])
    assert rows == [2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("image\na.jpg\n", "empty"),
        ("image,dog\na.jpg,2\n", "Row 2"),
        ("image,dog\na.jpg\n", "Row 2"),
    ],
)
def test_files_that_cannot_be_used_say_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(TruthError, match=said):
        read_truth_csv(write(tmp_path / "t.csv", text))


def test_nothing_that_matches_is_an_error(tmp_path: Path) -> None:
    truth = read_truth_csv(write(tmp_path / "t.csv", "image,dog\na.jpg,1\n"))
    with pytest.raises(TruthError, match="No photo"):
        match_truth(truth, ["b.jpg"], ["dog"])
    with pytest.raises(TruthError, match="No class"):
        match_truth(truth, ["a.jpg"], ["cat"])
    with pytest.raises(TruthError, match="cannot be read"):
        read_truth_csv(tmp_path / "absent.csv")
