import csv
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import ExportError
from cdul_app.events import follow
from cdul_app.formats import label_formats
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_files import check_place, write_label_file
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FILE_WRITERS, FOLDER_WRITERS
from cdul_app.formats.matching import match_labels
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.formula_cells import cell_text
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, predicted_classes

PATHS = (
    "plain.jpg",
    "with, comma.jpg",
    'with "quotes".jpg',
    "line\nbreak.jpg",
    "carriage\rreturn.jpg",
    "both\r\n.jpg",
    "folder/🐈 Kätzchen.jpg",
    "=1+1.jpg",
    " spaces around .jpg",
    "back\\slash.jpg",
    "日本.jpg",
)
CLASSES = ("cat", "dog, hound", 'the "big" one', "犬 🐕")


def table() -> LabelTable:
    scores = np.random.default_rng(0).random((len(PATHS), len(CLASSES)), dtype=np.float32)
    answers = np.full(scores.shape, UNOBSERVED, dtype=np.int8)
    thresholds = np.array([0.5, 0.4, 0.6, 0.5], dtype=np.float32)
    return LabelTable(
        PATHS,
        CLASSES,
        predicted_classes(scores, thresholds, answers),
        scores,
        answers,
        thresholds,
        {"encoder": "demo", "labels": "pseudo"},
    )


def write(table: LabelTable, file: Path, *, label_format: str) -> None:
    follow(write_label_file(table, file, label_format=label_format), lambda _: None)


@pytest.mark.parametrize("paths", [PATHS, PATHS[:4]])  # with and without carriage returns
def test_csv_is_read_back_as_truth(tmp_path: Path, paths: tuple[str, ...]):
    rows = len(paths)
    written = replace(
        table(),
        paths=paths,
        labels=table().labels[:rows],
        scores=table().scores[:rows],
        answers=table().answers[:rows],
    )
    file = tmp_path / "labels.csv"
    write(written, file, label_format="csv")
    truth = read_wide_csv(file)
    assert truth.image_names == paths
    assert truth.class_names == CLASSES
    np.testing.assert_array_equal(truth.labels, written.labels)
    found, columns, labels = match_labels(truth, list(paths), list(CLASSES))
    assert (found, columns) == (list(range(rows)), [0, 1, 2, 3])
    np.testing.assert_array_equal(labels, written.labels)


def test_csv_of_plain_names_is_plain_utf8_text(tmp_path: Path):
    plain = replace(
        table(),
        paths=("ä.jpg",),
        labels=np.array([[True, False, False, True]]),
        class_names=("a", "b", "c", "d"),
    )
    file = tmp_path / "labels.csv"
    write(plain, file, label_format="csv")
    assert file.read_bytes() == "image,a,b,c,d\nä.jpg,1,0,0,1\n".encode()


def test_json_holds_labels_scores_answers_and_where_they_came_from(tmp_path: Path):
    written = table()
    answers = written.answers.copy()
    answers[0, 0], answers[0, 1] = YES, NO
    scores = written.scores.copy()
    scores[0] = [0.01, 0.99, 0.7, np.nan]
    written = replace(
        written,
        scores=scores,
        answers=answers,
        labels=predicted_classes(scores, written.thresholds, answers),
    )
    file = tmp_path / "labels.json"
    write(written, file, label_format="json")
    read = json.loads(file.read_text(encoding="utf-8"))
    assert read["provenance"] == {"encoder": "demo", "labels": "pseudo"}
    assert read["classes"][1] == {"name": "dog, hound", "threshold": 0.4}
    assert [image["image"] for image in read["images"]] == list(PATHS)
    first = read["images"][0]
    assert first["labels"] == ["cat", 'the "big" one']  # the answers win over both scores
    assert first["answers"] == {"cat": "yes", "dog, hound": "no"}
    assert first["scores"] == {"cat": 0.01, "dog, hound": 0.99, 'the "big" one': 0.7}
    assert read["images"][1]["answers"] == {}


def test_csv_with_reasons_holds_odd_names_and_leaves_out_what_is_not_known(tmp_path: Path):
    scores = np.full((len(PATHS), len(CLASSES)), np.nan, dtype=np.float32)
    answers = np.full(scores.shape, YES, dtype=np.int8)
    written = replace(
        table(), scores=scores, answers=answers, labels=np.ones(scores.shape, dtype=bool)
    )
    file = tmp_path / "labels.csv"
    write(written, file, label_format="csv-long")
    with file.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [(cell_text(line["image"]), cell_text(line["class"])) for line in lines] == [
        (path, name) for path in PATHS for name in CLASSES
    ]
    assert {line["source"] for line in lines} == {"answer"}
    assert {line["label"] for line in lines} == {"1"}
    for name in ("score", "encoder", "run", "snippet", "answered"):
        assert {line[name] for line in lines} == {""}


@pytest.mark.parametrize("label_format", ["csv", "csv-long", "json", "jsonl", "fiftyone", "coco"])
def test_no_photos_is_still_a_valid_file(tmp_path: Path, label_format: str):
    empty = replace(
        table(),
        paths=(),
        labels=np.zeros((0, 4), bool),
        scores=np.zeros((0, 4), np.float32),
        answers=np.zeros((0, 4), np.int8),
        sizes=np.zeros((0, 2), np.int32),
    )
    file = tmp_path / "labels"
    write(empty, file, label_format=label_format)
    text = file.read_text(encoding="utf-8")
    if label_format in ("json", "fiftyone", "coco"):
        found = json.loads(text)
        assert not found.get("images")
        assert not found.get("annotations")
    else:
        assert text.count("\n") == (label_format != "jsonl")


def test_an_unknown_format_names_the_known_ones(tmp_path: Path):
    with pytest.raises(ExportError, match="csv, csv-long, json, jsonl"):
        write(table(), tmp_path / "labels", label_format="yaml")


def everything_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


@pytest.mark.parametrize("place", ["no folder/labels.csv", "a file/labels.csv", "a folder", "/"])
def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, place: str):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").write_text("kept")
    before = everything_in(tmp_path)
    with pytest.raises(ExportError, match="choose another place"):
        write(table(), tmp_path / place, label_format="csv")
    with pytest.raises(ExportError, match="choose another place"):
        check_place(tmp_path / place)
    assert everything_in(tmp_path) == before
    assert (tmp_path / "a file").read_text() == "kept"


def half_a_file(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    yield "image,"
    raise OSError(28, "No space left on device")


def half_a_file_and_a_bug(table: LabelTable, options: ExportOptions) -> Iterator[str]:
    yield "image,"
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("writer", "raised"), [(half_a_file, ExportError), (half_a_file_and_a_bug, ZeroDivisionError)]
)
def test_a_failure_in_the_middle_leaves_the_earlier_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: object, raised: type[Exception]
):
    """The disk of a test machine does not fill up when asked: these writers stop as if it did."""
    half = label_formats.LabelFormat("half", "Half", "", ".csv")
    monkeypatch.setitem(FILE_WRITERS, "half", writer)
    monkeypatch.setitem(label_formats.LABEL_FORMATS, "half", half)
    file = tmp_path / "labels.csv"
    file.write_text("earlier")
    with pytest.raises(raised):
        write(table(), file, label_format="half")
    assert file.read_text() == "earlier"
    assert everything_in(tmp_path) == ["labels.csv"]


def test_a_kill_in_the_middle_leaves_the_earlier_file(tmp_path: Path):
    file = tmp_path / "labels.csv"
    file.write_text("earlier")
    program = (
        "import os, pathlib, sys\n"
        "from cdul_app.formats import label_files, label_formats\n"
        "def die(table, options):\n"
        "    yield 'image,'; os.kill(os.getpid(), 9)\n"
        "label_files.FILE_WRITERS['die'] = die\n"
        "die = label_formats.LabelFormat('die', 'Die', '', '.csv')\n"
        "label_formats.LABEL_FORMATS['die'] = die\n"
        "from tests.formats.test_label_files import table\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "list(label_files.write_label_file(table(), file, label_format='die'))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(file)], check=False)
    assert ended.returncode == -9
    assert file.read_text() == "earlier"


def test_a_cancel_in_the_middle_leaves_the_earlier_file(tmp_path: Path):
    file = tmp_path / "labels.csv"
    file.write_text("earlier")
    events = write_label_file(table(), file, label_format="csv")
    next(events)
    events.close()
    assert file.read_text() == "earlier"
    assert everything_in(tmp_path) == ["labels.csv"]


def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "target.csv").write_text("earlier")
    link = tmp_path / "labels.csv"
    link.symlink_to("target.csv")
    write(table(), link, label_format="csv")
    assert link.is_symlink()
    assert read_wide_csv(tmp_path / "target.csv").image_names == PATHS


def test_a_pipe_is_written_and_not_replaced(tmp_path: Path):
    """A device too, such as /dev/stdout or, as root, /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write(table(), pipe, label_format="json")
    reader.join()
    assert len(json.loads(received[0])["images"]) == len(PATHS)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_name_of_the_greatest_length(tmp_path: Path):
    file = tmp_path / ("x" * 251 + ".csv")
    write(table(), file, label_format="csv")
    assert everything_in(tmp_path) == [file.name]


def test_every_format_has_its_writer():
    files = {key for key, each in label_formats.LABEL_FORMATS.items() if not each.is_folder}
    assert set(FILE_WRITERS) == files
    assert set(FOLDER_WRITERS) == set(label_formats.LABEL_FORMATS) - files
