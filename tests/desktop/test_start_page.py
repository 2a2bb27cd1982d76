import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.start_page import StartPage, _day
from cdul_app.storage.project_store import ProjectStore


@pytest.fixture
def page(qtbot):
    page = StartPage()
    qtbot.addWidget(page)
    page.resize(960, 640)
    page.show()
    return page


def rows(page):
    """Text of each recent project, and its two buttons."""
    return [(row.findChild(QPushButton), row.findChild(QToolButton)) for row in page._rows]


def test_both_ways_in(qtbot, page):
    with qtbot.waitSignal(page.open_requested):
        qtbot.mouseClick(page.open_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.demo_requested):
        qtbot.mouseClick(page.demo_button, Qt.MouseButton.LeftButton)


def test_without_recent_projects_there_is_no_heading(page):
    assert rows(page) == []
    assert not page._recent_title.isVisible()


def test_recent_projects_newest_first(qtbot, page, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        WindowSettings().add_recent(tmp_path / name)
    page.reload()
    assert page._recent_title.isVisible()
    (two, _), (one, _) = rows(page)
    assert two.text().startswith("two")
    with qtbot.waitSignal(page.folder_chosen) as chosen:
        qtbot.mouseClick(one, Qt.MouseButton.LeftButton)
    assert chosen.args == [tmp_path / "one"]


def test_a_project_that_is_not_there_now_can_be_removed(qtbot, page, tmp_path):
    WindowSettings().add_recent(tmp_path / "gone")
    page.reload()
    ((button, remove),) = rows(page)
    assert not button.isEnabled()
    assert "not found" in button.text()
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert WindowSettings().recent_folders == []
    assert rows(page) == []


def test_only_the_newest_few_are_listed(page, tmp_path):
    for number in range(8):
        WindowSettings().add_recent(tmp_path / str(number))
    page.reload()
    assert len(rows(page)) == 5


def test_long_paths_fit(qtbot, page, tmp_path):
    folder = tmp_path / ("a long name " * 12).strip()
    folder.mkdir()
    WindowSettings().add_recent(folder)
    page.reload()
    ((button, _),) = rows(page)
    assert "…" in button.text()
    assert button.toolTip() == str(folder)
    qtbot.waitUntil(button.isVisible)
    assert button.sizeHint().width() <= button.width()


def test_an_ampersand_in_a_name_is_shown(page, tmp_path):
    (tmp_path / "cats & dogs").mkdir()
    WindowSettings().add_recent(tmp_path / "cats & dogs")
    page.reload()
    ((button, _),) = rows(page)
    assert button.text().startswith("cats && dogs")  # how a button writes one "&"


def test_everything_fits_the_smallest_window(page, tmp_path):
    for number in range(5):
        WindowSettings().add_recent(tmp_path / f"project {number}")
    page.reload()
    assert page.minimumSizeHint().height() <= 640 - 40
    assert page.minimumSizeHint().width() <= 960


def test_the_theme_changes_at_runtime(page):
    before = page.grab().toImage()
    theme_manager().choose(ThemeChoice.DARK)
    assert page.grab().toImage() != before


def test_progress_is_told_as_long_as_nothing_writes_to_the_project(
    qtbot, window, demo_folder, screenshot
):
    window.open_folder(demo_folder)
    session = window.view.session
    session.project.decisions.answer([0, 1], 0, 1)
    database = session.project.location.database
    assert window.messages.isVisible()
    window.close_project()
    assert not window.messages.isVisible()  # there is nothing that its Undo could undo
    (row,) = window.start._rows
    told = row.findChildren(QLabel)
    assert [each.text() for each in told] == ["60 of 60 photos labelled, 2 answers, today"]
    screenshot(window, "window-start-progress")
    WindowSettings().add_recent(demo_folder)
    with ProjectStore(database) as store:  # as the terminal may
        store.settings.set("anything", 1)
    window.start.reload()
    assert not any(each.text() for each in window.start._rows[0].findChildren(QLabel))


def test_a_project_that_was_closed_at_work_says_nothing(qtbot, window, demo_folder):
    window.open_folder(demo_folder)
    window.view.session.jobs.start_scan()
    window.close_project()
    assert WindowSettings().summary_of(demo_folder) == ""


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (9, "May 2020")])
def test_the_day_in_words(days, words):
    day = QDate.currentDate().addDays(-days) if days < 2 else QDate(2020, 5, 3)
    assert words in _day(day)


def test_pictures_of_the_start_page(window, screenshot, tmp_path, demo_folder):
    screenshot(window, "window-start")
    for name in ("holiday 2024", "birds of the marsh", *"abcde"):
        (tmp_path / name).mkdir()
        WindowSettings().add_recent(tmp_path / name)
    WindowSettings().add_recent(tmp_path / "on a disk that is not connected")
    window.start.reload()
    screenshot(window, "window-start-recent")
