"""Folders of labels are written whole, and replace what an export has written, nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cdul_app.errors import ExportError
from cdul_app.formats.export_options import ExportOptions, PhotoFiles
from cdul_app.formats.label_folders import (
    WRITTEN_LIST,
    StrangersFilesError,
    write_label_folder,
)
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FOLDER_WRITERS
from cdul_app.formats.short_names import stem
from cdul_app.formats.sidecars.xmp import read_xmp
from tests.formats.label_tables import label_table, write_labels

PATHS = ("a.jpg", "sub/b.jpg")


@pytest.fixture
def table(tmp_path: Path) -> LabelTable:
    for path in PATHS:
        (tmp_path / "photos" / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / "photos" / path)
    return label_table(tmp_path / "photos", PATHS, ("cat", "dog"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("photos", list(PhotoFiles))
def test_photos_come_as_links_as_copies_or_not(tmp_path: Path, table: LabelTable, photos):
    out = write_labels(table, tmp_path / "out", "huggingface", ExportOptions(photos=photos))
    there = out / "sub" / "b.jpg"
    assert there.exists() == (photos is not PhotoFiles.NONE)
    if there.exists():
        assert there.samefile(table.folder / "sub/b.jpg") == (photos is PhotoFiles.LINK)


def test_a_cancel_leaves_what_was_there(tmp_path: Path, table: LabelTable):
    for there in (False, True):
        out = tmp_path / "out"
        if there:
            out.mkdir()
            (out / "mine.txt").write_text("mine")
        before = contents(tmp_path)
        items = FOLDER_WRITERS["voc"](table, ExportOptions())
        events = write_label_folder(items, out, count=2, photos=PhotoFiles.COPY, overwrite=False)
        next(events)
        events.close()
        assert contents(tmp_path) == before
        assert out.exists() == there


def test_a_later_export_replaces_its_own_files_and_no_others(tmp_path: Path, table: LabelTable):
    out = write_labels(table, tmp_path / "out", "txt")
    (out / "mine.md").write_text("mine")
    fewer = replace(
        table,
        paths=table.paths[:1],
        labels=table.labels[:1],
        scores=table.scores[:1],
        answers=table.answers[:1],
    )
    write_labels(fewer, out, "txt")
    assert {name for name in contents(out) if not name.startswith(".")} == {"a.txt", "mine.md"}
    (out / "a.txt").write_text("cat, of my own")
    with pytest.raises(StrangersFilesError, match=r"changed since: a\.txt"):
        write_labels(table, out, "txt")
    assert (out / "a.txt").read_text() == "cat, of my own"
    assert not list(out.glob("*.part"))
    write_labels(table, out, "txt", overwrite=True)
    assert (out / "a.txt").read_text() == ", ".join(table.names(0))


def test_a_foreign_sidecar_is_not_replaced(tmp_path: Path, table: LabelTable):
    theirs = table.folder / "a.xmp"
    theirs.write_text("of another program")
    before = contents(table.folder)
    with pytest.raises(StrangersFilesError, match=r"a\.xmp"):
        write_labels(table, table.folder, "xmp")
    assert contents(table.folder) == before


def test_a_foreign_sidecar_can_be_kept_while_the_others_are_written(
    tmp_path: Path, table: LabelTable
):
    out = write_labels(table, tmp_path / "out", "txt")
    names = sorted(name for name in contents(out) if name.endswith(".txt"))
    assert len(names) > 1
    (out / names[0]).write_text("theirs")
    other = replace(table, labels=~table.labels)
    keeping = ExportOptions(photos=PhotoFiles.NONE, keep_theirs=True)
    for _ in range(2):
        write_labels(other, out, "txt", keeping)
        assert (out / names[0]).read_text() == "theirs"
        for row, path in enumerate(table.paths):
            if f"{stem(path)}.txt" != names[0]:
                assert (out / f"{stem(path)}.txt").read_text() == ", ".join(other.names(row))
    with pytest.raises(StrangersFilesError):
        write_labels(other, out, "txt")


def test_a_place_that_is_a_file_is_a_sentence(tmp_path: Path, table: LabelTable):
    (tmp_path / "out").write_text("kept")
    with pytest.raises(ExportError, match="it is a file"):
        write_labels(table, tmp_path / "out", "voc")


@pytest.mark.parametrize("name", ["a/b", "a:b", "a\nb"])
def test_a_name_that_a_format_cannot_write_is_a_sentence(tmp_path: Path, name: str):
    table = label_table(tmp_path, PATHS, (name,))
    with pytest.raises(ExportError, match="cannot be written as VOC lists"):
        write_labels(table, tmp_path / "out", "voc")
    assert not (tmp_path / "out").exists()


PAIRS = ("a.CR2", "a.jpg", "b.jpg", "b.png", "b.jpg.png", "c.jpg")


@pytest.mark.parametrize(
    ("label_format", "files"),
    [
        ("labelme", {"a.CR2.json", "a.json", "b.jpg.json", "b.png.json", "b.jpg.png.json"}),
        ("txt", {"a.CR2.txt", "a.txt", "b.jpg.txt", "b.png.txt", "b.jpg.png.txt"}),
    ],
)
def test_of_a_raw_photo_and_its_jpeg_readers_find_the_labels_of_the_jpeg(
    tmp_path: Path, label_format: str, files: set[str]
):
    table = label_table(tmp_path, PAIRS, ("cat", "dog"))
    out = write_labels(table, tmp_path / "out", label_format)
    written = set(contents(out)) - {WRITTEN_LIST}
    assert written == files | {f"c.{'json' if label_format == 'labelme' else 'txt'}"}


@pytest.mark.parametrize(
    ("label_format", "place"), [("voc", "JPEGImages"), ("openimages", "images/train"), ("txt", "")]
)
def test_a_photo_that_comes_along_is_found_by_the_name_that_its_labels_have(
    tmp_path: Path, label_format: str, place: str
):
    for path in PAIRS:
        (tmp_path / path).write_bytes(path.encode())
    table = label_table(tmp_path, PAIRS, ("cat", "dog"))
    out = write_labels(table, tmp_path / "out", label_format, ExportOptions()) / place
    photos = {name: content for name, content in contents(out).items() if not name.endswith("txt")}
    photos.pop(WRITTEN_LIST, None)
    assert {stem(name): content.decode() for name, content in photos.items()} == {
        "a.CR2": "a.CR2",
        "a": "a.jpg",
        "b.jpg": "b.jpg",
        "b.png": "b.png",
        "b.jpg.png": "b.jpg.png",
        "c": "c.jpg",
    }


def test_keywords_of_a_raw_photo_and_its_jpeg_are_told_apart(tmp_path: Path):
    paths = ("a.CR2", "a.jpg", "b.jpg", "b.png", "c.jpg")
    table = label_table(tmp_path, paths, ("cat", "dog"))
    write_labels(table, tmp_path / "out", "xmp")
    written = {file.name: file.read_text() for file in (tmp_path / "out").glob("*.xmp")}
    assert set(written) == {f"{path}.xmp" for path in paths} | {"a.xmp", "c.xmp"}
    assert written["a.xmp"] == written["a.CR2.xmp"]
    read = read_xmp(tmp_path / "out")
    assert set(read.image_names) == set(paths)
