"""Backups in the window: made, checked, put back, also of a project that cannot be opened."""

from pathlib import Path

import pytest

from cdul_app.desktop.backups_dialog import BackupsDialog
from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.widgets.message import Tone
from cdul_app.measures.reviews import YES
from cdul_app.paths import locate_project


def dialog_of(window: MainWindow) -> BackupsDialog:
    return window.findChildren(BackupsDialog)[-1]


def wait_until_restored(qtbot, window: MainWindow) -> None:
    """The dialog has gone."""
    qtbot.waitUntil(lambda: not window.findChildren(BackupsDialog), timeout=20000)


@pytest.fixture
def dialog(qtbot, demo_window: MainWindow) -> BackupsDialog:
    qtbot.waitUntil(lambda: not demo_window.view.session.jobs.is_busy)
    demo_window.view.session.jobs.reading.close()  # makes the day's backup
    demo_window.menu_actions["backups"].trigger()
    return dialog_of(demo_window)


def wait(qtbot, dialog: BackupsDialog) -> None:
    qtbot.waitUntil(
        lambda: dialog.check_button.isEnabled() or not dialog.isVisible(), timeout=20000
    )


def test_a_project_is_backed_up_and_checked(qtbot, dialog: BackupsDialog, screenshot):
    before = dialog.table.model().rowCount()
    dialog.back_up_button.click()
    wait(qtbot, dialog)
    assert dialog.table.model().rowCount() == before + 1
    assert dialog.message.property("tone") == Tone.SUCCESS
    dialog.check_button.click()
    wait(qtbot, dialog)
    assert "is sound" in dialog.message.text
    screenshot(dialog, "backups")


@pytest.mark.parametrize("later", [True, False])
def test_restoring_brings_the_answers_back(
    qtbot, demo_window: MainWindow, dialog: BackupsDialog, later: bool
):
    dialog.back_up_button.click()
    wait(qtbot, dialog)
    decisions = demo_window.view.session.project.decisions
    decisions.answer([0, 1], 0, YES)
    dialog.later.setChecked(later)
    dialog.restore_button.click()
    wait_until_restored(qtbot, demo_window)
    project = demo_window.view.session.project
    assert project.decisions is not decisions
    assert ((project.answers[[0, 1], 0] == YES).all()) == later
    assert ("was brought in" in demo_window.messages.text) == later


def test_a_running_job_is_not_taken_its_project(
    qtbot, demo_window: MainWindow, dialog: BackupsDialog
):
    dialog.back_up_button.click()
    wait(qtbot, dialog)
    demo_window.view.session.jobs.start_scan()
    dialog.restore_button.click()
    assert "is running" in dialog.message.text
    assert demo_window.view is not None


@pytest.mark.parametrize("damage", ["damaged", "gone", "empty"])
def test_a_project_that_cannot_be_opened_is_restored(
    qtbot, window: MainWindow, demo_folder: Path, damage: str, screenshot
):
    window.open_folder(demo_folder)
    window.view.session.project.decisions.answer([0, 1, 2], 0, YES)
    names = window.view.session.project.classes.names
    window.close_project()
    file = locate_project(demo_folder).database
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"damaged" * 1000 if damage == "damaged" else b"")
    for backup in locate_project(demo_folder).backups_dir.glob("*.sqlite"):
        backup.unlink()  # the record of answers alone is left
    window.open_folder(demo_folder)
    dialog = dialog_of(window)
    assert dialog.message.property("tone") == Tone.ERROR
    assert window.view is None
    screenshot(dialog, f"backups-{damage}")
    assert not dialog.check_button.isEnabled() or damage != "gone"
    dialog.restore_button.click()
    wait_until_restored(qtbot, window)
    project = window.view.session.project
    assert project.store.answers.count() == 3
    assert project.classes.names == names


def test_what_cannot_be_restored_is_said_in_its_place(
    qtbot, window: MainWindow, photo_folder: Path
):
    file = locate_project(photo_folder).database
    file.parent.mkdir()
    file.write_bytes(b"")
    window.open_folder(photo_folder)
    dialog = dialog_of(window)
    assert "empty" in dialog.message.text
    assert not dialog.restore_button.isEnabled()
    assert not dialog.later.isVisible()
