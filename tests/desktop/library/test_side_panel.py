import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.library.side_panel import MINIMUM_WIDTH, OF_STEPS, WIDTH, SidePanel
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.project.next_act import Step


@pytest.fixture
def side(qtbot, trained_session):
    side = SidePanel(trained_session)
    qtbot.addWidget(side)
    side.resize(400, 700)
    side.show_panel("Photos")
    yield side
    side.release()


def tabs(side) -> list[str]:
    return [name for name, button in side.buttons.items() if button.isVisible()]


def test_it_is_hidden_till_something_of_it_is_wanted(qtbot, trained_session):
    side = SidePanel(trained_session)
    qtbot.addWidget(side)
    assert side.isHidden()
    assert side.step is None
    side.release()


def test_a_step_shows_the_tabs_of_its_panels_and_each_tab_its_panel(qtbot, side):
    for step, names in OF_STEPS.items():
        side.show_step(step)
        assert side.step is step
        assert tabs(side) == list(names)
        for name in names:
            qtbot.mouseClick(side.buttons[name], Qt.MouseButton.LeftButton)
            assert side.stack.currentWidget() is side.panels[name]
            assert side.current_panel == name
            assert side.panels[name].accessibleName()
            assert [other for other, one in side.buttons.items() if one.isChecked()] == [name]


def test_a_long_sentence_makes_it_no_wider(side):
    """As a language may have it: Qt wants a wrapped text the wider the longer it is."""
    told = box(vertical(label("A sentence of some length in another language. " * 9, wrap=True)))
    side.stack.addWidget(told)
    side.stack.updateGeometry()
    assert side.stack.sizeHint().width() > WIDTH
    window = side.window()
    window.resize(1280, 800)
    assert side.sizeHint().width() == WIDTH
    window.resize(1024, 700)
    assert side.sizeHint().width() == MINIMUM_WIDTH  # two columns of photos are left


def test_a_step_that_is_open_keeps_the_panel_one_is_at(side):
    side.show_panel("Train")
    side.show_step(Step.CHECK)
    assert side.current_panel == "Train"


def test_it_is_put_away_and_says_so(qtbot, side):
    with qtbot.waitSignal(side.changed):
        qtbot.mouseClick(side.close_button, Qt.MouseButton.LeftButton)
    assert side.isHidden()
    assert side.step is None


@pytest.mark.parametrize("step", list(Step))
def test_no_tab_is_cut_at_the_smallest_width(qtbot, side, step):
    side.show_step(step)
    side.resize(MINIMUM_WIDTH, 700)
    qtbot.waitUntil(lambda: side.close_button.geometry().right() <= side.width())
    assert side.width() == MINIMUM_WIDTH
    for name in tabs(side):
        button = side.buttons[name]
        assert button.width() >= button.fontMetrics().horizontalAdvance(button.text())
        assert button.geometry().right() <= side.width()


def test_the_keys_come_to_the_first_field_of_a_panel(qtbot, side):
    for name, panel in side.panels.items():
        side.show_panel(name)
        side.focus_panel()
        focused = side.focusWidget()
        assert focused is not None
        assert panel.isAncestorOf(focused), name


def test_panels_are_made_one_by_one_after_the_project_is_open(qtbot, trained_session):
    side, told = SidePanel(trained_session), []
    qtbot.addWidget(side)
    assert not side.panels.made
    side.when_made("Check", lambda: told.append(side.check))
    assert not told
    qtbot.waitUntil(lambda: len(side.panels.made) == len(side.panels))
    assert told == [side.check]
    side.when_made("Check", lambda: told.append("at once"))
    assert told == [side.check, "at once"]
    side.release()


def test_no_panel_is_made_of_a_project_that_is_closed(qtbot, trained_session):
    side = SidePanel(trained_session)
    qtbot.addWidget(side)
    side.release()
    assert not side._turns.isActive()
    assert not side.panels.made


@pytest.mark.parametrize("name", ["Check", "Export"])
def test_tab_comes_to_a_panel_after_the_head_though_it_was_made_last(qtbot, demo_window, name):
    side = demo_window.view.library.side_panel
    qtbot.waitUntil(lambda: len(side.panels.made) == len(side.panels))
    side.show_panel(name)
    after = side.close_button.nextInFocusChain()
    while not (after.isVisible() and after.focusPolicy() & Qt.FocusPolicy.TabFocus):
        after = after.nextInFocusChain()
    assert side.panels[name].isAncestorOf(after)


def test_what_was_edited_is_stored_on_release(side, trained_session):
    side.panels["Label"].form.fields["zeta"].widget.setText("0.75")
    side.panels["Train"].settings.form.fields["seed"].widget.setText("11")
    side.release()
    assert trained_session.project.settings.scoring.zeta == 0.75
    assert trained_session.project.settings.training.seed == 11


@pytest.mark.parametrize(
    "name",
    ["Photos", "Classes", "Label", "Check", "Quality", "Train", "Export", "Other folder"],
)
def test_pictures(qtbot, demo_window, screenshot, name):
    demo_window.view.session.current_class.choose(1)
    side = demo_window.view.library.side_panel
    side.show_panel(name)
    if name == "Quality":
        qtbot.waitUntil(side.panels["Quality"].tables.isVisible)
    if name == "Export":
        qtbot.waitUntil(lambda: bool(side.panels["Export"].preview.toPlainText()))
    if name == "Train":
        panel = side.panels["Train"]
        assert not panel.curve_section.isVisible()  # of a training that goes in one step
    screenshot(demo_window, f"window-panel-{name.lower().replace(' ', '-')}")
