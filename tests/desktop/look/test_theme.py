import itertools

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from cdul_app.desktop.look.theme import (
    DARK,
    LIGHT,
    ThemeChoice,
    class_color,
    current_theme,
    theme_manager,
)
from cdul_app.desktop.widgets.layouts import box, vertical

AA_TEXT = 4.5  # WCAG 2.1 level AA, text of normal size
AA_GRAPHICS = 3.0


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "panel", "field", "hover", "selection"])
def test_text_can_be_read_on_every_ground(theme, ground):
    assert contrast(theme.text, getattr(theme, ground)) >= AA_TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["window", "panel", "field"])
@pytest.mark.parametrize("color", ["text_muted", "accent", "yes", "no", "warning"])
def test_coloured_text_can_be_read(theme, ground, color):
    assert contrast(getattr(theme, color), getattr(theme, ground)) >= AA_TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_muted_text_can_be_read_where_the_mouse_or_the_selection_is(theme):
    assert contrast(theme.text_muted, theme.hover) >= AA_TEXT
    assert contrast(theme.text_muted, theme.selection) >= AA_TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_primary_button_can_be_read(theme):
    assert contrast(theme.accent_text, theme.accent) >= AA_TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_ring_is_seen_on_every_ground(theme):
    for ground in (theme.window, theme.panel, theme.field, theme.hover, theme.selection):
        assert contrast(theme.accent, ground) >= AA_GRAPHICS


def test_neighbouring_classes_have_different_colours():
    colors = [class_color(index).name() for index in range(21)]
    assert len(set(colors)) == 21
    assert all(first != second for first, second in itertools.pairwise(colors))
    assert class_color(3) == class_color(3)


def test_choosing_a_theme_repaints_the_app(qtbot, qapp):
    manager = theme_manager()
    with qtbot.waitSignal(manager.changed):
        manager.choose(ThemeChoice.DARK)
    assert current_theme() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Text) == QColor(DARK.text)
    assert DARK.accent in qapp.styleSheet()
    with qtbot.waitSignal(manager.changed):
        manager.choose(ThemeChoice.LIGHT)
    assert current_theme() is LIGHT
    assert isinstance(QApplication.instance(), QApplication)
    assert qapp.palette().color(QPalette.ColorRole.Text) == QColor(LIGHT.text)


def test_a_chosen_theme_does_not_follow_the_system(qapp):
    manager = theme_manager()
    manager.choose(ThemeChoice.DARK)
    qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    assert current_theme() is DARK


class CountedLabel(QLabel):
    """Counts how often it is styled."""

    styled = 0

    def changeEvent(self, event: QEvent) -> None:
        self.styled += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_a_switch_styles_a_widget_no_more_often_the_deeper_it_stands(qtbot):
    counts = []
    for depth in (1, 12):
        innermost = CountedLabel("deep")
        whole = innermost
        for _ in range(depth):
            whole = box(vertical(whole))
        qtbot.addWidget(whole)
        whole.show()
        innermost.styled = 0
        theme_manager().choose(ThemeChoice.DARK)
        counts.append(innermost.styled)
        theme_manager().choose(ThemeChoice.LIGHT)
    assert counts[0] == counts[1]


def test_what_the_system_draws_follows_the_choice(qtbot):
    hints = QGuiApplication.styleHints()
    for choice in ThemeChoice:
        theme_manager().choose(choice)
        if hints.colorScheme() is not Qt.ColorScheme.Unknown:  # this platform has one
            dark = hints.colorScheme() is Qt.ColorScheme.Dark
            assert dark == theme_manager().theme.dark
    theme_manager().choose(ThemeChoice.LIGHT)
