"""The list of classes: what is chosen is current everywhere, and what is changed is said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu

from cdul_app.desktop.navigator.class_rows import ClassOrder, ClassRow
from cdul_app.desktop.navigator.navigator_model import AllClasses, EmptyClasses
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.finding.photo_filter import LabelWanted, SortKey

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot, demo_window):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    return demo_window.view


@pytest.fixture
def navigator(view):
    return view.library.navigator


def shown(navigator) -> list[str]:
    return [row.name for row in navigator.model.rows if isinstance(row, ClassRow)]


def at(navigator, name: str):
    """Where a class is shown."""
    place = next(
        place
        for place, row in enumerate(navigator.model.rows)
        if isinstance(row, ClassRow) and row.name == name
    )
    return navigator.list.visualRect(navigator.model.index(place)).center()


def click(navigator, name: str) -> None:
    QTest.mouseClick(navigator.list.viewport(), LEFT, pos=at(navigator, name))


def entry(menu: QMenu, beginning: str):
    return next(each for each in menu.actions() if each.text().startswith(beginning))


def test_the_pencil_lets_the_whole_list_be_typed(view, navigator):
    navigator.edit_button.click()
    assert view.library.side_panel.current_panel == "Classes"
    assert view.library.side_panel.classes.editor.text.hasFocus()


# ---- one current class ----


def test_a_click_makes_a_class_current_everywhere(qtbot, view, navigator):
    session, library = view.session, view.library
    name = session.project.classes.names[2]
    click(navigator, name)
    assert session.current_class.name == name
    wanted = library.filter_bar.filter
    assert (wanted.column, wanted.label, wanted.sort) == (2, LabelWanted.HAS, SortKey.SCORE)
    assert library.delegate.column == 2
    check = library.side_panel.check
    library.side_panel.show_panel("Check")
    assert check.heading_of_class.text() == name
    assert check.threshold.spin.value() == pytest.approx(
        session.project.classes.thresholds[2], abs=0.006
    )
    library.choose_place(0)
    row = int(library.selected_rows()[0])
    QTest.keyClick(library.grid, Key.Key_Y)
    assert session.project.answers[row, 2] == YES
    library.toggle_class_review()
    assert library.review.column == 2
    library.toggle_class_review()
    library.choose_place(0)
    library.open_current()
    assert view.photo.current_column == 2
    view.show_wall()
    assert view.wall.column == 2


def test_chosen_elsewhere_it_is_marked_here(view, navigator):
    view.library.filter_bar.show_class(3, LabelWanted.ANY)
    row = navigator.model.rows[navigator.list.currentIndex().row()]
    assert isinstance(row, ClassRow)
    assert row.column == 3
    view.session.current_class.choose(None)
    assert isinstance(navigator.model.rows[navigator.list.currentIndex().row()], AllClasses)


def test_all_classes_is_an_entry_that_shows_all_photos_by_name(view, navigator):
    click(navigator, view.session.project.classes.names[1])
    place = navigator.list.visualRect(navigator.model.index(0)).center()
    QTest.mouseClick(navigator.list.viewport(), LEFT, pos=place)
    assert view.session.current_class.column is None
    assert view.library.model.rowCount() == len(view.session.project.photos)
    assert view.library.filter_bar.filter.sort is SortKey.NAME


def test_the_class_stays_the_same_one_when_the_list_changes(view, navigator):
    name = view.session.project.classes.names[2]
    view.session.current_class.choose(2)
    navigator.acts.move(2, -1)
    assert view.session.current_class.column == 1
    assert view.session.current_class.name == name
    navigator.acts.remove(1)
    assert view.session.current_class.column is None
    view.undo()
    assert view.session.project.classes.names[1] == name


def test_arrows_in_the_list_choose(view, navigator):
    navigator.list.setFocus()
    for _ in range(2):
        QTest.keyClick(navigator.list, Key.Key_Down)
    assert view.session.current_class.column == 1


def test_letters_in_the_list_answer_no_photo_by_surprise(view, navigator):
    """Y with the focus in the list answers what is selected, or says what it needs."""
    name = view.session.project.classes.names[1]
    click(navigator, name)
    navigator.list.setFocus()
    view.library.grid.clearSelection()
    view.library.grid.setCurrentIndex(view.library.model.index(-1))
    said = []
    view.notice.connect(lambda notice: said.append(notice.text))
    QTest.keyClick(navigator.list, Key.Key_Y)
    assert said == ["Select photos first: click one, Shift-click for a range."]
    assert (view.session.project.answers == UNOBSERVED).all()
    assert view.session.current_class.name == name  # no search for a class in Y


# ---- finding ----


def test_a_class_is_found_by_typing_and_enter_goes_on_at_the_photos(qtbot, view, navigator):
    name = view.session.project.classes.names[4]
    view.library.grid.setFocus()
    QTest.keyClick(view.library.grid, Key.Key_Slash)
    assert navigator.field.hasFocus()
    qtbot.keyClicks(navigator.field, name[1:].upper())
    assert name in shown(navigator)
    assert all(name[1:] in each for each in shown(navigator))
    qtbot.keyClick(navigator.field, Key.Key_Return)
    assert view.session.current_class.name == shown(navigator)[0] or name
    assert view.session.current_class.column is not None
    assert navigator.field.text() == ""
    assert view.library.grid.hasFocus()


def test_names_that_begin_so_come_first(view, navigator):
    project = view.session.project
    first, second = project.classes.names[:2]
    navigator.acts.rename(0, f"a {second}")
    navigator.field.setText(second)
    assert shown(navigator)[:2] == [second, f"a {second}"]
    assert first not in shown(navigator)


def test_what_is_no_class_chooses_nothing(qtbot, view, navigator):
    view.session.current_class.choose(1)
    navigator.focus_field()
    qtbot.keyClicks(navigator.field, "qqqq")
    assert shown(navigator) == []
    assert view.session.current_class.column == 1
    qtbot.keyClick(navigator.field, Key.Key_Return)
    assert view.session.current_class.column == 1
    qtbot.keyClick(navigator.field, Key.Key_Escape)
    assert view.library.grid.hasFocus()
    assert len(shown(navigator)) > 1


# ---- orders and folding ----


def test_each_order_orders(view, navigator):
    project = view.session.project
    orders = {action.text(): action for action in navigator.order_button.menu().actions()}
    columns = range(len(project.classes))
    counts, unsure = project.facts.class_counts(), project.facts.unsure_counts()
    keys = {
        ClassOrder.NEEDS_YOU: lambda column: -unsure[column],
        ClassOrder.COUNT: lambda column: -counts[column],
        ClassOrder.NAME: lambda column: project.classes.names[column].casefold(),
        ClassOrder.OWN: lambda column: column,
    }
    for order, key in keys.items():
        orders[order.heading].trigger()
        rows = [row.column for row in navigator.model.rows if isinstance(row, ClassRow)]
        values = [key(column) for column in rows]
        assert values == sorted(values), order
        assert set(rows) <= set(columns)


def test_classes_without_photos_are_folded_and_unfold(view, navigator):
    project = view.session.project
    project.decisions.set_threshold(0, 1.0)
    empty = project.classes.names[0]
    assert project.facts.class_counts()[0] == 0
    navigator._reload()
    assert empty not in shown(navigator)
    fold = navigator.model.rows[-1]
    assert isinstance(fold, EmptyClasses)
    place = navigator.list.visualRect(navigator.model.index(len(navigator.model.rows) - 1)).center()
    QTest.mouseClick(navigator.list.viewport(), LEFT, pos=place)
    assert empty in shown(navigator)
    assert view.session.current_class.column is None  # the fold is no class


def test_a_folded_class_that_becomes_current_comes_into_sight(view, navigator):
    project = view.session.project
    project.decisions.set_threshold(0, 1.0)
    navigator._reload()
    assert project.classes.names[0] not in shown(navigator)
    view.session.current_class.choose(0)
    assert project.classes.names[0] in shown(navigator)


def test_a_class_that_was_answered_is_not_folded_away(view, navigator):
    project = view.session.project
    project.decisions.set_threshold(0, 1.0)
    project.decisions.answer([0], 0, NO)
    navigator._reload()
    assert project.classes.names[0] in shown(navigator)


def test_counts_follow_the_answers_and_rows_stay_under_the_hand(qtbot, view, navigator):
    project = view.session.project
    navigator.model.show(order=ClassOrder.COUNT)
    before = shown(navigator)
    name = before[-1]
    column = project.classes.names.index(name)
    count = int(project.facts.class_counts()[column])
    rows = (~project.facts.labels.values()[:, column]).nonzero()[0]
    project.decisions.answer(rows, column, YES)

    def row():
        return navigator.model.rows[navigator.model.place_of(column)]

    qtbot.waitUntil(lambda: row().photos == count + len(rows))
    assert row().yes == len(rows)
    assert shown(navigator) == before


# ---- changing ----


def test_f2_renames_in_its_place_and_keeps_what_was_answered(qtbot, view, navigator):
    project = view.session.project
    project.decisions.answer([0], 2, YES)
    view.session.current_class.choose(2)
    navigator.list.setFocus()
    QTest.keyClick(navigator.list, Key.Key_F2)
    editor = navigator.list.findChild(QLineEdit)
    assert editor is not None
    assert editor.hasFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "a better name")
    with qtbot.waitSignal(view.notice) as told:
        QTest.keyClick(editor, Key.Key_Return)
    assert navigator.list.hasFocus()
    assert project.classes.names[2] == "a better name"
    assert project.answers[0, 2] == YES
    assert view.session.current_class.column == 2
    (notice,) = told.args
    assert notice.action == "Undo"
    notice.act()
    assert project.classes.names[2] != "a better name"


def test_a_double_click_renames_and_escape_leaves_it(qtbot, view, navigator):
    project = view.session.project
    before = project.classes.names
    place = at(navigator, before[1])
    QTest.mouseClick(navigator.list.viewport(), LEFT, pos=place)
    QTest.mouseDClick(navigator.list.viewport(), LEFT, pos=place)
    editor = navigator.list.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "something")
    QTest.keyClick(editor, Key.Key_Escape)
    assert project.classes.names == before


def test_a_name_that_is_taken_is_refused_and_merging_is_offered(qtbot, view, navigator):
    project = view.session.project
    before = project.classes.names
    project.decisions.answer([5], 0, YES)
    with qtbot.waitSignal(view.notice) as told:
        navigator.model.setData(navigator.model.index(navigator.model.place_of(0)), before[1])
    (notice,) = told.args
    assert "merge the two" in notice.text
    assert project.classes.names == before
    assert notice.action == "Merge"
    notice.act()
    assert project.classes.names == before[1:]
    assert project.answers[5, 0] == YES
    notice.act()  # the list is another one now
    assert project.classes.names == before[1:]


def test_del_removes_and_the_notice_brings_it_back(qtbot, view, navigator):
    project = view.session.project
    project.decisions.answer([0], 1, YES)
    before = project.classes.names
    click(navigator, before[1])
    navigator.list.setFocus()
    with qtbot.waitSignal(view.notice) as told:
        QTest.keyClick(navigator.list, Key.Key_Delete)
    assert before[1] not in project.classes.names
    assert before[1] in told.args[0].text
    told.args[0].act()
    assert project.classes.names == before
    assert project.answers[0, 1] == YES


def test_del_in_the_grid_removes_no_class(view, navigator):
    before = view.session.project.classes.names
    view.session.current_class.choose(1)
    view.library.grid.setFocus()
    QTest.keyClick(view.library.grid, Key.Key_Delete)
    assert view.session.project.classes.names == before


def test_two_classes_are_merged_by_typing_the_other_one(qtbot, view, navigator, answering):
    project = view.session.project
    part, whole = project.classes.names[0], project.classes.names[3]
    project.decisions.answer([5], 0, YES)

    def choose(dialog):
        qtbot.waitUntil(dialog.field.hasFocus)
        QTest.keyClicks(dialog.field, whole)
        QTest.keyClick(dialog.field, Key.Key_Return)

    answering(choose)
    entry(navigator.make_menu(0), f"Merge {part}").trigger()
    assert part not in project.classes.names
    assert project.answers[5, project.classes.column_of(whole)] == YES
    assert view.session.current_class.name == whole
    view.undo()
    assert project.classes.names[0] == part
    assert project.answers[5, project.classes.column_of(whole)] == UNOBSERVED


def test_a_merge_that_is_left_changes_nothing(view, navigator, answering):
    before = view.session.project.classes
    answering(lambda dialog: dialog.reject())
    navigator.acts.choose_merge(0)
    assert view.session.project.classes == before


def test_a_colour_and_a_key_are_chosen_in_the_menu(view, navigator):
    project = view.session.project
    menu = navigator.make_menu(1)
    entry(entry(menu, "Colour").menu(), "Automatic")
    colours = entry(menu, "Colour").menu().actions()
    colours[5].trigger()
    assert project.classes[1].color == 4
    assert project.classes.color_index(1) == 4
    key = entry(entry(menu, "Key").menu(), "9")
    key.trigger()
    assert project.classes.column_of_key(8) == 1
    menu = navigator.make_menu(1)
    assert entry(entry(menu, "Key").menu(), "9").isChecked()
    assert entry(menu, "Colour").menu().actions()[5].isChecked()
    view.library.choose_place(0)
    row = int(view.library.selected_rows()[0])
    had = bool(project.facts.labels.values()[row, 1])
    QTest.keyClick(view.library.grid, Key.Key_9)
    assert project.answers[row, 1] == (NO if had else YES)


def test_entries_name_their_class(view, navigator):
    name = view.session.project.classes.names[1]
    texts = [each.text() for each in navigator.make_menu(1).actions() if each.text()]
    unnamed = {"Colour", "Key", "Move up", "Move down"}
    assert all(name in text for text in texts if text not in unnamed), texts


def test_pictures(view, navigator, screenshot):
    view.session.project.decisions.set_threshold(0, 1.0)
    navigator._reload()
    navigator.model.show(order=ClassOrder.COUNT, shows_empty=True)
    view.session.current_class.choose(2)
    screenshot(navigator, "navigator", size=(232, 640))
