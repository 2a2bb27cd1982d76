from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QWidget,
)

from cdul_app.desktop.main_window import MainWindow
from cdul_app.desktop.overlays import notice_overlay
from cdul_app.desktop.overlays.notice_overlay import LINE_HEIGHT, NoticeOverlay
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.layouts import STRETCH, box, vertical
from cdul_app.desktop.widgets.message import Notice, Tone
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.desktop.conftest import settle, start_long_training
from tests.desktop.layout_faults import layout_faults

LONG = "A rather long sentence that says what happened to the photos. " * 6


@pytest.fixture
def page(qtbot) -> QWidget:
    """A page with a line below it, in which notices are told."""
    start = push_button("Label 128 photos", role="primary")
    whole = box(vertical(STRETCH, start, LINE_HEIGHT))
    qtbot.addWidget(whole)
    whole.resize(700, 400)
    start.setFocus()
    whole.show()
    return whole


@pytest.fixture
def notices(page) -> NoticeOverlay:
    return NoticeOverlay(page, lambda: line_of(page))


def line_of(page: QWidget) -> QRect:
    return QRect(8, page.height() - LINE_HEIGHT, page.width() - 16, LINE_HEIGHT)


@pytest.fixture
def quick(monkeypatch):
    """Notices that go within a blink."""
    monkeypatch.setattr(notice_overlay, "_SHORTEST_MS", 10)
    monkeypatch.setattr(notice_overlay, "_MS_A_LETTER", 0)


def place_of(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("width", [500, 900, 1900])
def test_a_short_one_lies_in_its_line(page, notices, tone, width):
    page.resize(width, 400)
    notices.show_notice(Notice("12 photos: yes.", tone, "Undo", lambda: None))
    settle(page)
    assert line_of(page).contains(notices.geometry())
    assert notices.label.text() == "12 photos: yes."
    assert layout_faults(notices) == []


@pytest.mark.parametrize("width", [500, 900, 1900])
def test_good_news_keeps_to_its_line_and_unfolds_by_a_button(qtbot, page, notices, width):
    page.resize(width, 400)
    notices.show_notice(Notice(LONG, Tone.SUCCESS, "Undo", lambda: None))
    settle(page)
    assert line_of(page).contains(notices.geometry())
    assert notices.label.text().endswith("…")
    assert notices.text == LONG
    assert notices.accessibleName() == LONG
    qtbot.mouseClick(notices.details_button, Qt.MouseButton.LeftButton)
    assert notices.label.text() == LONG
    assert not notices.details.isVisible()  # there is nothing technical
    assert page.rect().contains(notices.geometry())
    assert layout_faults(notices) == []
    qtbot.mouseClick(notices.details_button, Qt.MouseButton.LeftButton)
    assert line_of(page).contains(notices.geometry())


@pytest.mark.parametrize("width", [500, 900, 1900])
def test_a_warning_is_whole_at_once(page, notices, width):
    page.resize(width, 400)
    notices.show_notice(Notice(LONG, Tone.WARNING, "Undo", lambda: None, details="errno 2"))
    settle(page)
    assert notices.label.text() == LONG
    assert page.rect().contains(notices.geometry())
    assert notices.geometry().bottom() == line_of(page).bottom()
    assert layout_faults(notices) == []


def test_what_is_passing_goes_when_it_is_over_and_nothing_else_does(notices):
    undo = Notice("12 photos: yes.", Tone.SUCCESS, "Undo", lambda: None, passing=True)
    notices.show_notice(undo)
    notices.clear_passing()
    assert not notices.isVisible()
    notices.show_notice(Notice("Trained.", Tone.SUCCESS, "Look at them", lambda: None))
    notices.clear_passing()
    assert notices.isVisible()


def test_its_button_acts_once_and_the_notice_goes(qtbot, notices):
    done = []
    notices.show_notice(Notice("85 photos: bed yes.", Tone.SUCCESS, "Undo", lambda: done.append(1)))
    qtbot.mouseClick(notices.action_button, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert not notices.isVisible()
    notices.show_message("Another.")
    assert not notices.action_button.isVisible()


def test_what_its_button_does_may_tell_something_itself(notices):
    def undo() -> None:
        notices.show_message("Undid 85 answers.")

    notices.show_notice(Notice("85 photos: bed yes.", Tone.SUCCESS, "Undo", undo))
    notices.action_button.click()
    assert notices.text == "Undid 85 answers."
    assert notices.isVisible()


@pytest.mark.parametrize(
    ("notice", "goes"),
    [
        (Notice("Scored 3 photos.", Tone.SUCCESS), True),
        (Notice("Look."), True),
        (Notice("Yes: bed.", Tone.SUCCESS, "Undo", lambda: None), False),
        (Notice("Stopping…", stays=True), False),
        (Notice("It may be wrong.", Tone.WARNING), False),
        (Notice("It failed.", Tone.ERROR), False),
    ],
    ids=lambda value: value.text if isinstance(value, Notice) else "",
)
def test_only_good_news_that_asks_nothing_goes_by_itself(qtbot, quick, notices, notice, goes):
    notices.show_notice(notice)
    assert notices._going.isActive() == goes
    if goes:
        qtbot.waitUntil(lambda: not notices.isVisible())


def test_what_has_the_focus_does_not_go(qtbot, quick, page, notices):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    notices.show_message("Scored 3 photos.")
    notices.dismiss_button.setFocus()
    with qtbot.waitSignal(notices._going.timeout):
        pass
    assert notices.isVisible()


def test_the_focus_comes_back_to_where_it_was(qtbot, page, notices):
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    start = page.findChildren(type(notices.action_button))[0]
    start.setFocus()
    notices.show_notice(Notice("85 photos: bed yes.", Tone.SUCCESS, "Undo", lambda: None))
    assert QApplication.focusWidget() is start
    notices.entry.setFocus()
    QTest.keyClick(notices.entry, Qt.Key.Key_Escape)
    assert not notices.isVisible()
    assert QApplication.focusWidget() is start


def test_details_are_folded_away_at_first(page, notices):
    notices.show_notice(Notice("It failed.", Tone.ERROR, details="OSError: [Errno 2]"))
    assert not notices.details.isVisible()
    notices.details_button.click()
    assert notices.details.isVisible()
    assert notices.geometry().bottom() == line_of(page).bottom()
    notices.show_message("Another.")
    assert not notices.details_button.isVisible()
    assert not notices.details.isVisible()


def test_links_can_be_clicked_and_everything_else_stays_plain(notices):
    notices.show_message("Get <b>it</b> at https://example.org/a?b=1&c=2: then try again.")
    shown = notices.label.text()
    assert '<a href="https://example.org/a?b=1&amp;c=2">' in shown
    assert "&lt;b&gt;it&lt;/b&gt;" in shown
    assert notices.label.openExternalLinks()
    assert notices.text.startswith("Get <b>it</b>")
    notices.show_message("A folder <b>x</b>.")
    assert notices.label.textFormat() is Qt.TextFormat.PlainText


def lies_over(window: MainWindow) -> list[str]:
    """What the notice covers of what one works with."""
    notice = place_of(window.messages, window)
    view = window.view
    kinds = (QAbstractButton, QAbstractScrollArea, QLineEdit, QLabel)
    parts = [each for kind in kinds for each in view.findChildren(kind)]
    return [
        f"{type(each).__name__} {each.accessibleName()}"
        for each in parts
        if each.visibleRegion().translated(each.mapTo(window, QPoint(0, 0))).intersects(notice)
    ]


@pytest.mark.parametrize("size", [(1280, 800), (900, 440)], ids=str)
def test_with_its_undo_it_covers_nothing_on_any_page(demo_window: MainWindow, qtbot, size):
    demo_window.resize(*size)
    view = demo_window.view
    for go in (view.show_library, lambda: view.open_photo(0), view.show_collection, view.show_wall):
        go()
        qtbot.waitUntil(lambda: not view.wall.search.is_running, timeout=20_000)
        notice = Notice("No for “cat” on 8 photos. 12 more photos are “cat” now.", Tone.SUCCESS)
        demo_window.messages.show_notice(replace(notice, action="Undo", act=view.undo))
        settle(demo_window)
        assert lies_over(demo_window) == []


def test_while_a_job_runs_both_are_told(demo_window: MainWindow, qtbot, slow_training, screenshot):
    session = start_long_training(qtbot, demo_window, slow_training)
    bar, messages = demo_window.view.job_bar, demo_window.messages
    for size in ((1280, 800), (900, 440)):
        demo_window.resize(*size)
        cancel = place_of(bar.cancel_button, demo_window)
        messages.show_notice(Notice("8 photos: yes.", Tone.SUCCESS, "Undo", lambda: None))
        settle(demo_window)
        assert lies_over(demo_window) == []
        assert bar.bar.isVisible()
        assert place_of(bar.cancel_button, demo_window) == cancel
        assert demo_window.size() == QSize(*size)
        messages.clear()
        settle(demo_window)
        assert bar.heading.isVisible()
    messages.show_notice(Notice("8 photos: yes.", Tone.SUCCESS, "Undo", lambda: None))
    screenshot(demo_window, "notice-beside-job")
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.cancel()


def test_what_can_be_undone_is_offered_until_the_next_decision_or_page(demo_window, qtbot):
    view, messages = demo_window.view, demo_window.messages
    project = view.session.project
    rows = np.flatnonzero(project.answers[:, 0] == UNOBSERVED)[:5]
    project.decisions.set_threshold(0, 0.5)  # no label follows
    project.decisions.answer(rows, 0, YES)
    assert messages.action_button.text() == "Undo"
    project.decisions.answer(rows[:1], 0, NO)  # which Undo would take back now
    assert not messages.isVisible()
    project.decisions.answer(rows, 0, NO)
    assert messages.isVisible()
    view.open_photo(int(rows[0]))
    assert not messages.isVisible()
    view.say.emit("The disk is full: make room.", Tone.ERROR)
    view.show_library()
    assert messages.isVisible()


def test_no_page_moves_when_a_notice_comes_or_goes(demo_window: MainWindow, qtbot):
    view = demo_window.view
    assert view is not None
    for go in (view.show_library, lambda: view.open_photo(0), view.show_collection, view.show_wall):
        go()
        qtbot.waitUntil(lambda: not view.wall.search.is_running, timeout=20_000)
        demo_window.messages.clear()
        settle(demo_window)
        shown = [each for each in view.findChildren(QWidget) if each.isVisible()]
        shown = [each for each in shown if not view.job_bar.isAncestorOf(each)]
        before = [place_of(each, view) for each in shown]
        demo_window.messages.show_message(LONG, Tone.ERROR)
        settle(demo_window)
        assert demo_window.messages.isVisible()
        moved = [
            (each, old, place_of(each, view))
            for each, old in zip(shown, before, strict=True)
            if place_of(each, view) != old
        ]
        assert moved == []


def test_one_comes_to_it_by_the_key_that_walks_the_parts(demo_window: MainWindow, qtbot):
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    demo_window.messages.show_message("It failed.", Tone.ERROR)
    view = demo_window.view
    assert view is not None
    for go in (view.show_library, lambda: view.open_photo(0)):
        go()
        met = set()
        for _ in range(8):
            view.focus_part(1)
            met.add(QApplication.focusWidget())
        assert demo_window.messages.dismiss_button in met


def test_pictures(page, notices, screenshot, tmp_path: Path):
    for tone in Tone:
        notices.show_notice(Notice("85 photos: bed yes.", tone, "Undo", lambda: None))
        screenshot(page, f"notice-{tone.value}", size=(900, 160))
    notices.show_notice(Notice(LONG, Tone.ERROR, details="OSError: [Errno 2]"))
    notices.details_button.click()
    screenshot(page, "notice-details", size=(900, 300))


class CountedPlaces(NoticeOverlay):
    times = 0

    def place(self) -> None:
        self.times += 1
        super().place()


@pytest.mark.parametrize("text", ["Short.", LONG], ids=["short", "long"])
def test_a_notice_that_stays_is_placed_once(page, text):
    notices = CountedPlaces(page, lambda: line_of(page))
    notices.show_notice(Notice(text, stays=True))
    settle(page)
    times = notices.times
    for _ in range(20):  # each turn of a loop would place it again
        QApplication.processEvents()
    assert notices.times == times
