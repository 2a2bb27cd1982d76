"""The whole job through the window, with mouse and keys only: from a folder to exported labels."""

import csv
import shutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from cdul_app.measures.reviews import NO, UNOBSERVED, YES, ReviewState
from tests.tasks.project_helpers import evaluated

PHOTOS = 12
LEFT = Qt.MouseButton.LeftButton
CONTROL, NO_KEY = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LONG = 120_000  # milliseconds


@pytest.fixture
def folder(tmp_path, real_photos_dir):
    """Real photos; those that carry most of the common classes."""
    folder = tmp_path / "my photos"
    folder.mkdir()
    with (real_photos_dir / "truth.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    wanted = ("person", "dog", "cat")
    rows.sort(key=lambda row: -sum(int(row[name]) for name in wanted))
    for row in rows[:PHOTOS]:
        shutil.copyfile(real_photos_dir / "images" / row["image"], folder / row["image"])
    return folder


def click(widget, point=None, keys=NO_KEY):
    assert widget.isVisible(), widget.accessibleName()
    assert widget.isEnabled(), widget.accessibleName()
    QTest.mouseClick(widget, LEFT, keys, point if point is not None else widget.rect().center())


def press(key, keys=NO_KEY):
    """To whatever has the focus; a list of suggestions that popped up comes first."""
    QTest.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), key, keys)


def activate(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def reveal(panel, widget):
    """Scroll a panel to a widget, as the wheel would."""
    panel.scroll_area.ensureWidgetVisible(widget)
    QApplication.processEvents()


@pytest.mark.timeout(600)
def test_from_a_folder_to_labels(
    qtbot, window, folder, real_encoder_dir, real_photos_dir, tmp_path, monkeypatch
):
    window.resize(1280, 900)
    activate(qtbot, window)

    # Open the folder.
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    click(window.start.open_button)
    view = window.view
    session, side, grid = view.session, view.library.side_panel, view.library.grid
    qtbot.waitUntil(lambda: view.library.model.rowCount() == PHOTOS)

    # Name the classes.
    classes = side.panels["Classes"]
    click(classes.editor.text.viewport())
    QTest.keyClicks(QApplication.focusWidget(), "person")
    for name in ("dog", "cat", "chair"):
        press(Qt.Key.Key_Return)
        QTest.keyClicks(QApplication.focusWidget(), name)
    qtbot.waitUntil(classes.editor.apply_button.isEnabled)
    click(classes.editor.apply_button)
    assert list(session.project.classes.names) == ["person", "dog", "cat", "chair"]

    # Choose the encoder by its folder, and score.
    click(side.buttons["Scoring"])
    scoring = side.panels["Scoring"]
    chooser = scoring.chooser
    reveal(scoring, chooser.other)
    click(chooser.other.radio, QPoint(8, 8))
    assert chooser.other.field.line.hasFocus()
    QTest.keyClicks(QApplication.focusWidget(), str(real_encoder_dir))
    qtbot.waitUntil(lambda: "on this computer" in chooser.other.state.text(), timeout=LONG)
    with qtbot.waitSignal(session.jobs.finished, timeout=LONG) as finished:
        click(scoring.start_button)
    assert finished.args[0].message == scoring.result.text()
    assert session.project.display_kind is not None, finished.args[0].message
    assert "Next:" in window.messages.label.text()
    click(window.messages.dismiss_button)

    # Look at a photo and hover a snippet.
    view.library.filter_bar.classes.setFocus()
    view.library.filter_bar.classes.lineEdit().selectAll()
    QTest.keyClicks(QApplication.focusWidget(), "dog")
    press(Qt.Key.Key_Return)
    assert view.library.column == 1
    activate(qtbot, window)  # the list of suggestions has gone, and no window manager is here
    first = grid.visualRect(view.library.model.index(0)).center()
    click(grid.viewport(), first)
    QTest.mouseDClick(grid.viewport(), LEFT, NO_KEY, first)
    assert view.stack.currentWidget() is view.photo
    qtbot.waitUntil(lambda: not view.photo.view.is_loading)
    center = view.photo.view.snippet_rects()[4].center().toPoint()
    QTest.mouseMove(view.photo.view, center)
    qtbot.waitUntil(lambda: view.photo.view.hovered == 4)
    assert len(view.photo.view.card_lines(4)) == 4

    # Answer here and on the grid, undo and redo.
    row = view.photo.row
    press(Qt.Key.Key_Y)
    assert session.project.answers[row, 1] == YES
    second = view.photo.row  # one class is reviewed: an answer goes on to the next photo
    assert second != row
    press(Qt.Key.Key_N)
    assert session.project.answers[second, 1] == NO
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Y)
    assert (session.project.answers != UNOBSERVED).sum() == 3
    press(Qt.Key.Key_Z, CONTROL)
    assert (session.project.answers != UNOBSERVED).sum() == 2
    press(Qt.Key.Key_Y, CONTROL)
    assert (session.project.answers != UNOBSERVED).sum() == 3

    # Filter by a click, then answer several photos at once.
    states = view.library.filter_bar.states
    reviewed = int((session.project.answers != UNOBSERVED).any(axis=1).sum())
    click(states[ReviewState.UNREVIEWED])
    assert view.library.model.rowCount() == PHOTOS - reviewed
    click(states[None])
    assert view.library.model.rowCount() == PHOTOS
    click(grid.viewport(), grid.visualRect(view.library.model.index(0)).center())
    click(grid.viewport(), grid.visualRect(view.library.model.index(2)).center(), SHIFT)
    assert len(view.library.selected_rows()) == 3
    press(Qt.Key.Key_4)
    assert (session.project.answers[:, 3] != UNOBSERVED).sum() == 3
    answers = session.project.answers.copy()

    # Train, and see the curves.
    click(side.buttons["Training"])
    training = side.panels["Training"]
    with qtbot.waitSignal(session.jobs.finished, timeout=LONG):
        click(training.start_button)
    assert training.curves is not None
    assert len(training.curves.history) == session.project.settings.training.epochs
    qtbot.waitUntil(training.curves.isVisible)
    assert (session.project.answers == answers).all()

    # Compare with the truth.
    click(side.buttons["Results"])
    results = side.panels["Results"]
    truth = str(real_photos_dir / "truth.csv")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (truth, ""))
    click(results.load_button)
    qtbot.waitUntil(results.tables.isVisible)
    evaluation = evaluated(session.project)
    assert evaluation["images"] == PHOTOS
    assert evaluation["classes"] == ["person", "dog", "cat", "chair"]
    assert {"global", "aggregated", "pseudo", "classifier"} <= set(evaluation["labels"])

    # Export.
    click(side.buttons["Export"])
    export = side.panels["Export"]
    output = tmp_path / "labels.csv"
    click(export.destination.line)
    export.destination.line.selectAll()
    QTest.keyClicks(QApplication.focusWidget(), str(output))
    qtbot.waitUntil(export.start_button.isEnabled)
    with qtbot.waitSignal(session.jobs.finished, timeout=LONG):
        click(export.start_button)
    with output.open(newline="") as stream:
        written = list(csv.DictReader(stream))
    assert len(written) == PHOTOS
    labels = np.array(
        [[int(line[record.name]) for record in session.project.classes] for line in written]
    )
    order = [session.project.photos.paths.index(line["image"]) for line in written]
    assert (labels == session.project.facts.labels.values()[order]).all()
    assert labels[order.index(row), 1] == 1
    assert labels[order.index(second), 1] == 0

    # Close the project and come back: everything is there.
    QTest.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert window.view is None
    row = window.start._recent.itemAt(0).widget()
    qtbot.waitUntil(row.isVisible)
    recent = row.findChild(QPushButton)
    assert recent.toolTip() == str(folder)
    click(recent)
    again = window.view.session
    assert not again.jobs.is_busy
    assert (again.project.answers == answers).all()
    assert again.project.display_kind is not None
    assert [run.kind for run in again.project.runs.all()] == ["train", "score"]
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert (again.project.answers[:, 3] == UNOBSERVED).all()
    assert (again.project.answers != UNOBSERVED).sum() == 3
