import os
import time
from pathlib import Path

import pytest

from cdul_app.errors import FolderError
from cdul_app.events import Noted, Progressed, Skipped
from cdul_app.paths import locate_project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.scan.scan import find_photos, scan_photos, scan_project
from tests.events import run_task
from tests.tasks.project_helpers import of_type, skipped

ODD_NAMES = (
    "with space.JPG",
    "🐈 emoji.png",
    "line\nbreak.webp",
    "quo'te\".jpeg",
    "no suffix but .dots.tiff",
    "ünïcode/nested/deep.gif",
    "-rf.jpg",
    "a\\b.bmp",
)


def touch(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x")
    return file


def stored_paths(folder: Path) -> list[str]:
    with ProjectStore(locate_project(folder).database) as store:
        return [photo.path for photo in store.photos.all()]


def test_photos_of_any_name_are_found_and_nothing_else(tmp_path: Path):
    folder = tmp_path / "my photos"
    for name in ODD_NAMES:
        touch(folder / name)
    for name in (".hidden.jpg", ".hidden/a.jpg", "notes.txt", "jpg", "archive.jpg.zip"):
        touch(folder / name)
    events, result = run_task(scan_project(locate_project(folder)))
    assert stored_paths(folder) == sorted(ODD_NAMES)
    assert result.summary == f"{len(ODD_NAMES)} photos in the folder."
    assert skipped(events) == {}
    _, second = run_task(scan_project(locate_project(folder)))
    assert second.summary == result.summary  # .cdul is not scanned


def test_a_name_that_is_no_text_is_skipped_with_its_reason(tmp_path: Path):
    touch(tmp_path / "good.jpg")
    touch(tmp_path / os.fsdecode(b"bad \xff.jpg"))
    touch(tmp_path / os.fsdecode(b"folder \xfe") / "inside.jpg")
    events = list(scan_project(locate_project(tmp_path)))
    assert stored_paths(tmp_path) == ["good.jpg"]
    told = skipped(events)
    assert set(told) == {r"bad \xff.jpg", r"folder \xfe/inside.jpg"}
    assert all("rename the file" in reason for reason in told.values())


def test_what_is_no_regular_file_is_skipped(tmp_path: Path):
    touch(tmp_path / "good.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")  # to read it would wait for ever
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (tmp_path / "folder.jpg").mkdir()
    events = list(scan_project(locate_project(tmp_path)))
    told = skipped(events)
    assert set(told) == {"pipe.jpg", "dangling.jpg"}
    assert "pipe" in told["pipe.jpg"]
    assert stored_paths(tmp_path) == ["good.jpg"]


def test_links_to_files_count_and_loops_of_links_end(tmp_path: Path):
    folder = tmp_path / "photos"
    touch(folder / "a.jpg")
    touch(tmp_path / "elsewhere.jpg")
    (folder / "link.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "itself.jpg").symlink_to(folder / "itself.jpg")
    events = list(scan_project(locate_project(folder)))
    assert stored_paths(folder) == ["a.jpg", "link.jpg"]
    assert set(skipped(events)) == {"itself.jpg"}


def test_what_is_passed_over_is_told_in_terminal_and_window(tmp_path: Path):
    touch(tmp_path / "photos" / "a.jpg")
    touch(tmp_path / "photos" / "b.psd")
    (tmp_path / "photos" / "album").symlink_to(tmp_path, target_is_directory=True)
    events, result = run_task(scan_project(locate_project(tmp_path / "photos")))
    told = [event.message for event in of_type(events, Noted)]  # the terminal's
    assert told == [
        "1 file of a kind this app cannot read: .psd.",
        "Linked folders are not followed: album.",
    ]
    assert result.summary == " ".join(["1 photos in the folder.", *told])  # the window's


def test_what_an_earlier_version_could_not_read_is_tried_again_once(tmp_path: Path):
    touch(tmp_path / "a.jpg")
    location = locate_project(tmp_path)
    list(scan_project(location))
    with ProjectStore(location.database) as store:
        (photo,) = store.photos.all()
        store.photos.set_fingerprints([(photo.identifier, "abc")])
        store.photos.set_read([], [(photo.identifier, "The file is damaged.")], [])
        list(scan_photos(store, tmp_path))
        assert store.photos.all()[0].error == "The file is damaged."  # of this version
        store.settings.set("decoder", None)
        list(scan_photos(store, tmp_path))
        (photo,) = store.photos.all()
        assert (photo.error, photo.fingerprint) == (None, "abc")


def test_a_folder_of_other_pictures_says_which(tmp_path: Path):
    touch(tmp_path / "drawing.psd")
    with pytest.raises(FolderError, match=r"1 file of a kind this app cannot read: \.psd\."):
        list(scan_project(locate_project(tmp_path)))


def test_an_empty_folder_is_a_sentence(tmp_path: Path):
    touch(tmp_path / "notes.txt")
    with pytest.raises(FolderError, match=r"There are no photos in .* \(looked for .*jpg"):
        list(scan_project(locate_project(tmp_path)))


def test_a_folder_that_is_absent_or_a_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(FolderError, match="does not exist"):
        list(scan_project(locate_project(tmp_path / "absent")))
    file = touch(tmp_path / "photo.jpg")
    with pytest.raises(FolderError, match="is a file"):
        list(scan_project(locate_project(file, tmp_path / "project.sqlite")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_subfolder_without_permission_is_skipped_with_its_reason(tmp_path: Path):
    touch(tmp_path / "good.jpg")
    closed = touch(tmp_path / "closed" / "a.jpg").parent
    closed.chmod(0)
    try:
        told = skipped(list(scan_project(locate_project(tmp_path))))
    finally:
        closed.chmod(0o700)
    assert told == {str(closed): "The folder cannot be read (Permission denied)."}


def test_a_folder_that_cannot_be_listed_is_skipped_with_its_reason(tmp_path: Path):
    """A name of 250 letters in each of 20 folders: too long a path to open, also for root."""
    touch(tmp_path / "good.jpg")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=descriptor)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    events = list(scan_project(locate_project(tmp_path)))
    assert stored_paths(tmp_path) == ["good.jpg"]
    (reason,) = skipped(events).values()
    assert "The folder cannot be read" in reason


def test_a_folder_that_vanishes_marks_no_photo_missing(tmp_path: Path):
    folder, database = tmp_path / "photos", tmp_path / "project.sqlite"
    touch(folder / "a.jpg")
    location = locate_project(folder, database)
    list(scan_project(location))
    events = scan_project(location)
    next(events)  # the folder was there at the start
    folder.rename(tmp_path / "unplugged")
    with pytest.raises(FolderError, match="does not exist"):
        list(events)
    with ProjectStore(database) as store:
        assert store.photos.count() == 1


def test_a_project_file_given_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    touch(tmp_path / "photos" / "a.jpg")
    monkeypatch.chdir(tmp_path)
    location = locate_project(Path("photos"), Path("mine.sqlite"))
    monkeypatch.chdir("/")
    list(scan_project(location))
    assert (tmp_path / "mine.sqlite").is_file()
    assert not (tmp_path / "photos" / ".cdul").exists()


def test_many_files_take_seconds_and_tell_how_far_it_is(tmp_path: Path):
    for part in range(4):
        (tmp_path / str(part)).mkdir()
        for index in range(1000):
            (tmp_path / str(part) / f"{index}.jpg").touch()
    started = time.monotonic()
    events = list(scan_project(locate_project(tmp_path)))
    assert time.monotonic() - started < 4  # 100,000 in well under a minute on a busy machine
    progress = [event.done for event in of_type(events, Progressed)]
    assert progress == sorted(progress)
    assert progress[-1] == 4000


def test_finding_reads_no_file(tmp_path: Path):
    """Only names and sizes: a photo that is no image is told when it is read, not before."""
    touch(tmp_path / "no image.jpg")
    events, found = run_task(find_photos(tmp_path))
    assert found == ["no image.jpg"]
    assert of_type(events, Skipped) == []
