"""The whole path on real photos, from the start page to an exported file: by mouse, and by keys."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labeling.choice import prefer_encoder
from cdul_app.project.next_act import Step
from tests.ui.person import CONTROL, Person

PHOTOS = 16
MOST_DECISIONS = 6  # before the first labels
Key = Qt.Key

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.qt_log_ignore("This plugin does not support"),
]


@pytest.fixture
def folder(tmp_path: Path, real_photos_dir: Path) -> Path:
    """Real photos, those that show most."""
    folder = tmp_path / "my photos"
    folder.mkdir()
    with (real_photos_dir / "truth.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows.sort(key=lambda row: -sum(int(row[name]) for name in list(row)[1:]))
    for row in rows[:PHOTOS]:
        shutil.copyfile(real_photos_dir / "images" / row["image"], folder / row["image"])
    return folder


@pytest.fixture
def person(qtbot, window):
    person = Person(qtbot, window)
    window.resize(1280, 800)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield person
    person.leaves()


def check_what_was_written(file: Path, project) -> None:
    with file.open(newline="", encoding="utf-8") as stream:
        written = list(csv.DictReader(stream))
    assert len(written) == PHOTOS
    labels = np.array([[int(line[name]) for name in project.classes.names] for line in written])
    order = [project.photos.paths.index(line["image"]) for line in written]
    np.testing.assert_array_equal(labels, project.facts.labels.values()[order])


def test_by_mouse_alone(person, window, folder, real_encoder_dir, tmp_path, monkeypatch):
    prefer_encoder(f"local-dir:{real_encoder_dir}")  # another project was labelled with it
    me = person

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    me.decides("the folder")
    me.clicks(window.start.open_button)
    view, project = window.view, window.view.session.project
    library, strip, side = view.library, view.strip, view.library.side_panel
    me.comes_to(lambda: library.model.rowCount() == PHOTOS and side.classes.isVisible())

    me.decides("the classes")
    me.clicks(side.classes.editor.preset_buttons["voc20"])
    me.comes_to(lambda: strip.act_button.text() == "Use 20 classes")
    me.decides("these are the classes")
    me.clicks(strip.act_button)
    assert len(project.classes) == 20

    me.comes_to(lambda: strip.act_button.text().startswith(f"Label {PHOTOS} photos"))
    me.decides("label them")
    me.clicks(strip.act_button)
    me.comes_to(lambda: project.display_kind is not None and not view.session.jobs.is_busy)
    assert len(me.decisions) <= MOST_DECISIONS, me.decisions
    assert me.advanced == []
    assert library.grid.isVisible()

    # What is uncertain is checked, one photo with the menu of each.
    me.comes_to(lambda: strip.act_button.text().startswith("Check "))
    me.clicks(strip.act_button)
    column, rows = library.column, library.model.rows.copy()
    assert column is not None
    assert rows.size
    name = project.classes[column].name
    me.clicks_row(library.grid, 0)
    me.chooses(me.asks_for_menu(library.grid, 0), f"Yes: {name}")
    assert project.answers[rows[0], column] == YES

    # It is taken back, and corrected.
    edit = next(each for each in window.menuBar().actions() if each.text() == "&Edit")
    me.clicks(window.menuBar(), window.menuBar().actionGeometry(edit).center())
    menu = edit.menu()
    assert isinstance(menu, QMenu)
    me.chooses(menu, "Undo")
    assert (project.answers == UNOBSERVED).all()
    place = library.model.place_of(int(rows[0]))
    me.clicks_row(library.grid, place)
    me.chooses(me.asks_for_menu(library.grid, place), f"No: {name}")
    assert project.answers[rows[0], column] == NO
    assert not project.facts.labels.values()[rows[0], column]

    # Export, beside the folder.
    me.clicks(strip.steps[Step.USE])
    me.comes_to(lambda: strip.act_button.text() == "Export labels" and strip.act_button.isEnabled())
    output = side.export.destination.path()
    assert output.parent == tmp_path
    me.clicks(strip.act_button)
    me.comes_to(output.is_file)
    me.comes_to(lambda: not view.session.jobs.is_busy)
    check_what_was_written(output, project)
    assert me.advanced == []
    assert me.hands == {"mouse"}


def test_by_keys_alone(person, window, folder, real_encoder_dir, tmp_path, monkeypatch):
    me = person

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    me.decides("the folder")
    me.presses(Key.Key_O, CONTROL)
    view, project = window.view, window.view.session.project
    library, strip, side = view.library, view.strip, view.library.side_panel
    me.comes_to(lambda: library.model.rowCount() == PHOTOS and side.classes.isVisible())

    # The hand is where one writes.
    me.decides("the classes")
    me.writes("person")
    for name in ("dog", "cat", "chair"):
        me.presses(Key.Key_Return)
        me.writes(name)
    me.comes_to(lambda: strip.act_button.text() == "Use 4 classes")
    me.decides("these are the classes")
    me.presses(Key.Key_Return, CONTROL)
    assert list(project.classes.names) == ["person", "dog", "cat", "chair"]

    other = side.label.chooser.other
    me.decides("another encoder")
    me.walks_to(side.label.chooser.cards[next(iter(side.label.chooser.cards))].radio)
    while not other.radio.isChecked():
        me.presses(Key.Key_Down)
    me.decides("which one")
    me.walks_to(other.field.line)
    me.writes(f"local-dir:{real_encoder_dir}")
    me.comes_to(lambda: strip.act_button.text().startswith(f"Label {PHOTOS} photos"))
    me.decides("label them")
    me.presses(Key.Key_Return, CONTROL)
    me.comes_to(lambda: project.display_kind is not None and not view.session.jobs.is_busy)
    assert len(me.decisions) <= MOST_DECISIONS, me.decisions
    assert me.advanced == []

    # What is uncertain is checked by Y and N.
    me.comes_to(lambda: strip.act_button.text().startswith("Check "))
    me.presses(Key.Key_Return, CONTROL)
    column, rows = library.column, library.model.rows.copy()
    assert library.grid.hasFocus()
    me.presses(Key.Key_Y)
    assert project.answers[rows[0], column] == YES
    if len(rows) > 1:
        me.presses(Key.Key_N)
        assert project.answers[rows[1], column] == NO
        me.presses(Key.Key_Z, CONTROL)
        assert project.answers[rows[1], column] == UNOBSERVED

    # One label is corrected on the photo's page.
    me.presses(Key.Key_Slash)
    me.writes("dog")
    me.presses(Key.Key_Return)
    assert project.classes[library.column].name == "dog"
    assert library.grid.hasFocus()
    me.presses(Key.Key_Home)
    me.presses(Key.Key_Return)
    assert view.stack.currentWidget() is view.photo
    row = view.photo.row
    has = bool(project.facts.labels.values()[row, 1])
    me.presses(Key.Key_N if has else Key.Key_Y)
    assert bool(project.facts.labels.values()[row, 1]) is not has
    me.presses(Key.Key_Escape)
    assert library.grid.hasFocus()

    # Export to a file of one's own.
    me.presses(Key.Key_E, CONTROL)
    output = tmp_path / "labels.csv"
    me.walks_to(side.export.destination.line)
    me.presses(Key.Key_A, CONTROL)
    me.writes(str(output))
    me.comes_to(lambda: strip.act_button.text() == "Export labels" and strip.act_button.isEnabled())
    me.presses(Key.Key_Return, CONTROL)
    me.comes_to(output.is_file)
    me.comes_to(lambda: not view.session.jobs.is_busy)
    check_what_was_written(output, project)
    assert me.advanced == []
    assert me.hands == {"keys"}
