"""The threshold of one class, moved and stored."""

import numpy as np
import pytest

from cdul_app.desktop.panels.check_panel import CheckPanel
from cdul_app.desktop.panels.threshold_editor import ThresholdEditor


@pytest.fixture
def editor(qtbot, trained_session):
    editor = ThresholdEditor(trained_session)
    qtbot.addWidget(editor)
    editor.show_class(1)
    yield editor
    editor.commit()


def test_moving_it_counts_at_once_and_is_stored_later(qtbot, editor, trained_session):
    counted = []
    editor.count_changed.connect(lambda column, photos: counted.append((column, photos)))
    with qtbot.waitSignal(trained_session.thresholds_changed):
        editor.slider.setValue(0)
        editor.slider.setValue(100)
    assert [column for column, _ in counted] == [1, 1]
    scores = trained_session.project.shown_scores()[:, 1]
    assert [photos for _, photos in counted] == [len(scores), np.count_nonzero(scores >= 1)]
    assert trained_session.project.classes.thresholds[1] == pytest.approx(1.0)
    assert editor.spin.value() == pytest.approx(1.0)
    assert editor.automatic_button.isEnabled()


def test_another_class_does_not_lose_a_moved_threshold(editor, trained_session):
    editor.spin.setValue(0.77)
    editor.show_class(2)
    thresholds = trained_session.project.classes.thresholds
    assert thresholds[1] == pytest.approx(0.77)
    assert editor.spin.value() == pytest.approx(thresholds[2], abs=0.005)  # two decimals


def test_a_calibration_begins_at_the_threshold_just_moved(editor, trained_session):
    begun = []
    editor.calibration_requested.connect(
        lambda column: begun.append(float(trained_session.project.classes.thresholds[column]))
    )
    editor.spin.setValue(0.77)
    editor.calibrate_button.click()
    assert begun == [pytest.approx(0.77)]


def test_the_panel_of_checks_is_about_the_current_class(keep, trained_session, screenshot):
    panel = keep(CheckPanel(trained_session))
    panel.show()
    assert not panel.no_class.isHidden()
    assert panel.of_class.isHidden()
    trained_session.current_class.choose(2)
    name = trained_session.project.classes[2].name
    assert panel.heading_of_class.text() == name
    assert name in panel.review_button.text()
    assert name in panel.wall_button.text()
    screenshot(panel, "check-panel", size=(360, 760))
    assert not panel.of_class.isHidden()
    trained_session.current_class.choose(None)
    assert panel.of_class.isHidden()
