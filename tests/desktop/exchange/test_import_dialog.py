import shutil

import numpy as np
import pytest

from cdul_app.desktop.exchange.import_dialog import ImportDialog
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labels.label_sources import label_source
from cdul_app.project.project import Project


@pytest.fixture
def dialog(qtbot, trained_session):
    dialog = ImportDialog(trained_session)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.reject()


def imported(qtbot, dialog, place):
    dialog.place.set_path(place)
    dialog.start()
    qtbot.waitUntil(lambda: dialog.message.text != "Reading…")
    return dialog.message.text


def labels_of(project, tmp_path, *lines):
    file = tmp_path / "theirs.csv"
    names = project.classes.names[:2]
    file.write_text("\n".join([f"image,{','.join(names)},unicorn", *lines, ""]), encoding="utf-8")
    return file


def test_answers_come_in_as_one_step_that_undo_takes_back(
    qtbot, dialog, trained_session, tmp_path, screenshot
):
    project = trained_session.project
    first, second = project.photos.paths[:2]
    project.decisions.answer([0], 0, YES)
    file = labels_of(project, tmp_path, f"{first},0,1,1", f"{second},1,,0", "gone.jpg,1,1,1")
    said = imported(qtbot, dialog, file)
    assert said == (
        "Imported 2 answers on 2 photos. 1 answer contradicts one of yours, and yours stay. "
        "2 of 3 photos of the label file are in this folder; not found: gone.jpg; not among your "
        "classes: “unicorn”; the label file has no class "
        f"{', '.join(f'“{name}”' for name in project.classes.names[2:5])} and "
        f"{len(project.classes) - 5} more."
    )
    screenshot(dialog, "import-dialog")
    assert project.answers[:2, :2].tolist() == [[YES, YES], [YES, UNOBSERVED]]
    assert label_source(project, 1, 0).describe().startswith("Imported from theirs.csv on")
    assert "Imported from" not in label_source(project, 0, 0).describe()
    assert project.decisions.undo() == "Undid 2 answers imported from theirs.csv."
    assert project.answers[:2, :2].tolist() == [[YES, UNOBSERVED], [UNOBSERVED, UNOBSERVED]]


def test_a_list_says_no_only_where_a_person_says_so(qtbot, dialog, trained_session, tmp_path):
    project = trained_session.project
    name = project.classes.names[0]
    lines = [f'{{"image": "{path}", "labels": {labels}}}' for path, labels in zip(
        project.photos.paths[:2], (f'["{name}"]', "[]"), strict=True
    )]  # fmt: skip
    file = tmp_path / "theirs.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    imported(qtbot, dialog, file)
    assert project.answers[:2, 0].tolist() == [YES, UNOBSERVED]
    dialog.unlisted.setChecked(True)
    imported(qtbot, dialog, file)
    assert project.answers[:2, 0].tolist() == [YES, NO]


def test_truth_changes_no_answer(qtbot, dialog, trained_session, demo_folder):
    project = trained_session.project
    project.truth.clear()
    dialog.as_truth.setChecked(True)
    assert not dialog.unlisted.isEnabled()
    dialog.place.set_path(demo_folder / "truth.csv")
    with qtbot.waitSignal(dialog.truth_loaded):
        dialog.start()
    assert project.truth.file == demo_folder / "truth.csv"
    assert (project.answers == UNOBSERVED).all()
    assert not dialog.isVisible()


@pytest.mark.parametrize("as_truth", [False, True])
def test_a_file_that_fits_nothing_is_a_sentence(qtbot, dialog, tmp_path, as_truth):
    file = tmp_path / "wrong.csv"
    file.write_text("image,cat\nelsewhere.jpg,1\n", encoding="utf-8")
    dialog.as_truth.setChecked(as_truth)
    assert "No photo of the project is named in the label file" in imported(qtbot, dialog, file)
    assert dialog.import_button.isEnabled()


def test_the_answers_of_another_project(qtbot, dialog, trained_session, demo_folder, tmp_path):

    other = tmp_path / "other"
    shutil.copytree(demo_folder, other)
    with Project.open_folder(other) as project:
        project.decisions.answer([3, 5], 1, NO)
    assert imported(qtbot, dialog, other).startswith("Imported 2 answers on 2 photos.")
    here = trained_session.project.answers
    assert np.argwhere(here == NO).tolist() == [[3, 1], [5, 1]]
