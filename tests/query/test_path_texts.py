import pytest

from cdul_app.query.path_texts import PathTexts
from cdul_app.query.query_terms import PathWord

PATHS = ["2021/may/IMG_1.jpg", "2021/IMG_2.png", "2022/img.jpg", "IMG_2021.jpg", "may.jpg"]


def found(where, pattern):
    return [PATHS[row] for row in PathTexts(PATHS).matching(where, pattern).nonzero()[0]]


@pytest.mark.parametrize(
    ("where", "pattern", "places"),
    [
        (PathWord.ANYWHERE, "2021", [0, 1, 3]),
        (PathWord.ANYWHERE, "MAY", [0, 4]),
        (PathWord.ANYWHERE, "2021/img", [1]),
        (PathWord.ANYWHERE, "img_?.jpg", [0]),
        (PathWord.ANYWHERE, "img*", [0, 1, 2, 3]),
        (PathWord.ANYWHERE, "[", []),
        (PathWord.NAME, "2021", [3]),
        (PathWord.NAME, "may", [4]),
        (PathWord.NAME, "IMG*", [0, 1, 2, 3]),
        (PathWord.NAME, "*.jpg", [0, 2, 3, 4]),
        (PathWord.FOLDER, "2021", [0, 1]),
        (PathWord.FOLDER, "2021/", [0, 1]),
        (PathWord.FOLDER, "202", [0, 1, 2]),
        (PathWord.FOLDER, "2021/m", [0]),
        (PathWord.FOLDER, "2021/IMG", []),
        (PathWord.FOLDER, "IMG", []),
        (PathWord.FOLDER, "202?/", [0, 1, 2]),
    ],
)
def test_where_a_pattern_is_looked_for(where, pattern, places):
    assert found(where, pattern) == [PATHS[place] for place in places]


def test_no_photos():
    assert PathTexts([]).matching(PathWord.ANYWHERE, "a*").shape == (0,)


@pytest.mark.parametrize("pattern", ["Müll", "Mu\u0308ll", "mü*"])
@pytest.mark.parametrize("path", ["Müll.jpg", "Mu\u0308ll.jpg"])
def test_names_compare_whichever_way_accents_are_written(path: str, pattern: str):
    assert PathTexts([path]).matching(PathWord.NAME, pattern).all()
    assert PathTexts([f"{path}/x.jpg"]).matching(PathWord.FOLDER, pattern).all()
