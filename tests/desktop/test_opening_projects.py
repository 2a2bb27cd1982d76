"""Projects are opened: read ahead, one after the other, and what cannot be opened is told."""

from cdul_app import paths
from cdul_app.desktop.backups_dialog import BackupsDialog
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.settings import WindowSettings
from cdul_app.events import PhotosListed
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import YES
from cdul_app.project import read_ahead
from cdul_app.tasks.scan import scan
from tests.desktop.conftest import session_of, start_long_training


def test_a_folder_is_opened_and_its_photos_are_found(qtbot, window, photo_folder):
    window.open_folder(photo_folder)
    session = session_of(window)
    qtbot.waitUntil(lambda: not session.jobs.is_busy)
    assert window.view.library.model.rowCount() == 6
    assert window.stack.currentWidget() is window.view
    assert window.windowTitle() == "photos – cdul_app"
    assert WindowSettings().recent_folders == [photo_folder]
    # Classes are what comes next.
    assert window.view.library.side_panel.stack.currentWidget().accessibleName() == "Classes"


def test_a_large_project_is_read_beside_the_window(qtbot, window, scored_folder, monkeypatch):
    monkeypatch.setattr(read_ahead, "_READ_AT_ONCE", 0)
    window.open_folder(scored_folder)
    assert window.view is None
    assert window.messages.isVisible()
    window.open_folder(scored_folder)  # once more, by a hand that is not sure
    qtbot.waitUntil(lambda: window.view is not None)
    assert not window.messages.isVisible()
    project = session_of(window).project
    assert window.view.library.model.rowCount() == len(project.photos) == 8
    project.decisions.answer([0], 0, YES)
    assert project.answers[0, 0] == YES


def test_of_two_folders_the_last_is_opened(qtbot, window, scored_folder, photo_folder, monkeypatch):
    monkeypatch.setattr(read_ahead, "_READ_AT_ONCE", 10_000)  # the second has no database yet
    window.open_folder(scored_folder)
    window.open_folder(photo_folder)
    assert session_of(window).project.location.folder == photo_folder
    qtbot.waitUntil(lambda: not session_of(window).jobs.is_busy)
    assert session_of(window).project.location.folder == photo_folder


def test_a_large_project_that_is_damaged_is_told(qtbot, window, scored_folder, monkeypatch):
    monkeypatch.setattr(read_ahead, "_READ_AT_ONCE", 0)
    database = paths.locate_project(scored_folder).database
    database.write_bytes(b"SQLite format 3\0" + b"\xff" * 50_000)
    window.open_folder(scored_folder)
    qtbot.waitUntil(lambda: window.findChildren(BackupsDialog) or not window.messages.isHidden())
    qtbot.waitUntil(lambda: window.opening._ahead.location is None)
    assert window.view is None
    for dialog in window.findChildren(BackupsDialog):
        dialog.close()


def test_closing_waits_for_what_is_read(window, scored_folder, monkeypatch):
    monkeypatch.setattr(read_ahead, "_READ_AT_ONCE", 0)
    window.open_folder(scored_folder)
    assert window.close()
    assert window.view is None


def test_a_folder_that_cannot_be_opened_is_a_sentence(window, tmp_path):
    window.open_folder(tmp_path / "absent")
    assert window.messages.isVisible()
    assert "does not exist" in window.messages.label.text()
    assert window.view is None
    (tmp_path / "file.jpg").touch()
    window.open_folder(tmp_path / "file.jpg")
    assert "is a file" in window.messages.label.text()
    assert WindowSettings().recent_folders == []


def test_an_open_project_outlives_a_folder_that_cannot_be_opened(demo_window, tmp_path):
    view = demo_window.view
    demo_window.open_folder(tmp_path / "absent")
    assert demo_window.view is view
    assert "does not exist" in demo_window.messages.label.text()


def test_a_broken_project_is_a_sentence(window, photo_folder):
    (photo_folder / ".cdul").mkdir()
    (photo_folder / ".cdul" / "project.sqlite").write_bytes(b"not a database" * 100)
    window.open_folder(photo_folder)
    (dialog,) = window.findChildren(BackupsDialog)
    assert "project.sqlite" in dialog.message.text
    assert window.view is None


def test_a_folder_that_cannot_be_written_keeps_its_project_elsewhere(
    qtbot, window, photo_folder, monkeypatch
):
    # Root may write anywhere, so the test write is answered for it.
    monkeypatch.setattr(paths, "_can_write", lambda _: False)
    window.open_folder(photo_folder)
    session = session_of(window)
    assert "cannot be written" in window.messages.label.text()
    assert str(session.project.location.database) in window.messages.label.text()
    assert paths.user_data_dir() in session.project.location.database.parents
    qtbot.waitUntil(lambda: len(session.project.photos) == 6)
    assert not (photo_folder / ".cdul").exists()


def test_the_same_folder_again_keeps_the_open_project(demo_window, demo_folder):
    view = demo_window.view
    view.open_photo(0)
    demo_window.open_folder(demo_folder)
    assert demo_window.view is view
    assert view.stack.currentWidget() is view.library


def test_another_folder_in_the_middle_of_a_job(qtbot, demo_window, photo_folder, slow_training):
    start_long_training(qtbot, demo_window, slow_training)
    demo_window.open_folder(photo_folder)
    assert "Stopping" in demo_window.messages.label.text()
    qtbot.waitUntil(
        lambda: session_of(demo_window).project.location.folder == photo_folder, timeout=30_000
    )
    qtbot.waitUntil(lambda: not session_of(demo_window).jobs.is_busy)
    assert len(session_of(demo_window).project.photos) == 6


def test_the_last_of_several_wishes_counts(
    qtbot, demo_window, photo_folder, tmp_path, slow_training
):
    """The session that was opened for a wish that no longer counts is closed again."""
    start_long_training(qtbot, demo_window, slow_training)
    demo_window.open_folder(photo_folder)
    dropped = demo_window.opening._next_session
    assert dropped is not None
    demo_window.menu_actions["close"].trigger()
    assert dropped._closed
    qtbot.waitUntil(lambda: demo_window.view is None, timeout=30_000)
    assert demo_window.stack.currentWidget() is demo_window.start


def test_a_project_that_another_window_has_open_is_said_so(window, photo_folder, demo_folder):
    window.open_folder(demo_folder)
    other = ProjectSession.open_folder(photo_folder)
    other.lock()
    window.open_folder(photo_folder)
    assert "is open in another window" in window.messages.label.text()
    assert window.view.session.project.location.folder == demo_folder  # what was open stays
    other.close()
    window.open_folder(photo_folder)
    assert window.view.session.project.location.folder == photo_folder


def test_a_folder_whose_first_scan_was_stopped_is_scanned_when_it_is_opened(
    qtbot, window, photo_folder, monkeypatch
):
    monkeypatch.setattr(scan, "FIRST_LIST", 2)
    events = scan.scan_project(paths.locate_project(photo_folder))
    next(event for event in events if isinstance(event, PhotosListed))
    events.close()
    window.open_folder(photo_folder)
    qtbot.waitUntil(lambda: len(window.view.session.project.photos) == 6)
    qtbot.waitUntil(lambda: not window.view.session.jobs.is_busy)
    assert window.view.library.model.rowCount() == 6


def test_the_demo_is_scored_and_trained_at_once(qtbot, window):
    window.start.demo_button.click()
    session = session_of(window)
    assert session.jobs.kind is JobKind.SCORE_AND_TRAIN
    assert window.view.library.side_panel.buttons["Train"].isChecked()
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        pass
    assert session.project.display_kind is LabelKind.PSEUDO
    assert session.project.scores(LabelKind.CLASSIFIER) is not None
    assert window.messages.isVisible()
    # Another time there is nothing left to do.
    window.close_project()
    window.open_demo()
    assert not session_of(window).jobs.is_busy
