"""Folders, projects and files that are elsewhere, or not what they should be."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.unwritable import unwritable

COMMANDS_ON_A_FOLDER = [
    ["score"],
    ["train"],
    ["predict"],
    ["evaluate", "--truth", "truth.csv"],
    ["export", "--format", "csv", "--output", "labels.csv"],
    ["info"],
]


@pytest.mark.parametrize("arguments", COMMANDS_ON_A_FOLDER, ids=lambda words: words[0])
def test_a_folder_that_is_not_there(refused, arguments, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name, *options = arguments
    (tmp_path / "file.jpg").touch()
    assert f"The folder {tmp_path / 'absent'} does not exist" in refused(name, "absent", *options)
    assert "is a file: choose the folder" in refused(name, "file.jpg", *options)
    assert not (tmp_path / "home").exists()


def test_folders_without_photos(refused, tmp_path: Path):
    folder = tmp_path / "empty"
    folder.mkdir()
    score = ("score", folder, "--classes", "cat, dog", "--encoder", "demo")
    assert "There are no photos in" in refused(*score)
    (folder / "notes.txt").touch()
    assert "There are no photos in" in refused(*score)
    (folder / "broken.jpg").write_text("no photo")
    assert "None of the photos could be read" in refused(*score)


def test_a_project_elsewhere(command, refused, photos, encoder, tmp_path: Path, monkeypatch):
    folder = photos("photos", 2)
    monkeypatch.chdir(tmp_path)
    elsewhere = ("--project", "projects/../projects/pets.sqlite")
    (tmp_path / "projects").mkdir()
    command("score", folder, *elsewhere, "--classes", "cat, dog", "--encoder", encoder)
    assert not (folder / ".cdul").exists()
    trained = command("train", "photos", *elsewhere, "--epochs", "1")
    assert trained.status == 0, trained.stderr
    info = command("info", folder, *elsewhere, "--json").json
    assert info["database"] == str(tmp_path / "projects" / "pets.sqlite")
    assert Path(info["classifier"]).parent == tmp_path / "projects" / "pets.sqlite-classifiers"
    assert "There is no project at" in refused("info", folder)
    # What is known of the photos can be taken out while their disk is away.
    folder.rename(tmp_path / "away")
    labels = tmp_path / "labels.csv"
    exported = command("export", folder, *elsewhere, "--format", "csv", "--output", labels)
    assert exported.status == 0, exported.stderr
    assert labels.read_text().startswith("image,cat,dog\n")


def test_a_folder_given_as_project(refused, scored_folder: Path, tmp_path: Path):
    (tmp_path / "projects").mkdir()
    for name in ("score", "info"):
        sentence = refused(name, scored_folder, "--project", tmp_path / "projects")
        assert "is a folder: --project needs the name of a file" in sentence


def test_a_read_only_folder(command, photos, encoder, read_only, tmp_path: Path):
    folder = read_only(photos("photos", 2))
    scored = command("score", folder, "--classes", "cat, dog", "--encoder", encoder)
    assert scored.status == 0, scored.stderr
    assert f"its project was begun; it is kept in {tmp_path / 'home'}" in scored.stderr
    info = command("info", folder, "--json")
    assert info.json["photos"] == 2
    assert "cannot be written" in info.stderr
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert command("info", link, "--json").json["database"] == info.json["database"]


@pytest.mark.parametrize("content", [b"hello, this is a text file", b"SQLite format 3\0" * 300])
def test_a_damaged_database(refused, scored_folder: Path, content: bytes):
    database = scored_folder / ".cdul" / "project.sqlite"
    for name in ("project.sqlite-wal", "project.sqlite-shm"):
        (database.parent / name).unlink(missing_ok=True)
    database.write_bytes(content)
    for name in ("score", "info", "train"):
        assert "amaged" in refused(name, scored_folder)
    assert database.read_bytes() == content


def test_a_database_of_another_program(refused, scored_folder: Path, tmp_path: Path):
    database = tmp_path / "music.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE songs (title)")
    connection.close()
    assert "of another program" in refused("info", scored_folder, "--project", database)


def test_truth_that_cannot_be_used(refused, scored_folder: Path, tmp_path: Path):
    truth = tmp_path / "truth.csv"

    def told() -> str:
        return refused("evaluate", scored_folder, "--truth", truth)

    assert "There is no label file" in told()
    truth.write_text("image,cat\nno such photo.jpg,1\n")
    assert "No photo of the project is named" in told()
    photo = next(scored_folder.glob("*.jpg")).name
    truth.write_text(f"image,unicorn\n{photo},1\n")
    assert "No class of the project is named" in told()
    truth.write_text(f"image,cat\n{photo},yes\n")
    assert "Line 2 of the label file" in told()
    truth.write_text(f"image;cat\n{photo};1\n")
    assert "with commas" in told()
    truth.write_bytes(b"\xff\xfe\0\0")
    assert "cannot be read" in told()


def test_output_that_cannot_be_written(refused, scored_folder: Path, tmp_path: Path):
    for output in (tmp_path / "no" / "such" / "labels.csv", tmp_path):
        sentence = refused("export", scored_folder, "--format", "csv", "--output", output)
        assert f"The labels cannot be written to {output}" in sentence


def test_another_s_file_is_replaced_only_with_overwrite(
    command, refused, scored_folder: Path, tmp_path: Path
):
    output = tmp_path / "labels.csv"
    output.write_text("a friend's")
    export = ("export", scored_folder, "--format", "csv", "--output", output)
    assert "did not write" in refused(*export)
    assert output.read_text() == "a friend's"
    assert command(*export, "--overwrite").status == 0
    assert command(*export).status == 0  # its own now
    assert command("train", scored_folder, "--epochs", "1").status == 0
    output.write_text("a friend's")
    assert "did not write" in refused("predict", scored_folder, "--output", output)
    assert command("predict", scored_folder, "--output", output, "--overwrite").status == 0


def test_a_foreign_sidecar_is_replaced_or_kept_as_is_said(command, refused, scored_folder: Path):
    theirs, *others = (photo.with_suffix(".txt") for photo in sorted(scored_folder.glob("*.jpg")))
    theirs.write_text("a friend's")
    export = ("export", scored_folder, "--format", "txt", "--output", scored_folder)
    assert f"changed since: {theirs.name}." in refused(*export)
    assert not any(file.exists() for file in others)
    kept = command(*export, "--keep-theirs")
    assert kept.status == 0
    assert f"Left as found: 1 file of others, {theirs.name}." in kept.stderr
    assert theirs.read_text() == "a friend's"
    assert all(file.is_file() for file in others)
    assert command(*export, "--keep-theirs", "--overwrite").status == 2
    assert command(*export, "--overwrite").status == 0
    assert theirs.read_text() != "a friend's"


@pytest.mark.parametrize("label_format", ["voc", "openimages", "labelme", "txt"])
def test_a_raw_photo_beside_its_jpeg_stops_no_format_and_is_told(
    command, scored_folder: Path, tmp_path: Path, label_format: str
):
    photo = min(scored_folder.glob("*.jpg"))
    shutil.copy(photo, photo.with_suffix(".CR2"))
    assert command("score", scored_folder).status == 0
    output = tmp_path / "out"
    told = command("export", scored_folder, "--format", label_format, "--output", output)
    assert told.status == 0
    count = len([*scored_folder.glob("*.jpg"), *scored_folder.glob("*.CR2")])
    assert f"Wrote the labels of {count} photos" in told.stderr
    whole = f"so 1 is named with it: {photo.stem}.CR2."
    assert whole in told.stderr
    again = command("export", scored_folder, "--format", "xmp", "--output", tmp_path / "keywords")
    assert (again.status, whole in again.stderr) == (0, False)
    as_truth = command("import", scored_folder, output, "--as", "truth")
    assert as_truth.status == 0, as_truth.stderr
    assert "not found" not in as_truth.stderr


def test_predict_on_what_is_no_folder_of_photos(
    command, refused, scored_folder: Path, tmp_path: Path
):
    assert command("train", scored_folder, "--epochs", "1").status == 0
    assert "does not exist" in refused("predict", scored_folder, "--on", tmp_path / "absent")
    assert "cannot be written" in refused(
        "predict", scored_folder, "--on", scored_folder, "--output", tmp_path / "no" / "labels.csv"
    )
    shutil.rmtree(scored_folder / ".cdul" / "classifiers")
    assert "There is no classifier in" in refused("predict", scored_folder)


def test_odd_names_and_odd_photos_are_told_and_the_rest_goes_on(command, photos, encoder):
    folder = photos("fotos 🦊", 2)
    one, two = sorted(folder.iterdir())
    one.rename(folder / "two\nlines “quoted” 🦊.jpg")
    (folder / "broken\r.png").write_bytes(b"no picture")
    (folder / "empty.jpg").touch()
    scored = command("score", folder, "--classes", "Füchse 🦊, dog", "--encoder", encoder)
    assert scored.status == 0
    assert "Labelled 2 photos for 2 classes, 2 skipped." in scored.stderr
    assert r"Skipped 'broken\r.png': " in scored.stderr
    assert "Skipped 'empty.jpg': " in scored.stderr
    shown = command("info", folder).stdout
    assert "2 of them skipped" in shown
    assert r"Skipped     'broken\r.png': " in shown
    assert two.exists()


def test_a_project_that_cannot_be_written_is_read_where_it_is(command, refused, scored_folder):
    database = scored_folder / ".cdul" / "project.sqlite"
    labels = scored_folder.parent / "labels.csv"
    before = database.read_bytes()
    with unwritable(scored_folder):
        info = command("info", scored_folder, "--json")
        assert info.json["database"] == str(database)
        assert info.json["photos"] == 8
        assert "This project is read only" in info.stderr
        for given in ((), ("--project", database)):
            export = ("export", scored_folder, *given, "--format", "csv", "--output", labels)
            assert command(*export).status == 0
            labels.unlink()
        for writing in (
            ["score"], ["train"], ["predict"], ["ask", "--class", "cat"],
            ["classes", "--rename", "cat", "tiger"],
        ):  # fmt: skip
            name, *options = writing
            assert "This project is read only" in refused(name, scored_folder, *options)
    assert database.read_bytes() == before
    assert not list(scored_folder.parent.rglob("home/data/projects"))
