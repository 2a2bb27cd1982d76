import numpy as np
import pytest
from PySide6.QtCore import Qt

import cdul_app
from cdul_app.desktop.exchange.classifier_panel import ClassifierPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome
from tests.drawn_photos import copy_photos
from tests.not_installed import take_away


@pytest.fixture
def panel(keep, trained_session):
    panel = keep(ClassifierPanel(trained_session))
    panel.resize(360, 520)
    panel.show()
    return panel


def export(qtbot, panel, session):
    with qtbot.waitSignal(session.jobs.finished, timeout=240_000) as finished:
        panel.start()
        assert not panel.can_start
    return finished.args[0]


@pytest.mark.parametrize("onnx", [False, True])
def test_the_folder_labels_as_the_project_does(
    qtbot, panel, trained_session, tmp_path, screenshot, onnx
):
    panel.destination.set_path(tmp_path / "out")
    panel.onnx.setChecked(onnx)
    result = export(qtbot, panel, trained_session)
    assert result.outcome is Outcome.DONE, result.message
    assert panel.file.text == result.message
    assert panel.file.action_button.isVisible()
    screenshot(panel, "classifier-panel-done")
    project = trained_session.project
    place = tmp_path / "out" / "classifier.onnx" if onnx else tmp_path / "out"
    photos = [project.location.folder / path for path in project.photos.paths[:4]]
    found = cdul_app.Classifier.load(place, device="cpu").predict(photos)
    run = project.location.run_folder(project.store.settings.read("classifier_run", int))
    expected = cdul_app.Classifier.load(run, device="cpu").predict(photos)
    # Of drawn photos, parts may be exactly as near: which of them is asked is left open.
    assert np.abs(found.scores - expected.scores).mean() < 0.01
    np.testing.assert_allclose(found.thresholds, project.classes.thresholds, atol=1e-4)


def test_what_is_in_the_folder_is_replaced_after_a_question(
    qtbot, panel, trained_session, tmp_path
):
    (tmp_path / "mine.txt").touch()
    panel.destination.set_path(tmp_path)
    panel.start()
    assert not trained_session.jobs.is_busy
    assert panel.question.isVisible()
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=60_000) as finished:
        qtbot.mouseClick(panel.question.action_button, Qt.MouseButton.LeftButton)
    assert finished.args[0].outcome is Outcome.DONE
    assert (tmp_path / "mine.txt").is_file()
    assert (tmp_path / "classifier.json").is_file()


def test_it_says_why_it_is_off(panel, screenshot):
    assert panel.can_start
    assert panel.onnx.isEnabled()
    assert "For other programs" in panel.about_onnx.text()
    screenshot(panel, "classifier-panel")
    panel.destination.set_path("")
    assert "Choose where" in panel.hint.text()
    assert not panel.can_start


def test_without_training_there_is_none(qtbot, tmp_path):
    copy_photos(tmp_path, 2)
    session = ProjectSession.open_folder(tmp_path)
    panel = ClassifierPanel(session)
    qtbot.addWidget(panel)
    assert "Train first" in panel.hint.text()
    panel.release()
    session.close()


def test_without_the_extra_it_says_what_to_install(keep, trained_session, monkeypatch, screenshot):
    take_away("onnxruntime", monkeypatch)
    panel = keep(ClassifierPanel(trained_session))
    assert not panel.onnx.isEnabled()
    assert "pip install cdul-app[onnx]" in panel.about_onnx.text()
    assert panel.can_start  # the folder
    screenshot(panel, "classifier-panel-without-onnx", size=(360, 500))
