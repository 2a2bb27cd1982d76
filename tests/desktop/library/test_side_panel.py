import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.library.side_panel import MINIMUM_WIDTH, SidePanel


@pytest.fixture
def side(qtbot, trained_session):
    side = SidePanel(trained_session)
    qtbot.addWidget(side)
    side.resize(400, 700)
    side.show()
    yield side
    side.release()


def test_a_tab_shows_its_panel(qtbot, side):
    for name, button in side.buttons.items():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert side.stack.currentWidget() is side.panels[name]
        assert side.panels[name].accessibleName() == {"Scoring": "Label"}.get(name, name)
        assert [other for other, one in side.buttons.items() if one.isChecked()] == [name]


def test_tabs_stand_in_the_order_of_the_work(side):
    assert list(side.buttons) == ["Classes", "Scoring", "Training", "Results", "Export"]
    lefts = [button.x() for button in side.buttons.values()]
    assert lefts == sorted(lefts)


def test_a_project_with_classes_starts_with_scoring(side):
    assert side.stack.currentWidget() is side.panels["Scoring"]


def test_a_project_without_classes_starts_with_them(qtbot, new_session):
    side = SidePanel(new_session)
    qtbot.addWidget(side)
    assert side.buttons["Classes"].isChecked()
    side.release()


def test_no_tab_is_cut_at_the_smallest_width(side):
    side.resize(MINIMUM_WIDTH, 700)
    assert side.width() == MINIMUM_WIDTH
    for button in side.buttons.values():
        words = button.fontMetrics().horizontalAdvance(button.text())
        assert button.width() >= words
        assert button.geometry().right() <= side.width()


def test_what_was_edited_is_stored_on_release(side, trained_session):
    side.panels["Scoring"].form.fields["zeta"].widget.setText("0.75")
    side.panels["Training"].settings.form.fields["epochs"].widget.setText("11")
    side.release()
    assert trained_session.project.settings.scoring.zeta == 0.75
    assert trained_session.project.settings.training.epochs == 11


@pytest.mark.parametrize("name", ["Classes", "Scoring", "Training", "Results", "Export"])
def test_pictures(qtbot, demo_window, screenshot, name):
    side = demo_window.view.library.side_panel
    side.show_panel(name)
    if name == "Results":
        qtbot.waitUntil(side.panels["Results"].tables.isVisible)
    if name == "Export":
        qtbot.waitUntil(lambda: bool(side.panels["Export"].preview.toPlainText()))
    if name == "Training":
        panel = side.panels["Training"]
        bar = panel.scroll_area.verticalScrollBar()
        qtbot.waitUntil(lambda: panel.curves is not None and panel.curves.is_complete)
        qtbot.waitUntil(lambda: bar.maximum() > 0)
        bar.setValue(bar.maximum())
    screenshot(demo_window, f"window-panel-{name.lower()}")
