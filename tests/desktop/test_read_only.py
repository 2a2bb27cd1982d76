"""Projects that cannot be written, and projects that are no longer where they were."""

import shutil
import sys

import pytest
from PySide6.QtWidgets import QWidget

from cdul_app.desktop import app
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.settings import WindowSettings
from cdul_app.errors import ProjectError
from cdul_app.measures.reviews import UNOBSERVED, YES
from tests.desktop.conftest import choose_class, settle
from tests.unwritable import unwritable


@pytest.fixture
def locked_window(window, demo_folder):
    """The window on a scored and trained demo that cannot be written."""
    with unwritable(demo_folder):
        window.resize(1280, 800)
        window.open_folder(demo_folder)
        yield window
        window.close_project()


def test_it_is_shown_where_it_is_and_says_so_as_long_as_it_is_open(locked_window, demo_folder):
    view = locked_window.view
    project = view.session.project
    assert project.location.database == demo_folder / ".cdul" / "project.sqlite"
    assert view.library.model.rowCount() == len(project.photos) == 60
    assert "This project is read only" in view.job_bar.standing.whole_text
    view.open_photo(0)
    settle(locked_window)
    assert view.job_bar.standing.isVisible()
    assert view.photo.table.table_model.rowCount() == len(project.classes)
    assert not view.session.jobs.is_busy
    assert not view.session.jobs.reading.is_running
    assert WindowSettings().recent_folders == [demo_folder]


def test_what_would_change_it_is_disabled_with_the_reason(locked_window):
    view = locked_window.view
    for name in ("rescan", "import", "train", "undo", "redo"):
        assert not locked_window.menu_actions[name].isEnabled(), name
    for name in ("run", "export", "collection", "search", "close"):
        assert locked_window.menu_actions[name].isEnabled(), name
    side, bar = view.library.side_panel, view.library.filter_bar
    choose_class(bar, 0)
    for name in side.panels:
        side.show_panel(name)
        settle(locked_window)
    results = side.panels["Quality"]
    for control in (
        side.panels["Train"].settings, side.classes.editor.text,
        side.check.threshold.spin, side.check.import_button, results.load_button,
        results.report.ask_button, bar.saved_popup.name, bar.saved_popup.save_button,
        view.library.grid_line.review_link, view.photo.header.flag,
    ):  # fmt: skip
        assert not control.isEnabled(), control.accessibleName()
        assert "This project is read only" in tip_over(control)
    assert side.panels["Export"].destination.isEnabled()


def tip_over(widget: QWidget | None) -> str:
    """What the mouse meets there: a widget without a tooltip shows that of the one around it."""
    while widget is not None and not widget.toolTip():
        widget = widget.parentWidget()
    return "" if widget is None else widget.toolTip()


def test_a_control_that_is_enabled_anew_stays_disabled(locked_window):
    button = locked_window.view.library.side_panel.panels["Quality"].load_button
    button.setEnabled(True)
    assert not button.isEnabled()


def test_labels_are_exported_from_it(qtbot, locked_window, tmp_path):
    session, file = locked_window.view.session, tmp_path / "labels.csv"
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_export("csv", file)
    assert file.read_text().startswith("image,")


def test_a_key_that_would_change_it_is_answered_with_the_reason(
    qtbot, locked_window, monkeypatch, caplog
):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    app._show_bugs_in(locked_window)
    project = locked_window.view.session.project
    try:
        project.decisions.answer([0], 0, YES)
    except ProjectError:
        sys.excepthook(*sys.exc_info())
    assert "This project is read only" in locked_window.messages.text
    assert "went wrong" not in locked_window.messages.text
    assert not caplog.records
    assert (project.answers == UNOBSERVED).all()


@pytest.mark.parametrize("kind", [JobKind.SCAN, JobKind.SCORE, JobKind.TRAIN])
def test_jobs_that_would_change_it_are_refused(locked_window, kind):
    jobs = locked_window.view.session.jobs
    start = {
        JobKind.SCAN: jobs.start_scan,
        JobKind.SCORE: jobs.start_scoring,
        JobKind.TRAIN: jobs.start_training,
    }
    with pytest.raises(ProjectError, match="This project is read only"):
        start[kind]()


def test_it_can_be_changed_again_once_it_can_be_written(window, demo_folder):
    with unwritable(demo_folder):
        window.open_folder(demo_folder)
        window.close_project()
    window.open_folder(demo_folder)
    assert not window.view.job_bar.standing.isVisible()
    window.view.session.project.decisions.answer([0], 0, YES)


# ---- projects that went away ----


def test_the_folder_of_a_disk_that_is_not_connected_is_no_new_project(window, demo_folder):
    window.open_folder(demo_folder)
    window.close_project()
    shutil.move(demo_folder, demo_folder.with_name("elsewhere"))
    demo_folder.mkdir()  # where a disk belongs, there often is an empty folder
    window.open_folder(demo_folder)
    assert window.view is None
    assert "held a project when it was last open" in window.messages.text
    assert list(demo_folder.iterdir()) == []
    WindowSettings().remove_recent(demo_folder)  # a person says that it is meant
    window.open_folder(demo_folder)
    assert window.view is not None


def test_a_project_that_a_person_deletes_begins_anew(window, demo_folder):
    window.open_folder(demo_folder)
    window.close_project()
    shutil.rmtree(demo_folder / ".cdul")
    window.open_folder(demo_folder)
    assert window.view is not None
    assert not window.view.session.project.classes


def test_a_job_begins_no_empty_project_where_an_open_one_was(qtbot, demo_window, demo_folder):
    session = demo_window.view.session
    shutil.move(demo_folder / ".cdul", demo_folder.with_name("unplugged"))
    for start in (session.jobs.start_scan, session.jobs.start_scoring):
        with pytest.raises(ProjectError, match="no longer at"):
            start()
    assert not (demo_folder / ".cdul").exists()
    demo_window.menu_actions["rescan"].trigger()
    assert "connect the disk" in demo_window.messages.text
    shutil.move(demo_folder.with_name("unplugged"), demo_folder / ".cdul")


def test_pictures_of_a_project_that_cannot_be_written(locked_window, screenshot):
    screenshot(locked_window, "window-read-only")
