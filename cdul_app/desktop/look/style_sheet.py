"""The style sheet of the whole app; widgets ask for a look by their `role` property."""

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from cdul_app.paths import resources_dir

if TYPE_CHECKING:
    from cdul_app.desktop.look.theme import Theme

# Messages and badges in the colour of what they say.
_TONE = Template("""
QFrame[role="message"][tone="$tone"] { background: $message; }
QFrame[role="notice"][tone="$tone"] { border: 1px solid $color; }
QLabel[role="message-glyph"][tone="$tone"] { color: $color; font-weight: 700; }
QLabel[role="badge"][tone="$tone"] { background: $badge; color: $color; }""")


def style_sheet(theme: "Theme") -> str:
    """resources/window/style.qss in the colours of a theme, and those mixed from them."""
    folder = resources_dir()
    on_accent = "white" if sum(_channels(theme.accent_text)) > 3 * 127 else "black"
    rules = Template((folder / "window" / "style.qss").read_text(encoding="utf-8")).substitute(
        asdict(theme),
        faded=_mixed(theme.text_muted, theme.panel, 40),  # text of what cannot be used now
        accent_hover=_mixed(theme.accent, theme.text, 12),
        field_wrong=_mixed(theme.field, theme.no, 10),
        scroll_handle=_mixed(theme.border, theme.text_muted, 40),
        chosen=_tint(theme.accent, 20),
        # A grey that is seen on light and dark: a style sheet cannot colour a picture.
        combo_arrow=(folder / "icons" / "combo-arrow.svg").as_posix(),
        check_mark=(folder / "icons" / f"check-{on_accent}.svg").as_posix(),
    )
    tones = {
        "info": theme.accent,
        "accent": theme.accent,
        "success": theme.yes,
        "warning": theme.warning,
        "error": theme.no,
        "neutral": theme.text_muted,
    }
    for tone, color in tones.items():
        tints = {"message": _tint(color, 30), "badge": _tint(color, 34)}
        rules += _TONE.substitute(asdict(theme), tone=tone, color=color, **tints)
    return rules


def _channels(color: str) -> list[int]:
    """Red, green and blue of #rrggbb."""
    return [int(color[place : place + 2], 16) for place in (1, 3, 5)]


def _mixed(first: str, second: str, percent: int) -> str:
    """`first` with `percent` of `second`, both #rrggbb."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(
        f"{round(one * (100 - percent) / 100 + other * percent / 100):02x}" for one, other in pairs
    )


def _tint(color: str, alpha: int) -> str:
    """#rrggbb at alpha of 255."""
    return f"rgba({', '.join(map(str, _channels(color)))}, {alpha})"
