import logging
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

from cdul_app import paths
from cdul_app.desktop import app
from cdul_app.desktop.exchange.import_dialog import ImportDialog
from cdul_app.desktop.look.theme import DARK, LIGHT, ThemeChoice, current_theme, theme_manager
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.settings import WindowSettings
from cdul_app.events import Outcome
from cdul_app.measures.reviews import UNOBSERVED, YES
from tests.desktop.conftest import session_of, start_long_training


def all_actions(window):
    """Every entry of every menu, by its text."""
    found, menus = {}, [action.menu() for action in window.menuBar().actions()]
    while menus:
        for action in menus.pop().actions():
            if action.menu() is not None:
                menus.append(action.menu())
            elif not action.isSeparator():
                found[action.text()] = action
    return found


def test_the_start_page_comes_first(window):
    assert window.stack.currentWidget() is window.start
    assert window.windowTitle() == "cdul_app"
    assert not window.messages.isVisible()
    assert window.minimumWidth() <= 911  # it fits a laptop's screen at 150 %
    assert window.minimumHeight() <= 450  # 512 less a task bar and a title


def test_recent_projects_are_in_the_menu(qtbot, window, demo_folder, tmp_path):
    window.open_folder(demo_folder)
    WindowSettings().add_recent(tmp_path / "gone")
    window.close_project()
    window.recent_menu.aboutToShow.emit()
    gone, known = window.recent_menu.actions()
    assert (gone.text(), gone.isEnabled()) == (str(tmp_path / "gone"), False)
    known.trigger()
    assert session_of(window).project.location.folder == demo_folder


def test_without_recent_projects_the_menu_says_so(window):
    window.recent_menu.aboutToShow.emit()
    (only,) = window.recent_menu.actions()
    assert not only.isEnabled()
    assert "No recent" in only.text()


def test_nothing_flashes_up_beside_the_window(qtbot, window, demo_folder):
    """A widget that is shown before it has its parent is a window for a moment."""
    flashed = WindowsShown()
    QApplication.instance().installEventFilter(flashed)
    window.open_folder(demo_folder)
    for name in window.view.library.side_panel.panels:
        window.view.library.side_panel.show_panel(name)
        QApplication.processEvents()
    window.view.open_photo(0)
    with qtbot.waitSignal(session_of(window).jobs.finished, timeout=60_000):
        window.menu_actions["train"].trigger()
    QApplication.instance().removeEventFilter(flashed)
    assert flashed.names == []


class WindowsShown(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


# ---- closing, and what is kept ----


def test_answers_are_there_when_the_project_is_opened_again(demo_window, demo_folder):
    session_of(demo_window).project.decisions.answer([3, 5], 1, YES)
    demo_window.menu_actions["close"].trigger()
    assert demo_window.view is None
    assert demo_window.stack.currentWidget() is demo_window.start
    demo_window.open_folder(demo_folder)
    answers = session_of(demo_window).project.answers
    assert np.argwhere(answers != UNOBSERVED).tolist() == [[3, 1], [5, 1]]
    demo_window.menu_actions["undo"].trigger()  # also what was decided before the restart
    assert (session_of(demo_window).project.answers == UNOBSERVED).all()
    demo_window.menu_actions["redo"].trigger()
    assert np.argwhere(session_of(demo_window).project.answers != UNOBSERVED).tolist() == [
        [3, 1],
        [5, 1],
    ]


def test_closing_in_the_middle_of_a_job_keeps_what_was_done(
    qtbot, demo_window, demo_folder, slow_training
):
    start_long_training(qtbot, demo_window, slow_training)
    session_of(demo_window).project.decisions.answer([0], 0, YES)
    demo_window.close()
    assert demo_window.isVisible()  # alive till the job has stopped
    assert "Stopping" in demo_window.messages.label.text()
    qtbot.waitUntil(lambda: not demo_window.isVisible(), timeout=30_000)
    assert demo_window.view is None
    again = ProjectSession.open_folder(demo_folder)
    newest = again.project.runs.all()[0]
    assert newest.outcome is Outcome.CANCELLED
    assert len(again.project.runs.history(newest.identifier)) >= 1
    assert again.project.answers[0, 0] == YES
    again.close()


def test_a_job_that_is_refused_while_another_runs_is_told(qtbot, demo_window, slow_training):
    start_long_training(qtbot, demo_window, slow_training)
    demo_window.menu_actions["run"].trigger()
    assert "still running" in demo_window.messages.label.text()
    demo_window.menu_actions["rescan"].trigger()
    assert "still running" in demo_window.messages.label.text()


def test_size_and_place_are_remembered(qtbot, window):
    window.resize(window.minimumWidth(), 690)  # the offscreen platform has a small screen
    window.close()
    assert WindowSettings().geometry is not None
    again = type(window)()
    qtbot.addWidget(again)
    assert again.height() == 690


# ---- menus ----


def test_actions_that_need_a_project_wait_for_one(window, demo_folder):
    needing = [
        window.menu_actions["rescan"],
        window.menu_actions["import"],
        window.menu_actions["run"],
        window.menu_actions["train"],
        window.menu_actions["export"],
        window.menu_actions["close"],
        window.menu_actions["filter"],
        window.menu_actions["side_panel"],
        window.menu_actions["zoom_in"],
        window.menu_actions["zoom_out"],
    ]
    assert not any(action.isEnabled() for action in needing)
    window.open_folder(demo_folder)
    assert all(action.isEnabled() for action in needing)
    window.close_project()
    assert not any(action.isEnabled() for action in needing)


def test_undo_and_redo_are_there_when_they_can_be_used(demo_window):
    session = session_of(demo_window)
    undo, redo = demo_window.menu_actions["undo"], demo_window.menu_actions["redo"]
    assert not undo.isEnabled()
    assert not redo.isEnabled()
    session.project.decisions.answer([0], 0, YES)
    assert undo.isEnabled()
    undo.trigger()
    assert session.project.answers[0, 0] == UNOBSERVED
    assert not undo.isEnabled()
    assert redo.isEnabled()
    assert "Undid yes" in demo_window.messages.label.text()
    redo.trigger()
    assert session.project.answers[0, 0] == YES
    demo_window.close_project()
    assert not undo.isEnabled()


def test_every_menu_entry_is_known_to_these_tests(window):
    window.recent_menu.clear()
    assert set(all_actions(window)) == {
        "Open folder…", "Open the demo", "Look for new photos", "Import labels…", "Backups…",
        "Do the next step", "Train on these labels", "Export labels…", "Close project", "Quit",
        "Undo", "Redo", "Find photos", "Collection", "Parts of photos most like the class",
        "Side panel", "Previous part of the window", "Next part of the window", "Search by words",
        "Larger", "Smaller", "Whole photo", "As the system", "Light", "Dark", "Getting started",
        "Troubleshooting", "Settings…", "Keyboard", "About cdul_app",
    }  # fmt: skip


def test_open_folder_asks_for_one(qtbot, window, photo_folder, monkeypatch):
    chosen = [str(photo_folder), ""]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen.pop())
    open_folder = all_actions(window)["Open folder…"]
    open_folder.trigger()
    assert window.view is None  # the dialog was left without a choice
    open_folder.trigger()
    assert session_of(window).project.location.folder == photo_folder
    qtbot.waitUntil(lambda: not session_of(window).jobs.is_busy)


def test_the_demo_from_the_menu(qtbot, window):
    all_actions(window)["Open the demo"].trigger()
    session = session_of(window)
    assert session.project.location.folder == paths.user_data_dir() / "demo"
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        session.jobs.cancel()


def test_new_photos_are_found(qtbot, window, photo_folder):
    window.open_folder(photo_folder)
    session = session_of(window)
    qtbot.waitUntil(lambda: not session.jobs.is_busy)
    (photo_folder / "photo 0.jpg").rename(photo_folder / "a new name.jpg")
    with qtbot.waitSignal(session.jobs.finished):
        window.menu_actions["rescan"].trigger()
    assert session.project.photos.paths[0] == "a new name.jpg"
    assert window.view.library.model.index(0).data() == "a new name.jpg"


@pytest.mark.parametrize("place", ["menu", "Check"])
def test_labels_are_imported_from_the_menu_and_where_they_are_checked(
    demo_window, demo_folder, monkeypatch, place
):
    session = session_of(demo_window)
    session.project.truth.clear()

    def load(dialog):
        dialog.place.set_path(demo_folder / "truth.csv")
        dialog.as_truth.setChecked(True)
        dialog.start()
        return QDialog.exec(dialog)

    monkeypatch.setattr(ImportDialog, "exec", load)
    if place == "menu":
        demo_window.menu_actions["import"].trigger()
    else:
        side = demo_window.view.library.side_panel
        side.show_panel("Check")
        side.check.import_button.click()
    assert session.project.truth.file == demo_folder / "truth.csv"
    assert demo_window.view.library.side_panel.buttons["Quality"].isChecked()


def test_training_shows_its_panel(qtbot, demo_window):
    session, side = session_of(demo_window), demo_window.view.library.side_panel
    demo_window.view.open_photo(0)
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        demo_window.menu_actions["train"].trigger()
        assert session.jobs.kind is JobKind.TRAIN
    assert side.current_panel == "Train"
    assert side.isVisible()


def test_a_setting_edited_just_now_counts_when_the_menu_labels(qtbot, demo_window):
    session = session_of(demo_window)
    demo_window.view.library.side_panel.label.form.fields["zeta"].widget.setText("0.25")
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        demo_window.menu_actions["run"].trigger()
    assert session.project.settings.scoring.zeta == 0.25
    assert not session.project.scoring.is_stale


def test_export_shows_its_panel(demo_window):
    demo_window.view.open_photo(0)
    demo_window.menu_actions["export"].trigger()
    assert demo_window.view.stack.currentWidget() is demo_window.view.library
    assert demo_window.view.library.side_panel.buttons["Export"].isChecked()


def test_find_goes_to_the_field(qtbot, demo_window):
    text = demo_window.view.library.filter_bar.text
    text.setText("old")
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    demo_window.view.open_photo(0)
    demo_window.menu_actions["filter"].trigger()
    assert demo_window.view.stack.currentWidget() is demo_window.view.library
    assert text.hasFocus()
    assert text.selectedText() == "old"


def test_the_side_panel_goes_and_comes(demo_window):
    side = demo_window.view.library.side_panel
    assert not side.isVisible()  # photos have the room
    demo_window.menu_actions["side_panel"].trigger()
    assert side.isVisible()
    demo_window.menu_actions["side_panel"].trigger()
    assert not side.isVisible()
    demo_window.view.open_photo(0)
    demo_window.menu_actions[
        "side_panel"
    ].trigger()  # from a photo it comes, as the name of the key says
    assert side.isVisible()


def test_zoom_changes_the_thumbnails_and_is_remembered(demo_window):
    grid = demo_window.view.library.grid
    before = grid.thumbnail_side
    demo_window.menu_actions["zoom_in"].trigger()
    assert grid.thumbnail_side == before + 30
    demo_window.menu_actions["zoom_out"].trigger()
    demo_window.menu_actions["zoom_out"].trigger()
    assert grid.thumbnail_side == before - 30
    demo_window.close_project()
    assert WindowSettings().thumbnail_size == before - 30


def test_themes_change_at_once_and_are_remembered(demo_window):
    actions = all_actions(demo_window)
    actions["Dark"].trigger()
    assert current_theme() is DARK
    assert WindowSettings().theme is ThemeChoice.DARK
    dark = demo_window.grab().toImage()
    actions["Light"].trigger()
    assert current_theme() is LIGHT
    assert actions["Light"].isChecked()
    assert not actions["Dark"].isChecked()
    assert demo_window.grab().toImage().pixelColor(3, 400) != dark.pixelColor(3, 400)
    actions["As the system"].trigger()
    assert theme_manager().choice is ThemeChoice.SYSTEM


def test_a_theme_can_change_after_projects_were_closed(demo_window, demo_folder, photo_folder):
    """What listened to the theme and is gone must not be told."""
    demo_window.open_folder(photo_folder)
    demo_window.open_folder(demo_folder)
    QApplication.processEvents()
    theme_manager().choose(ThemeChoice.DARK)
    demo_window.close_project()
    theme_manager().choose(ThemeChoice.LIGHT)


def test_dialogs_open_and_leave_nothing_behind(window, answering):
    actions, titles = all_actions(window), []
    names = ["Getting started", "Troubleshooting", "Keyboard", "About cdul_app"]
    for name in names:
        answering(lambda dialog: titles.append(dialog.windowTitle()))
        actions[name].trigger()
    assert titles == names
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    assert not [child for child in window.children() if isinstance(child, QMessageBox)]


def test_quit_closes_the_window(window):
    all_actions(window)["Quit"].trigger()
    assert not window.isVisible()


# ---- bugs ----


@pytest.fixture
def hook(monkeypatch):
    """Whatever a test makes of it, the hook is what it was afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)  # keeps the output readable


def test_a_bug_is_told_and_logged(window, hook, caplog):
    app._show_bugs_in(window)
    try:
        raise ZeroDivisionError("a <b>bug</b>")
    except ZeroDivisionError:
        with caplog.at_level(logging.ERROR):
            sys.excepthook(*sys.exc_info())
    assert window.messages.isVisible()
    assert "ZeroDivisionError: a <b>bug</b>" in window.messages.details.text()
    assert str(paths.log_file()) in window.messages.label.text()
    assert caplog.records[-1].exc_info is not None


# ---- pictures ----


def test_pictures_of_an_empty_folder(qtbot, window, screenshot, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    window.resize(1280, 800)
    window.open_folder(folder)
    qtbot.waitUntil(lambda: not session_of(window).jobs.is_busy)
    assert "no photos" in window.messages.label.text()
    screenshot(window, "window-empty-folder")


def test_pictures_of_a_running_job(qtbot, demo_window, screenshot, slow_training):
    demo_window.view.library.side_panel.show_panel("Train")
    session = session_of(demo_window)
    epochs = []
    session.jobs.event_sent.connect(epochs.append)
    session.jobs.start_training(slow_training(5000))
    qtbot.waitUntil(lambda: len(epochs) > 8, timeout=60_000)
    screenshot(demo_window, "window-training-runs")
