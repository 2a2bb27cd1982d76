"""Folders of labels are written whole, and replace what an export has written, nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cdul_app.errors import ExportError
from cdul_app.formats.export_options import ExportOptions, PhotoFiles
from cdul_app.formats.label_folders import StrangersFilesError, write_label_folder
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FOLDER_WRITERS
from cdul_app.formats.sidecars.xmp import read_xmp
from cdul_app.formats.written_items import stem
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


@pytest.mark.parametrize("label_format", ["voc", "openimages", "labelme", "txt"])
def test_photos_that_share_a_stem_are_not_mixed_up(tmp_path: Path, label_format: str):
    table = label_table(tmp_path, ("a.jpg", "a.png"), ("cat",))
    with pytest.raises(ExportError, match="differs from another photo in its suffix only"):
        write_labels(table, tmp_path / "out", label_format)


def test_keywords_of_a_raw_photo_and_its_jpeg_are_told_apart(tmp_path: Path):
    paths = ("a.CR2", "a.jpg", "b.jpg", "b.png", "c.jpg")
    table = label_table(tmp_path, paths, ("cat", "dog"))
    write_labels(table, tmp_path / "out", "xmp")
    written = {file.name: file.read_text() for file in (tmp_path / "out").glob("*.xmp")}
    assert set(written) == {f"{path}.xmp" for path in paths} | {"a.xmp", "c.xmp"}
    assert written["a.xmp"] == written["a.CR2.xmp"]
    read = read_xmp(tmp_path / "out")
    assert set(read.image_names) == set(paths)
