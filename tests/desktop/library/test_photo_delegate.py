import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.images.image_loader import THUMBNAILS, ImageLoader
from cdul_app.desktop.library import photo_delegate
from cdul_app.desktop.library.photo_delegate import PADDING, PhotoDelegate
from cdul_app.desktop.library.photo_list_model import PhotoListModel
from cdul_app.desktop.look.theme import ThemeChoice, current_theme, theme_manager
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import NO, YES

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
        if decoded and self.session.project.photos.errors[row] is None:
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
        return [chip.text for chip in self.delegate._chips(row)]


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


def test_labels_stand_by_score_and_the_chosen_class_first(cells, trained_session):
    row = int(trained_session.project.facts.labels.values().sum(axis=1).argmax())
    scores = trained_session.project.scores(trained_session.project.display_kind)[row]
    labels = [
        c for c in np.argsort(-scores) if trained_session.project.facts.labels.values()[row, c]
    ]
    names = [trained_session.project.classes[c].name for c in labels]
    assert [text.rsplit(" ", 1)[0] for text in cells.texts(row)] == names
    assert cells.texts(row)[0] == f"{names[0]} {100 * scores[labels[0]]:.0f}"
    # A class that is looked at is shown with its score where it is no label, too.
    other = int(np.flatnonzero(~trained_session.project.facts.labels.values()[row])[0])
    cells.delegate.column = other
    name = trained_session.project.classes[other].name
    assert cells.texts(row)[0] == f"{name} {100 * scores[other]:.0f}"
    assert len(cells.texts(row)) == len(labels) + 1
    cells.delegate.column = int(labels[-1])
    assert cells.texts(row)[0].startswith(names[-1])


def test_answers_are_shown_as_answers(cells, trained_session):
    name = trained_session.project.classes[0].name
    before = cells.paint(0)
    trained_session.project.decisions.answer([0], 0, YES)
    assert f"✓ {name}" in cells.texts(0)
    assert cells.paint(0) != before
    trained_session.project.decisions.answer([0], 0, NO)
    assert not any(name in text for text in cells.texts(0))
    cells.delegate.column = 0
    assert cells.texts(0)[0] == f"✕ {name}"


def test_a_mark_tells_whether_answers_agree_with_the_labels(cells, trained_session):
    plain = cells.paint(2)
    machine = bool(trained_session.project.facts.labels.values()[2, 0])
    trained_session.project.decisions.answer([2], 0, YES if machine else NO)
    agreed = cells.paint(2)
    trained_session.project.decisions.answer([2], 0, NO if machine else YES)
    differs = cells.paint(2)
    corner = QRect(PADDING + 200 - 26, PADDING + 4, 24, 24)
    marks = [picture.copy(corner) for picture in (plain, agreed, differs)]
    assert marks[0] != marks[1] != marks[2] != marks[0]


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
    assert trained_session.project.photos.errors[3] is None
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
    assert cells.texts(0) == ["✓ dog"]
    cells.delegate.column = 0
    assert cells.texts(0) == ["✓ dog"]
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
