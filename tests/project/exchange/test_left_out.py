"""What is said of an export that does not hold everything."""

from pathlib import Path

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import YES
from cdul_app.project.exchange.export_table import labelled_rows
from cdul_app.project.exchange.left_out import left_out
from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


def told(project: Project) -> str:
    return left_out(project, labelled_rows(project))


def test_each_reason_is_counted(project: Project):
    assert told(project) == ""
    folder = project.location.folder
    photos = sorted(folder.glob("*.jpg"))
    (folder / "broken.jpg").write_bytes(photos[0].read_bytes()[:300])
    run_task(score_project(project.location, project.settings.scoring))
    for name in ("new one.jpg", "new two.jpg"):
        (folder / name).write_bytes(photos[1].read_bytes() + name.encode())
    project.decisions.answer([0], 0, YES)
    photos[0].unlink()
    run_task(scan_project(project.location))
    project.reload()
    assert told(project) == (
        "Left out: 2 photos not labelled yet, 1 photo that cannot be read, "
        "1 photo with answers that left the folder."
    )


def test_a_class_that_was_added_since_is_no_machine_s_no(project: Project):
    definitions = list(project.classes.definitions)
    project.decisions.set_classes([*definitions, ClassDefinition("unicorn")])
    assert (
        told(project) == "No photo was labelled for “unicorn” yet: it is left open on every photo."
    )
    project.decisions.answer([0], len(definitions), YES)
    assert told(project).endswith("left open on every photo, but where you answered.")


def test_answers_alone_lack_no_class(scanned_project: Project):
    scanned_project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    scanned_project.decisions.answer([0], 0, YES)
    assert told(scanned_project) == "Left out: 5 photos not labelled yet."


def test_an_empty_project(tmp_path: Path):
    folder = tmp_path / "empty"
    folder.mkdir()
    with Project.open_folder(folder) as project:
        assert told(project) == ""
