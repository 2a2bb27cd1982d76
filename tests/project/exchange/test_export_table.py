"""Which photos of a project an export holds."""

from pathlib import Path

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.exchange.export_table import labelled_rows
from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project
from tests.events import run_task


def test_of_thousands_of_photos_those_with_labels_are_found(tmp_path: Path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(2100):
        (folder / f"{index:04}.jpg").touch()
    with Project.open_folder(folder) as project:
        run_task(scan_project(project.location))
        project.reload()
        project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
        project.decisions.answer([2099, 3], 0, YES)
        project.decisions.answer([1000], 1, NO)
        assert labelled_rows(project).tolist() == [3, 1000, 2099]
        assert labelled_rows(project, most=2).tolist() == [3, 1000]
