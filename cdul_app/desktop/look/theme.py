"""The look: colours for light and dark, spacing, and the one style sheet made from them."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.look.style_sheet import style_sheet
from cdul_app.language import tr

SPACING = (4, 8, 12, 16, 24, 32)  # pixels
RADIUS = 6  # pixels


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


THEME_TITLES = dict(zip(ThemeChoice, (tr("As the system"), tr("Light"), tr("Dark")), strict=True))


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb; text on its ground reaches WCAG AA (tested)."""

    dark: bool
    window: str  # behind everything
    panel: str  # side panels, bars, cards
    field: str  # where one types or chooses
    hover: str
    selection: str  # ground of what is selected
    border: str
    text: str
    text_muted: str
    accent: str
    accent_text: str  # on the accent
    yes: str
    no: str
    warning: str


_COLORS = {  # light, dark
    "window": ("#f4f4f6", "#17181b"),
    "panel": ("#ffffff", "#202226"),
    "field": ("#ffffff", "#17181b"),
    "hover": ("#ececf1", "#2c2e34"),
    "selection": ("#dfe3fc", "#333b66"),
    "border": ("#d9d9e0", "#393b42"),
    "text": ("#1b1c22", "#ececf1"),
    "text_muted": ("#5f6069", "#a9abb6"),
    "accent": ("#4353d8", "#8d99ff"),
    "accent_text": ("#ffffff", "#12131a"),
    "yes": ("#0a7565", "#3ecbb3"),
    "no": ("#b93a0a", "#ff9066"),
    "warning": ("#835400", "#f0b648"),
}
_SCHEMES = {
    ThemeChoice.SYSTEM: Qt.ColorScheme.Unknown,  # the system's own
    ThemeChoice.LIGHT: Qt.ColorScheme.Light,
    ThemeChoice.DARK: Qt.ColorScheme.Dark,
}
LIGHT = Theme(dark=False, **{name: light for name, (light, _) in _COLORS.items()})
DARK = Theme(dark=True, **{name: dark for name, (_, dark) in _COLORS.items()})

# Okabe and Ito's colour-blind safe set without black, then the same darker and lighter.
_CLASS_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#B8A800")
_HUES = (
    tr("Blue"), tr("Orange"), tr("Green"), tr("Pink"), tr("Red"), tr("Sky"), tr("Olive"),
)  # fmt: skip
# What a person can choose from: titles by their place, see `class_color`.
CLASS_COLORS = (
    *_HUES,
    *(tr("Light {hue}", hue=hue) for hue in _HUES),
    *(tr("Dark {hue}", hue=hue) for hue in _HUES),
)


def class_color(index: int) -> QColor:
    """The colour of a class, by its `ClassTable.color_index`: after 7 classes the shade tells
    them apart.  On dark grounds the dark shades would be lost, so they are pale."""
    color = QColor(_CLASS_COLORS[index % len(_CLASS_COLORS)])
    shade = (index // len(_CLASS_COLORS)) % 3
    if shade == 0:
        return color
    if shade == 1:
        return color.lighter(130)
    if current_theme().dark:
        channels = (color.red(), color.green(), color.blue())
        return QColor(*((channel + 255) // 2 for channel in channels))
    return color.darker(135)


class ThemeManager(QObject):
    """Applies the theme, and follows the system where that is chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = ThemeChoice.SYSTEM
        self._has_style = False
        self.theme = LIGHT
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, choice: ThemeChoice) -> None:
        hints, app = QGuiApplication.styleHints(), QApplication.instance()
        if isinstance(app, QApplication):
            if not self._has_style:  # to set it anew would polish every widget once more
                app.setStyle("Fusion")
                self._has_style = True
            # Taken off first: where one sheet replaces another, Qt styles each widget once more for
            # each widget around it, and again for what the system changes.
            app.setStyleSheet("")
        if hints is not None and choice is not self.choice:
            # What the system draws follows: title bars, file dialogs, its own icons.
            hints.setColorScheme(_SCHEMES[choice])
        self.choice = choice  # only now: what the system answers is not a change of its own
        system_is_dark = hints is not None and hints.colorScheme() is Qt.ColorScheme.Dark
        dark = choice is ThemeChoice.DARK or (choice is ThemeChoice.SYSTEM and system_is_dark)
        self.theme = DARK if dark else LIGHT
        if isinstance(app, QApplication):
            app.setPalette(_palette(self.theme))
            app.setStyleSheet(style_sheet(self.theme))
        self.changed.emit()

    def _on_system_changed(self) -> None:
        if self.choice is ThemeChoice.SYSTEM:
            self.choose(self.choice)


_manager: ThemeManager | None = None


def theme_manager() -> ThemeManager:
    """The one manager; made when first asked for, once there is an application."""
    global _manager
    if _manager is None:
        _manager = ThemeManager()
    return _manager


def current_theme() -> Theme:
    return theme_manager().theme


def sized_font(base: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """A copy of `base` in the type scale: 11 caption, 13 body, 16 title, 22 heading."""
    font = QFont(base)
    font.setPixelSize(pixels)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    texts = (role.Text, role.WindowText, role.ButtonText)
    palette = QPalette()
    for color, roles in (
        (theme.panel, (role.Window, role.Button, role.ToolTipBase)),
        (theme.field, (role.Base,)),
        (theme.hover, (role.AlternateBase, role.Light, role.Midlight)),
        (theme.text, (*texts, role.BrightText, role.ToolTipText)),
        (theme.text_muted, (role.PlaceholderText,)),
        (theme.accent, (role.Highlight, role.Link, role.Accent)),
        (theme.accent_text, (role.HighlightedText,)),
        (theme.border, (role.Mid, role.Dark, role.Shadow)),
    ):
        for each in roles:
            palette.setColor(each, QColor(color))
    faded = QColor(theme.text_muted)
    faded.setAlpha(140)
    for each in texts:
        palette.setColor(QPalette.ColorGroup.Disabled, each, faded)
    return palette
