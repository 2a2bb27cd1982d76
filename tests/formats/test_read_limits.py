"""What a stranger may hand over as truth: one sentence each, and in seconds."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.errors import LabelFileError
from cdul_app.formats import read_labels as read_labels_module
from cdul_app.formats.datasets import voc_xml
from cdul_app.formats.reading import read_labels


def sqlite_content(statement: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(statement)
        database.commit()
        return database.serialize()


COCO = '{"images": [{"id": %s, "file_name": "a.jpg"}], "annotations": [], "categories": %s}'
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BAD = {
    "deep.json": "[" * 1_000_000,
    "digits.json": COCO % ("9" * 5000, "[]"),
    "list.json": "[1, 2]",
    "number.json": "7",
    "null.json": COCO % ("1", "null"),
    "unhashable.json": COCO % ("[]", "[]"),
    "names.json": COCO % ("1", '[{"id": {}, "name": 7}]'),
    "latin.json": b'{"images": "\xe4"}',
    "none.sqlite": b"SQLite format 3\0 and nothing more",
    "view.sqlite": sqlite_content("CREATE VIEW labels AS SELECT 'a' image, 'b' class, 1 label"),
    "words.sqlite": sqlite_content(
        "CREATE TABLE labels AS SELECT 'a' image, 'b' class, 'yes' label"
    ),
    "columns.sqlite": sqlite_content("CREATE TABLE labels (image, class)"),
    "latin.csv": b"image,cat\n\xe4.jpg,1",
    "long.csv": "image,cat\n" + "a" * 200_000 + ",1",
    "quote.csv": 'image,cat\n"a.jpg,1',
    "two.csv": "image,cat,dog\na.jpg,10,\n",
    "digit.csv": "image,cat\na.jpg,¹\n",
    "encoding.xml": '<?xml version="1.0" encoding="klingon"?><annotation/>',
    "multibyte.xml": '<?xml version="1.0" encoding="gb18030"?><annotation/>',
    "laughs.xml": f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]><annotation>&a9;</annotation>',
    "laughs16.xml": f'<!DOCTYPE a [<!ENTITY a0 "ha">{LAUGHS}]><a>&a9;</a>'.encode("utf-16"),
    "outside.xml": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><annotation>&a;'
    "</annotation>",
    "deep.xml": "<annotation>" + "<a>" * 500_000,
    "tag.xml": f"<{'a' * 100_000}/>",
    "nameless.xml": "<annotation><object/></annotation>",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_truth_is_one_sentence(tmp_path: Path, name: str):
    file, content = tmp_path / name, BAD[name]
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    began = time.monotonic()
    with pytest.raises(LabelFileError) as caught:
        read_labels(file)
    assert len(str(caught.value)) < 600 + len(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xml"])
def test_what_is_no_file_or_too_large_is_not_read(tmp_path: Path, suffix: str):
    places = {name: tmp_path / name / f"truth{suffix}" for name in ("pipe", "link", "large")}
    for place in places.values():
        place.parent.mkdir()
    os.mkfifo(places["pipe"])
    places["link"].symlink_to("/dev/zero")
    with places["large"].open("wb") as stream:
        stream.truncate(2**30)
    for name, reason in (("pipe", "a pipe"), ("link", "a device"), ("large", "larger than")):
        with pytest.raises(LabelFileError, match=reason):
            read_labels(places[name])


def test_more_than_can_be_read_is_refused_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cdul_app.formats.tables.read_wide_csv.MOST_IMAGES", 3)
    monkeypatch.setattr(read_labels_module, "MOST_IMAGES", 3)
    monkeypatch.setattr(read_labels_module, "MOST_CELLS", 5)
    monkeypatch.setattr(voc_xml, "MOST_FILES", 1)
    file = tmp_path / "truth.csv"
    file.write_text("image,cat\n" + "".join(f"{n}.jpg,1\n" for n in range(3)))
    assert len(read_labels(file).image_names) == 3
    file.write_text("image,cat\n" + "".join(f"{n}.jpg,1\n" for n in range(4)))
    with pytest.raises(LabelFileError, match="more than 3 photos"):
        read_labels(file)
    file.write_text("image,a,b,c\n" + "".join(f"{n}.jpg,1,0,1\n" for n in range(2)))
    with pytest.raises(LabelFileError, match="5 labels is the most"):
        read_labels(file)
    for number in range(2):
        (tmp_path / f"{number}.xml").write_text("<annotation/>")
    with pytest.raises(LabelFileError, match="2 XML files, and 1 is the most"):
        read_labels(tmp_path)


PIECES = st.sampled_from(
    ["image", "cat", ",", "\n", "\r", '"', "0", "1", "'", "=", "\0", "{", "}", "[", "]", ":",
     '"image"', '"labels"', '"answers"', '"data"', '"flags"', '"classes"', "class", "label",
     "<annotations>", "<image", 'name="a"', "/>", '"images"', '"annotations"', '"categories"',
     '"id"', '"name"', "<annotation>", "<object>", "<name>", "</name>", "</object>",
     "</annotation>", "<!ENTITY", "&a;", "<?xml", "ä"]
)  # fmt: skip


@pytest.mark.parametrize(
    "suffix", [".csv", ".json", ".xml", ".jsonl", ".tar", ".txt", ".xmp", ".sqlite"]
)
@given(content=st.binary() | st.lists(PIECES, max_size=40).map("".join).map(str.encode))
def test_no_content_is_a_bug(suffix: str, content: bytes, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.getbasetemp() / f"fuzzed truth {suffix[1:]}"
    folder.mkdir(exist_ok=True)
    file = folder / f"truth{suffix}"
    file.write_bytes(content)
    try:
        truth = read_labels(file)
    except LabelFileError:
        return
    assert truth.labels.shape == (len(truth.image_names), len(truth.class_names))
    assert set(truth.labels.ravel().tolist()) <= {-1, 0, 1}
    assert truth.answers is None or truth.answers.shape == truth.labels.shape
