import shutil

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.images.image_loader import THUMBNAILS, ImageLoader
from cdul_app.desktop.library import photo_delegate
from cdul_app.desktop.library.photo_delegate import PADDING, PhotoDelegate
from cdul_app.desktop.library.photo_list_model import PhotoListModel
from cdul_app.desktop.look.class_colors import LEAST_DISTANCE, distance
from cdul_app.desktop.look.theme import ThemeChoice, class_color, current_theme, theme_manager
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.project.classes.class_edits import set_class_color
from cdul_app.project.labels.label_states import LabelState, photo_labels

State = QStyle.StateFlag


class Cells:
    """Paints cells of a session into pictures."""

    def __init__(self, session: ProjectSession, qtbot) -> None:
        self.session = session
        self.thumbnails = ImageLoader(THUMBNAILS)
        self.delegate = PhotoDelegate(session, self.thumbnails)
        self.model = PhotoListModel(session)
        self.model.set_rows(np.arange(len(session.project.photos)))
        self._qtbot = qtbot

    def paint(
        self,
        row: int,
        *,
        side: int = 200,
        state: QStyle.StateFlag = State.State_Enabled,
        ratio: float = 1.0,
        decoded: bool = True,
    ) -> QImage:
        self.delegate.side = side
        if decoded and row not in self.session.project.photos.errors:
            self.paint(row, side=side, ratio=ratio, decoded=False)  # asks for the thumbnail
            self._qtbot.waitUntil(lambda: self.thumbnails.is_idle)
        size = self.delegate.cell_size()
        image = QImage(size * ratio, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(current_theme().window))
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, size.width(), size.height())
        option.state = state
        painter = QPainter(image)
        self.delegate.paint(painter, option, self.model.index(row))
        painter.end()
        return image

    def part(self, image: QImage, name: str) -> QImage:
        """A part of a cell: its photo, its name or its labels."""
        side = self.delegate.side
        high = round(side * 0.75)
        top = {"photo": PADDING, "name": PADDING + high + 5, "labels": PADDING + high + 26}[name]
        height = {"photo": high, "name": 18, "labels": 20}[name]
        return image.copy(QRect(PADDING, top, side, height))

    def texts(self, row: int) -> list[str]:
        return [f"{label.name} {label.word or label.state}" for label in self.delegate.labels(row)]

    def chip_at(self, row: int, point: QPoint):
        cell = QRect(QPoint(0, 0), self.delegate.cell_size())
        return self.delegate.chip_at(cell, row, QApplication.font(), point)


@pytest.fixture
def cells(qtbot, trained_session):
    cells = Cells(trained_session, qtbot)
    yield cells
    cells.thumbnails.close()


def test_the_photo_comes_when_it_is_decoded(cells):
    waiting = cells.paint(0, decoded=False)
    photo = cells.paint(0)
    assert cells.part(waiting, "photo") != cells.part(photo, "photo")
    assert cells.part(waiting, "name") == cells.part(photo, "name")


@pytest.mark.parametrize("side", [110, 200, 360])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_every_size_is_painted_sharply(cells, side, ratio):
    image = cells.paint(0, side=side, ratio=ratio)
    assert image.width() == round((side + 2 * PADDING) * ratio)
    (key,) = cells.thumbnails._kept
    assert key[1][0] >= side * ratio  # decoded for the screen's pixels, not for Qt's
    assert key[1][0] < side * ratio + photo_delegate.DECODED_STEP


def test_cells_that_grow_a_little_need_no_other_thumbnail(cells):
    cells.paint(0, side=201)
    cells.paint(0, side=240)
    assert len(cells.thumbnails._kept) == 1


def test_states_can_be_told_apart(cells):
    pictures = [
        cells.paint(0),
        cells.paint(0, state=State.State_Enabled | State.State_Selected),
        cells.paint(0, state=State.State_Enabled | State.State_MouseOver),
        cells.paint(0, state=State.State_Enabled | State.State_HasFocus),
    ]
    for place, first in enumerate(pictures):
        for second in pictures[place + 1 :]:
            assert first != second


def most_labels(project):
    return int(project.facts.labels.values().sum(axis=1).argmax())


def test_labels_are_those_of_the_project_with_the_current_class_first(cells, trained_session):
    project = trained_session.project
    row = most_labels(project)
    names = [label.name for label in photo_labels(project, row)]
    assert [label.name for label in cells.delegate.labels(row)] == names
    cells.delegate.column = project.classes.names.index(names[-1])
    assert cells.delegate.labels(row)[0].name == names[-1]


def test_the_score_of_a_class_that_is_no_label_is_a_number_beside_the_name(cells, trained_session):
    project = trained_session.project
    labels = cells.part(cells.paint(0), "labels")
    name = cells.part(cells.paint(0), "name")
    other = int(np.flatnonzero(~project.facts.labels.values()[0])[0])
    cells.delegate.column = other
    assert cells.part(cells.paint(0), "labels") == labels
    assert cells.part(cells.paint(0), "name") != name


def test_answers_are_shown_as_answers(cells, trained_session):
    project = trained_session.project
    column = int(np.flatnonzero(project.facts.labels.values()[0])[0])
    name = project.classes[column].name
    pictures = [cells.part(cells.paint(0), "labels")]
    for value, state in ((YES, "confirmed"), (NO, "rejected")):
        project.decisions.answer([0], column, value)
        assert cells.texts(0)[0] == f"{name} {state}"
        pictures.append(cells.part(cells.paint(0), "labels"))
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]


def test_a_badge_tells_that_it_was_answered_the_same_for_yes_and_no(cells, trained_session):
    """A tick would say yes."""
    project = trained_session.project
    labels = project.facts.labels.values()
    row = next(r for r in range(len(labels)) if labels[r].any() and not labels[r].all())
    corner = QRect(PADDING + 200 - 26, PADDING + 4, 24, 24)
    plain = cells.paint(row).copy(corner)
    has, lacks = int(labels[row].argmax()), int(labels[row].argmin())
    marks = []
    for column, value in ((has, YES), (lacks, NO), (has, NO)):
        project.decisions.answer([row], column, value)
        marks.append(cells.paint(row).copy(corner))
        project.decisions.undo()
    agreed, also_agreed, differs = marks
    assert agreed == also_agreed
    assert plain != agreed != differs != plain


def test_a_photo_that_is_not_labelled_yet_says_so(qtbot, cells, trained_session, demo_folder):
    project = trained_session.project
    whole = cells.part(cells.paint(1), "photo")
    (demo_folder / project.photos.paths[1]).rename(demo_folder / "1 before.jpg")
    shutil.copy(demo_folder / "1 before.jpg", demo_folder / "0 new.jpg")
    Image.open(demo_folder / "1 before.jpg").transpose(Image.Transpose.ROTATE_180).save(
        demo_folder / "0 new.jpg"
    )
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    cells.model.set_rows(np.arange(len(project.photos)))
    new, before = (project.photos.paths.index(name) for name in ("0 new.jpg", "1 before.jpg"))
    assert ReviewState.UNLABELLED in project.facts.states_of(new)
    assert ReviewState.UNLABELLED not in project.facts.states_of(before)
    assert cells.part(cells.paint(before), "photo") == whole
    foot = QRect(0, 126, 60, 24)
    turned = cells.part(cells.paint(new), "photo").copy(foot)
    project.decisions.answer([new], 0, NO)
    assert cells.part(cells.paint(new), "photo").copy(foot) != turned


def test_labels_that_do_not_fit_are_counted(cells, trained_session):
    for column in range(9):
        trained_session.project.decisions.answer([0], column, YES)
    narrow = cells.part(cells.paint(0, side=110), "labels")
    trained_session.project.decisions.answer(
        [0], 9, YES
    )  # one more that is not seen: only the count changes
    assert cells.part(cells.paint(0, side=110), "labels") != narrow
    # Nothing is painted beyond the cell.
    image = cells.paint(0, side=110)
    ground = QColor(current_theme().window)
    edge = [image.pixelColor(image.width() - 1, y) for y in range(image.height())]
    assert set(map(QColor.name, edge)) == {ground.name()}


def test_each_chip_and_what_is_counted_can_be_hit(cells, trained_session):
    project = trained_session.project
    for column in range(9):
        project.decisions.answer([0], column, YES)
    cells.paint(0, side=200)
    shown = cells.delegate.labels(0)
    top = PADDING + 150 + 30
    hits = [cells.chip_at(0, QPoint(x, top)) for x in range(PADDING, PADDING + 200)]
    single = dict.fromkeys(hit.labels[0] for hit in hits if hit and not hit.counted)
    counted = next(hit for hit in hits if hit and hit.counted)
    assert [*single, *counted.labels] == shown
    assert len(single) > 1
    assert cells.chip_at(0, QPoint(PADDING + 3, PADDING + 20)) is None  # the photo itself


def test_classes_beside_each_other_have_different_colours(cells, trained_session):
    """A person chose the same one for both."""
    project = trained_session.project
    for column in (0, 1):
        project.decisions.answer([0], column, YES)
        set_class_color(project, column, 3)
    rims = chip_rims(cells, 0)
    assert rims[0] == class_color(3)
    assert distance(rims[0], rims[1]) >= LEAST_DISTANCE
    set_class_color(project, 1, 4)
    assert chip_rims(cells, 0) == {0: class_color(3), 1: class_color(4)}


def chip_rims(cells, row):
    """The line around each confirmed label, by its class."""
    image, top = cells.paint(row), PADDING + 150 + 30
    found = {}
    for x in range(PADDING, PADDING + 200):
        hit = cells.chip_at(row, QPoint(x, top))
        if hit and not hit.counted and hit.labels[0].state is LabelState.CONFIRMED:
            rim = hit.box.topLeft() + QPoint(hit.box.width() // 2, 0)
            found[hit.labels[0].column] = image.pixelColor(rim)
    return found


def test_long_names_are_shortened_in_the_middle(qtbot, trained_session, demo_folder, cells):
    long_name = f"{'a very long name ' * 8}end.jpg"
    (demo_folder / trained_session.project.photos.paths[0]).rename(demo_folder / long_name)
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    row = trained_session.project.photos.paths.index(long_name)
    cells.model.set_rows(np.arange(len(trained_session.project.photos)))
    image = cells.paint(row, side=110)
    name = cells.part(image, "name")
    ground = QColor(current_theme().window).name()
    right = {name.pixelColor(name.width() - 24 + x, y).name() for x in range(24) for y in range(18)}
    assert right != {ground}  # the end of the name is there: "….jpg"
    edge = {image.pixelColor(image.width() - 2, y).name() for y in range(image.height())}
    assert edge == {ground}


def test_a_name_with_a_line_break_stays_on_its_line(qtbot, trained_session, demo_folder, cells):
    (demo_folder / trained_session.project.photos.paths[0]).rename(demo_folder / "two\nlines.jpg")
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    row = trained_session.project.photos.paths.index("two\nlines.jpg")
    cells.model.set_rows(np.arange(len(trained_session.project.photos)))
    assert not cells.paint(row).isNull()


def test_a_photo_that_failed_says_why(qtbot, cells, trained_session, demo_folder):
    whole = cells.paint(1)
    (demo_folder / trained_session.project.photos.paths[1]).write_bytes(b"no photo")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000):
        trained_session.jobs.start_scoring()
    cells.model.set_rows(np.arange(len(trained_session.project.photos)))
    assert trained_session.project.photos.errors[1]
    for side in (110, 200):
        assert cells.part(cells.paint(1, side=side), "photo") != cells.part(whole, "photo")


def test_a_file_that_qt_cannot_show_is_told_in_its_place(cells, trained_session, demo_folder):
    """The encoder may have read it, and Qt not; or it vanished since."""
    (demo_folder / trained_session.project.photos.paths[3]).unlink()
    image = cells.paint(3)
    assert 3 not in trained_session.project.photos.errors
    ground, box = QColor(current_theme().panel).name(), cells.part(image, "photo")
    assert box.pixelColor(box.width() // 2, 20).name() == ground


def test_a_long_class_name_is_shortened(cells, trained_session):
    definitions = trained_session.project.classes.definitions
    trained_session.project.decisions.set_classes(
        [*definitions, ClassDefinition("an endless class name " * 5)]
    )
    column = len(trained_session.project.classes) - 1
    trained_session.project.decisions.answer([0], column, YES)
    cells.delegate.column = column
    image = cells.paint(0, side=110)
    ground = QColor(current_theme().window).name()
    edge = {image.pixelColor(image.width() - 2, y).name() for y in range(image.height())}
    assert edge == {ground}


def test_before_scoring_there_are_answers_only(qtbot, new_session):
    new_session.project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
    cells = Cells(new_session, qtbot)
    assert cells.texts(0) == []
    new_session.project.decisions.answer([0], 1, YES)
    assert cells.texts(0) == ["dog confirmed"]
    cells.delegate.column = 0
    assert cells.texts(0) == ["dog confirmed"]
    assert not cells.paint(0).isNull()
    cells.thumbnails.close()


def test_both_themes(cells):
    light = cells.paint(0)
    theme_manager().choose(ThemeChoice.DARK)
    assert cells.paint(0) != light


def test_a_row_that_is_no_longer_there_is_left_out(cells):
    cells.model.rows = np.array([10_000])
    blank = cells.paint(0, decoded=False)
    assert blank.pixelColor(50, 50).name() == QColor(current_theme().window).name()
