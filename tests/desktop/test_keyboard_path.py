"""The whole job without touching the mouse, over a restart."""

import json
import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labeling.choice import prefer_encoder

CONTROL = Qt.KeyboardModifier.ControlModifier
NO_KEY = Qt.KeyboardModifier.NoModifier
DECISIONS = 50
LONG = 120_000  # milliseconds


@pytest.fixture
def scenes(demo_folder, tmp_path):
    """The demo's scenes as any folder of photos: no project, no class, no score."""
    folder = tmp_path / "scenes"
    folder.mkdir()
    for photo in demo_folder.glob("*.jpg"):
        shutil.copyfile(photo, folder / photo.name)
    return folder


def focused():
    return QApplication.activePopupWidget() or QApplication.focusWidget()


def press(key, keys=NO_KEY):
    QTest.keyClick(focused(), key, keys)


def write(text):
    QTest.keyClicks(focused(), text)


def walk_to(widget):
    """Tab until it has the focus, as one without a mouse would."""
    assert widget.isVisible(), widget.accessibleName()
    for _ in range(80):
        if widget.hasFocus() or widget.isAncestorOf(QApplication.focusWidget()):
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {widget.accessibleName() or widget.objectName()}")


def region(qtbot, inside):
    """F6 until the focus is in a part of the window."""
    for _ in range(4):
        if inside.hasFocus() or inside.isAncestorOf(QApplication.focusWidget()):
            return
        press(Qt.Key.Key_F6)
    raise AssertionError("F6 does not reach it")


def activate(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@pytest.mark.timeout(600)
def test_open_score_filter_decide_undo_and_export_by_keys(
    qtbot, window, scenes, encoder, tmp_path, monkeypatch
):
    prefer_encoder(encoder)  # in an earlier project
    window.resize(1280, 800)
    activate(qtbot, window)

    # Open the folder.
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(scenes))
    window.start.setFocus()
    walk_to(window.start.open_button)
    press(Qt.Key.Key_Space)
    view = window.view
    session, library = view.session, view.library
    qtbot.waitUntil(lambda: library.model.rowCount() == 60)
    qtbot.waitUntil(lambda: not session.jobs.is_busy)

    # Name the classes and score.
    region(qtbot, library.side_panel)
    editor = library.side_panel.classes.editor.text
    walk_to(editor)
    for name in ("cat", "dog", "tree", "house"):
        write(name)
        if name != "house":
            press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return, CONTROL)
    assert list(session.project.classes.names) == ["cat", "dog", "tree", "house"]
    region(qtbot, library.grid)
    with qtbot.waitSignal(session.jobs.finished, timeout=LONG):
        press(Qt.Key.Key_Return, CONTROL)
    assert session.project.display_kind is not None

    # Filter with a query, then take it away again.
    press(Qt.Key.Key_F, CONTROL)
    write("label:dog NOT reviewed")
    qtbot.waitUntil(
        lambda: library.model.rowCount() == session.project.facts.labels.values()[:, 1].sum()
    )
    focused().selectAll()
    press(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: library.model.rowCount() == 60)
    activate(qtbot, window)  # suggestions have come and gone, and no window manager is here

    # Fifty decisions about dogs.
    region(qtbot, library.filter_bar)
    walk_to(library.filter_bar.classes)
    library.filter_bar.classes.lineEdit().selectAll()
    write("dog")
    press(Qt.Key.Key_Return)
    activate(qtbot, window)
    assert library.column == 1
    region(qtbot, library.grid)
    press(Qt.Key.Key_Home)
    for number in range(DECISIONS):
        press(Qt.Key.Key_Y if number % 3 else Qt.Key.Key_X)
    answers = session.project.answers[:, 1]
    assert (answers != UNOBSERVED).sum() == DECISIONS
    assert (answers == NO).sum() == -(-DECISIONS // 3)

    # The rest at once, and a flag.
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_4)  # houses
    assert (session.project.answers[:, 3] == YES).all()
    press(Qt.Key.Key_Home)
    press(Qt.Key.Key_F)
    assert session.project.flags.sum() == 1
    before = session.project.answers.copy()

    # Close, come back, and undo what was done before.
    press(Qt.Key.Key_W, CONTROL)
    assert window.view is None
    activate(qtbot, window)
    window.start.setFocus()
    recent = window.start._recent.itemAt(0).widget().findChild(type(window.start.open_button))
    qtbot.waitUntil(recent.isVisible)
    walk_to(recent)
    press(Qt.Key.Key_Space)
    view = window.view
    session, library = view.session, view.library
    np.testing.assert_array_equal(session.project.answers, before)
    region(qtbot, library.grid)
    press(Qt.Key.Key_Z, CONTROL)
    assert not session.project.flags.any()
    press(Qt.Key.Key_Z, CONTROL)
    assert (session.project.answers[:, 3] == UNOBSERVED).all()
    press(Qt.Key.Key_Backspace)
    assert (session.project.answers[:, 1] != UNOBSERVED).sum() == DECISIONS - 1
    press(Qt.Key.Key_Y, CONTROL)
    assert (session.project.answers[:, 1] != UNOBSERVED).sum() == DECISIONS

    # Export.
    press(Qt.Key.Key_E, CONTROL)
    region(qtbot, library.side_panel)
    export = library.side_panel.panels["Export"]
    output = tmp_path / "labels.json"
    walk_to(export.radios["csv"])
    while not export.radios["json"].isChecked():
        press(Qt.Key.Key_Down)
    walk_to(export.destination.line)
    export.destination.line.selectAll()
    write(str(output))
    qtbot.waitUntil(export.start_button.isEnabled)
    walk_to(export.start_button)
    with qtbot.waitSignal(session.jobs.finished, timeout=LONG):
        press(Qt.Key.Key_Space)
    written = json.loads(output.read_text(encoding="utf-8"))
    assert len(written["images"]) == 60
    answered = [image for image in written["images"] if "dog" in image["answers"]]
    assert len(answered) == DECISIONS
    assert all("answered" in image["why"]["dog"] for image in answered)
