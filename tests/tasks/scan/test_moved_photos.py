"""Photos that are moved keep their rows, and with them answers, labels and embeddings."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cdul_app.events import Started
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.paths import locate_project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.storage.scan_changes import ScanChanges
from cdul_app.tasks.scan.read_photos import read_photos
from cdul_app.tasks.scan.scan import scan_project
from tests.events import run_task
from tests.storage.store_helpers import add_classes
from tests.tasks.project_helpers import of_type

OLD = 1_500_000_000  # seconds


class Library:
    """A folder of files with different contents, scanned and read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.location = locate_project(folder)

    def write(self, path: str, content: str, *, time: float = OLD + 0.123456) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        os.utime(file, ns=(round(time * 1e9), round(time * 1e9)))

    def move(self, path: str, to: str, *, time: float | None = None) -> None:
        file, target = self.folder / path, self.folder / to
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        if time is not None:
            os.utime(target, (time, time))

    def scan(self) -> str:
        """Returns what is said of it, and checks that a second scan finds nothing more."""
        self.events, self.result = run_task(scan_project(self.location))
        _, again = run_task(scan_project(self.location))
        assert again.summary == f"{len(self.rows())} photos in the folder."
        return self.result.summary

    def read(self) -> None:
        for _ in read_photos(self.location):
            pass

    def rows(self) -> dict[str, int]:
        with ProjectStore(self.location.database) as store:
            return {photo.path: photo.identifier for photo in store.photos.all()}

    @property
    def compared(self) -> int:
        """Files that were read to find what has moved."""
        titles = [event for event in of_type(self.events, Started) if "moved" in event.title]
        return sum(event.total or 0 for event in titles)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "photos")
    for index in range(6):
        library.write(f"holiday/{index}.jpg", f"photo {index}", time=OLD + index + 0.5)
    assert library.scan() == "6 photos in the folder."
    library.read()
    return library


def test_a_renamed_folder_is_followed_without_reading_a_file(library: Library):
    before = library.rows()
    (library.folder / "holiday").rename(library.folder / "summer")
    assert library.scan() == "6 photos in the folder: 6 moved."
    assert library.compared == 0
    assert library.rows() == {
        path.replace("holiday", "summer"): row for path, row in before.items()
    }


def test_a_renamed_photo_is_followed_by_its_fingerprint(library: Library):
    before = library.rows()
    library.move("holiday/2.jpg", "the best one.jpg", time=OLD)
    assert library.scan() == "6 photos in the folder: 1 moved."
    assert library.compared == 1
    assert library.rows()["the best one.jpg"] == before["holiday/2.jpg"]


def test_answers_embeddings_and_what_was_read_go_along(library: Library):
    with ProjectStore(library.location.database) as store:
        (cat,) = add_classes(store, "cat")
        photo = library.rows()["holiday/2.jpg"]
        store.answers.apply([AnswerChange(photo, cat, UNOBSERVED, YES)])
        fingerprint = store.photos.all()[2].fingerprint
    library.move("holiday/2.jpg", "elsewhere/new.jpg", time=OLD)
    library.scan()
    with ProjectStore(library.location.database) as store:
        assert store.answers.all() == [(photo, cat, YES)]
        moved = next(row for row in store.photos.all() if row.path == "elsewhere/new.jpg")
        assert (moved.identifier, moved.fingerprint) == (photo, fingerprint)


def test_everything_at_once_is_told(library: Library):
    library.move("holiday/0.jpg", "a.jpg")
    library.move("holiday/1.jpg", "b.jpg", time=OLD)
    library.write("holiday/2.jpg", "another content")
    (library.folder / "holiday/3.jpg").unlink()
    library.write("new 1.jpg", "new 1")
    library.write("new 2.jpg", "new 2, longer")
    assert library.scan() == ("7 photos in the folder: 2 added, 2 moved, 1 changed, 1 missing.")
    assert library.result.photos == 7
    assert library.result.changes == ScanChanges(added=2, moved=2, changed=1, missing=1)


def test_of_the_same_size_and_another_content_nothing_moves(library: Library):
    before = library.rows()
    (library.folder / "holiday/2.jpg").unlink()
    library.write("new.jpg", "PHOTO 2")
    assert library.scan() == "6 photos in the folder: 1 added, 1 missing."
    assert library.rows()["new.jpg"] not in before.values()


def test_copies_are_told_apart_by_their_names(library: Library):
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        library.write(f"left/{name}", "the same")
    library.scan()
    library.read()
    before = library.rows()
    shutil.rmtree(library.folder / "left")
    for name in ("two.jpg", "three.jpg", "one.jpg"):
        library.write(f"right/{name}", "the same", time=OLD)
    assert library.scan() == "9 photos in the folder: 3 moved."
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        assert library.rows()[f"right/{name}"] == before[f"left/{name}"]


def test_a_copy_is_a_photo_of_its_own(library: Library):
    before = library.rows()
    library.write("copy.jpg", "photo 1")
    assert library.scan() == "7 photos in the folder: 1 added."
    assert {path: row for path, row in library.rows().items() if path != "copy.jpg"} == before


def test_photos_that_change_names_among_themselves(library: Library):
    """As when a number is put in before the others, and all move up by one."""
    before = library.rows()
    for index in range(5, 1, -1):
        library.move(f"holiday/{index}.jpg", f"holiday/{index + 1}.jpg")
    library.write("holiday/2.jpg", "put in")
    assert library.scan() == "7 photos in the folder: 1 added, 4 moved."
    after = library.rows()
    for index in range(2, 6):
        assert after[f"holiday/{index + 1}.jpg"] == before[f"holiday/{index}.jpg"]
    assert after["holiday/2.jpg"] not in before.values()


def test_two_photos_that_change_places(library: Library):
    before = library.rows()
    library.move("holiday/1.jpg", "aside.jpg")
    library.move("holiday/2.jpg", "holiday/1.jpg")
    library.move("aside.jpg", "holiday/2.jpg")
    assert library.scan() == "6 photos in the folder: 2 moved."
    assert library.rows()["holiday/1.jpg"] == before["holiday/2.jpg"]
    assert library.rows()["holiday/2.jpg"] == before["holiday/1.jpg"]


def test_a_photo_that_took_the_place_of_another_takes_none_of_its_answers(library: Library):
    """The one that was overwritten is gone: its row stays where it was, as that of a change."""
    before = library.rows()
    library.move("holiday/1.jpg", "holiday/2.jpg")
    assert library.scan() == "5 photos in the folder: 1 changed, 1 missing."
    assert library.rows()["holiday/2.jpg"] == before["holiday/2.jpg"]


def test_a_photo_that_was_missing_for_long_is_known_again(library: Library, tmp_path: Path):
    before = library.rows()
    away = tmp_path / "away.jpg"
    (library.folder / "holiday/4.jpg").rename(away)
    assert library.scan() == "5 photos in the folder: 1 missing."
    away.rename(library.folder / "back again.jpg")
    assert library.scan() == "6 photos in the folder: 1 moved."
    assert library.rows()["back again.jpg"] == before["holiday/4.jpg"]


def test_times_of_whole_seconds_prove_nothing(library: Library):
    """As archives write them: the same name, size and time, and another photo."""
    library.write("left/one.jpg", "content A", time=OLD)
    library.scan()
    library.read()
    row = library.rows()["left/one.jpg"]
    (library.folder / "left/one.jpg").unlink()
    library.write("right/one.jpg", "content B", time=OLD)
    assert library.scan() == "7 photos in the folder: 1 added, 1 missing."
    assert library.rows()["right/one.jpg"] != row


def test_a_photo_that_was_never_read_is_followed_by_name_and_time_only(tmp_path: Path):
    library = Library(tmp_path / "photos")
    library.write("left/a.jpg", "a")
    library.write("left/b.jpg", "bb")
    library.scan()
    before = library.rows()
    library.move("left/a.jpg", "right/a.jpg")
    library.move("left/b.jpg", "right/other.jpg")
    assert library.scan() == "2 photos in the folder: 1 added, 1 moved, 1 missing."
    assert library.rows()["right/a.jpg"] == before["left/a.jpg"]


def test_touched_files_are_not_read_again(library: Library):
    for index in range(6):
        os.utime(library.folder / f"holiday/{index}.jpg", (OLD + 99, OLD + 99))
    assert library.scan() == "6 photos in the folder: 6 changed."
    with ProjectStore(library.location.database) as store:
        assert store.photos.unread() == []


@pytest.mark.parametrize("stop", [1, 3])
def test_a_scan_that_is_cancelled_while_it_compares_changes_nothing(
    library: Library, stop: int, of_moved: Callable[[Library], None]
):
    of_moved(library)
    before = library.rows()
    events = scan_project(library.location)
    for event in events:
        if isinstance(event, Started) and "moved" in event.title:
            break
    for _ in range(stop):
        next(events)
    events.close()
    assert library.rows() == before
    assert library.scan() == "6 photos in the folder: 6 moved."


@pytest.fixture
def of_moved() -> Callable[[Library], None]:
    def move(library: Library) -> None:
        for index in range(6):
            library.move(f"holiday/{index}.jpg", f"moved {index}.jpg", time=OLD)

    return move
