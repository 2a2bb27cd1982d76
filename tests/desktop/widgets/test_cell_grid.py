"""The grid whose places are arithmetic answers as Qt's own list does once that is laid out."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QPoint,
    QRect,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from cdul_app.desktop.widgets.cell_grid import CellGrid

CELL = QSize(60, 40)
MOST = 120
NO_KEY = Qt.KeyboardModifier.NoModifier
Move = QAbstractItemView.CursorAction
PAGES = (Move.MovePageUp, Move.MovePageDown)  # where lines are cut off, Qt's list goes two or three
CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect


class CellDelegate(QStyledItemDelegate):
    def __init__(self, parent) -> None:
        super().__init__(parent)
        self.painted: list[tuple[int, QRect, QStyleOptionViewItem]] = []

    def sizeHint(self, option, index) -> QSize:
        return CELL

    def paint(self, painter, option, index) -> None:
        self.painted.append((index.row(), QRect(option.rect), QStyleOptionViewItem(option)))


class CountedModel(QAbstractListModel):
    """Of a million rows; counts how often it is asked about one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def rowCount(self, parent=None) -> int:  # which Qt asks before it makes an index
        self.asked += 1
        return 1_000_000

    def data(self, index, role=Qt.ItemDataRole.DisplayRole) -> object:
        return None


def shown(view: QListView, model, qtbot) -> QListView:
    qtbot.addWidget(view)
    delegate = CellDelegate(view)
    view.setItemDelegate(delegate)
    view.setModel(model)
    view.setGridSize(CELL)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    view.resize(290, 150)
    view.show()
    QApplication.processEvents()
    return view


@pytest.fixture
def lists(qtbot):
    """Qt's and ours, side by side."""
    of_qt = QListView()
    of_qt.setProperty("role", "grid")  # the same frame
    of_qt.setViewMode(QListView.ViewMode.IconMode)
    of_qt.setMovement(QListView.Movement.Static)
    of_qt.setResizeMode(QListView.ResizeMode.Adjust)
    of_qt.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    model = QStringListModel([str(number) for number in range(MOST)])
    return shown(of_qt, model, qtbot), shown(CellGrid(), model, qtbot)


def fill(lists, count: int) -> None:
    for view in lists:
        view.model().setStringList([str(number) for number in range(count)])
        view.executeDelayedItemsLayout()


def test_cells_lie_where_those_of_qts_list_do(lists):
    rects = [
        [view.visualRect(view.model().index(place, 0)) for place in range(MOST)] for view in lists
    ]
    assert rects[0] == rects[1]
    assert lists[1].columns == 4
    bars = [view.verticalScrollBar() for view in lists]
    assert bars[0].maximum() == bars[1].maximum() > 0
    assert bars[0].pageStep() == bars[1].pageStep()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each input fills them
@given(data=st.data())
def test_points_keys_and_frames_find_what_they_find_in_qts_list(lists, data):
    count = data.draw(st.integers(1, MOST), label="cells")
    fill(lists, count)
    height = lists[0].verticalScrollBar().maximum()
    offset = data.draw(st.integers(0, height), label="scrolled by")
    corners = st.builds(QPoint, st.integers(-30, 300), st.integers(-30, 180))
    in_sight = st.builds(QPoint, st.integers(0, 270), st.integers(0, 145))
    point, one, other = data.draw(corners), data.draw(in_sight), data.draw(corners)
    low, high = ((pick(one.x(), other.x()), pick(one.y(), other.y())) for pick in (min, max))
    frame = QRect(QPoint(*low), QPoint(*high))  # as Qt makes it of where the mouse was and is
    place = data.draw(st.integers(0, count - 1), label="current")
    move = data.draw(st.sampled_from([each for each in Move if each not in PAGES]))
    last = data.draw(st.integers(0, count - 1), label="to")
    found = []
    for view in lists:
        view.verticalScrollBar().setValue(offset)
        index = view.model().index
        found.append([view.indexAt(point).row()])
        view.setState(QAbstractItemView.State.DragSelectingState)
        view.setSelection(frame, CHOOSE)
        view.setState(QAbstractItemView.State.NoState)
        found[-1] += sorted(each.row() for each in view.selectedIndexes())
        view.verticalScrollBar().setValue(0)  # Qt's list chooses nothing above what is in sight
        ends = QRect(*(view.visualRect(index(each, 0)).center() for each in (place, last)))
        view.setSelection(ends, CHOOSE)
        found[-1] += sorted(each.row() for each in view.selectedIndexes())
        view.verticalScrollBar().setValue(offset)
        view.selectionModel().setCurrentIndex(
            index(place, 0), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        found[-1].append(view.moveCursor(move, NO_KEY).row())
        view.verticalScrollBar().setValue(offset)
        hint = list(QAbstractItemView.ScrollHint)[last % 4]
        view.scrollTo(index(place, 0), hint)
        found[-1].append(view.verticalScrollBar().value())
    assert found[0] == found[1]


def test_nothing_moves_where_there_is_nothing(lists):
    fill(lists, 0)
    grid = lists[1]
    assert not grid.moveCursor(Move.MoveDown, NO_KEY).isValid()
    assert not grid.indexAt(QPoint(5, 5)).isValid()
    assert not grid.places_in_view()
    grid.selectAll()
    assert not grid.selectedIndexes()


def test_a_page_is_the_lines_that_are_wholly_shown(lists):
    grid, found = lists[1], {}
    fill(lists, 30)  # in lines of four, three of them in sight
    for place in (0, 5, 18, 25, 27, 29):
        grid.setCurrentIndex(grid.model().index(place, 0))
        found[place] = [grid.moveCursor(move, NO_KEY).row() for move in PAGES]
    assert found == {
        0: [0, 12], 5: [1, 17], 18: [6, 26], 25: [13, 29], 27: [15, 27], 29: [17, 29]
    }  # fmt: skip


def test_of_a_million_rows_only_those_in_sight_are_asked_for(qtbot):
    model = CountedModel()
    grid = shown(CellGrid(), model, qtbot)
    bar = grid.verticalScrollBar()
    assert bar.maximum() == 250_000 * CELL.height() - grid.viewport().height()
    bar.setValue(bar.maximum())
    delegate = grid.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    qtbot.waitUntil(lambda: {999_999, 999_988} <= {place for place, *_ in delegate.painted})
    grid.setCurrentIndex(grid.model().index(500_000, 0))
    assert 500_000 in grid.places_in_view()
    assert model.asked < 1000


def test_a_cell_is_painted_as_chosen_and_as_the_current_one(qtbot, lists):
    grid = lists[1]
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.setCurrentIndex(grid.model().index(1, 0))
    delegate = grid.itemDelegate()
    delegate.painted.clear()
    grid.viewport().repaint()
    states = {place: option.state for place, _, option in delegate.painted}
    flags = type(states[0])
    assert states[1] & flags.State_Selected
    assert states[1] & flags.State_HasFocus
    assert not states[0] & (flags.State_Selected | flags.State_HasFocus)
    assert [rect for _, rect, _ in delegate.painted[:2]] == [
        QRect(QPoint(0, 0), CELL),
        QRect(QPoint(60, 0), CELL),
    ]


def test_more_rows_can_be_scrolled_to_at_once(qtbot, lists):
    grid = lists[1]
    fill(lists, 4)
    assert not grid.verticalScrollBar().maximum()
    fill(lists, MOST)
    grid.scrollTo(grid.model().index(MOST - 1, 0))
    assert MOST - 1 in grid.places_in_view()


def test_a_narrower_grid_has_fewer_columns(qtbot, lists):
    grid = lists[1]
    grid.resize(150, 150)
    qtbot.waitUntil(lambda: grid.columns == 2)
    assert grid.visualRect(grid.model().index(2, 0)).topLeft() == QPoint(0, 40)


def test_screen_readers_find_the_cells(lists):
    found = [QAccessible.queryAccessibleInterface(view) for view in lists]
    assert found[0].role() == found[1].role()
    assert found[0].childCount() == found[1].childCount() == MOST
    places = [view.viewport().mapToGlobal(QPoint(70, 45)) for view in lists]
    names = [
        each.childAt(place.x(), place.y()).text(QAccessible.Text.Name)
        for each, place in zip(found, places, strict=True)
    ]
    assert names == ["5", "5"]


def test_clicks_choose_one_and_a_range(lists):
    grid = lists[1]
    center = [grid.visualRect(grid.model().index(place, 0)).center() for place in range(7)]
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, NO_KEY, center[1])
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, shift, center[6])
    assert [each.row() for each in grid.selectedIndexes()] == [1, 2, 3, 4, 5, 6]
    assert len(grid.selectionModel().selection().toList()) == 1
