"""The order by when photos were taken, read in the background."""

from pathlib import Path

import pytest
from PIL import ExifTags, Image

from cdul_app.photos.capture_time import capture_text
from cdul_app.project.finding.photo_filter import (
    PhotoFilter,
    SortKey,
    filtered_rows,
    missing_figures,
)
from cdul_app.project.project import Project
from cdul_app.tasks.scan.read_photos import read_photos
from cdul_app.tasks.scan.scan import scan_project
from tests.events import run_task

TIMES = {"a.jpg": "2024:05:12 14:03:10", "b.jpg": "", "c.jpg": "2024:05:12 14:03:09"}


def save(file: Path, time: str) -> None:
    exif = Image.Exif()
    if time:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = time
    Image.new("RGB", (len(time) + 5, 30)).save(file, exif=exif)


@pytest.fixture
def project(tmp_path: Path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, time in TIMES.items():
        save(folder / name, time)
    with Project.open_folder(folder) as project:
        run_task(scan_project(project.location))
        project.reload()
        yield project


def order(project: Project, *, descending: bool = False) -> list[str]:
    wanted = PhotoFilter(sort=SortKey.TAKEN, descending=descending)
    return [project.photos.paths[row] for row in filtered_rows(project, wanted)]


def test_it_is_the_order_to_the_second_and_photos_without_a_date_come_last(project: Project):
    assert "No photo tells" in missing_figures(project, SortKey.TAKEN)
    result = run_task(read_photos(project.location))[1]
    project.photos.put_taken(result.dated, result.taken)
    assert not missing_figures(project, SortKey.TAKEN)
    assert order(project) == ["c.jpg", "a.jpg", "b.jpg"]
    assert order(project, descending=True) == ["a.jpg", "c.jpg", "b.jpg"]
    project.reload()
    assert order(project) == ["c.jpg", "a.jpg", "b.jpg"]


def test_photos_that_an_earlier_version_read_get_theirs(project: Project):
    run_task(read_photos(project.location))
    project.store.photos._database.conn.execute("UPDATE photos SET taken = NULL")
    assert run_task(read_photos(project.location))[1].photos == 3
    assert run_task(read_photos(project.location))[1].photos == 0  # also the one without
    project.reload()
    times = [capture_text(each)[-5:] for each in project.photos.taken.tolist()]
    assert times == ["14:03", "", "14:03"]


def test_a_changed_file_is_read_anew(project: Project):
    run_task(read_photos(project.location))
    save(project.location.folder / "b.jpg", "2030:01:01 00:00:00")
    run_task(scan_project(project.location))
    run_task(read_photos(project.location))
    project.reload()
    assert order(project)[-1] == "b.jpg"
    assert project.photos.taken.all()
