from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.panels.other_folder_panel import OtherFolderPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome, Progressed
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.project.labeling.choice import preferred_encoder
from tests.drawn_photos import copy_photos


@pytest.fixture
def panel(keep, trained_session):
    panel = keep(OtherFolderPanel(trained_session))
    panel.resize(360, 760)
    panel.show()
    return panel


@pytest.fixture
def other_folder(tmp_path):
    folder = tmp_path / "holiday"
    copy_photos(folder, 12)
    return folder


def start(qtbot, panel, session):
    """As the strip's button does."""
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000) as finished:
        panel.start()
        assert not panel.can_start
    return finished.args[0]


def test_a_folder_is_labelled_and_opens_as_a_project(
    qtbot, panel, trained_session, other_folder, tmp_path, screenshot
):
    source = trained_session.project
    source.decisions.set_threshold(1, 0.77)
    panel.folder.set_path(other_folder)
    assert panel.output.path() == tmp_path / "holiday labels.csv"  # proposed
    result = start(qtbot, panel, trained_session)
    assert result.outcome is Outcome.DONE, result.message
    assert panel.file.action_button.isVisible()
    written = read_wide_csv(panel.output.path())
    assert set(np.unique(written.labels)) <= {0, 1}
    assert written.class_names == source.classes.names
    screenshot(panel, "other-folder-panel-done")
    with (
        qtbot.waitSignal(panel.project_wanted, timeout=60_000) as wanted,
        qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000),
    ):
        qtbot.mouseClick(panel.project_button, Qt.MouseButton.LeftButton)
    assert wanted.args == [other_folder]
    session = ProjectSession.open_folder(other_folder)
    made = session.project
    assert made.classes.definitions == source.classes.definitions
    np.testing.assert_allclose(made.classes.thresholds, source.classes.thresholds, atol=1e-6)
    np.testing.assert_array_equal(made.facts.labels.values(), written.labels.astype(bool))
    # The demo's encoder stays with the demo: other photos begin with one for photos.
    encoder = made.settings.scoring.encoder
    assert encoder == preferred_encoder()
    assert made.settings.scoring == replace(source.settings.scoring, encoder=encoder)
    session.close()


def test_it_says_why_it_is_off(qtbot, panel, trained_session, other_folder, tmp_path, screenshot):
    own = trained_session.project.location.folder
    for folder, reason in (
        ("", "Choose the folder"),
        (tmp_path / "absent", "no such folder"),
        (own / ".." / own.name, "photos of this project"),
    ):
        panel.folder.set_path(folder)
        assert reason in panel.hint.text()
        assert not panel.can_start
    screenshot(panel, "other-folder-panel")
    panel.folder.set_path(other_folder)
    assert panel.can_start
    panel.output.line.clear()
    assert "where to write" in panel.hint.text()


def test_without_a_classifier_it_says_what_comes_first(qtbot, photo_folder):
    session = ProjectSession.open_folder(photo_folder)
    panel = OtherFolderPanel(session)
    qtbot.addWidget(panel)
    assert "Train first" in panel.hint.text()
    panel.release()
    session.close()


def test_another_s_file_is_asked_about(qtbot, panel, trained_session, other_folder):
    panel.folder.set_path(other_folder)
    panel.output.path().write_text("a friend's", encoding="utf-8")
    panel.start()
    assert panel.question.isVisible()
    assert not trained_session.jobs.is_busy
    assert panel.output.path().read_text(encoding="utf-8") == "a friend's"
    result = press_question(qtbot, panel, trained_session)
    assert result.outcome is Outcome.DONE
    assert read_wide_csv(panel.output.path()).class_names


def press_question(qtbot, panel, session):
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000) as finished:
        qtbot.mouseClick(panel.question.action_button, Qt.MouseButton.LeftButton)
    return finished.args[0]


def test_what_a_closing_kept_is_told_now_and_at_the_next_opening(
    qtbot, panel, keep, trained_session, tmp_path
):
    folder = tmp_path / "many"
    copy_photos(folder, 300)
    jobs = trained_session.jobs

    def stop(event):
        if isinstance(event, Progressed) and event.total == 300 and event.done > 5:
            jobs.cancel()

    jobs.event_sent.connect(stop)
    panel.folder.set_path(folder)
    result = start(qtbot, panel, trained_session)
    assert result.outcome is Outcome.CANCELLED
    output = panel.output.path()
    count = len(read_wide_csv(output).image_names)
    assert 5 < count < 300
    kept = f"Labeling many was stopped: the labels of {count} of its 300 photos are in {output}."
    assert result.message == panel.file.text == kept
    assert panel.file.action_button.isVisible()
    assert keep(OtherFolderPanel(trained_session)).result.text() == kept
