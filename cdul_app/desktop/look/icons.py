"""The app's icons: one set of SVG outlines, in the colour of the theme's text."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cdul_app.desktop.look.theme import current_theme
from cdul_app.paths import resources_dir

_SIZES = (16, 20, 24, 32, 48)  # pixels; each is rendered, none is scaled


def icon(name: str, *, color: str | None = None, checked: str = "") -> QIcon:
    """An icon of resources/icons; `color` as #rrggbb, the theme's text by default.

    checked : the name of what a button shows while it is checked, where that is another.  Widgets
    ask again when the theme changes.  Raises FileNotFoundError for an unknown name.
    """
    return _drawn(name, color or current_theme().text, checked)


@lru_cache(maxsize=512)
def _drawn(name: str, color: str, checked: str) -> QIcon:
    result = QIcon()
    for shown, state in ((name, QIcon.State.Off), (checked, QIcon.State.On)):
        if shown:
            source = (resources_dir() / "icons" / f"{shown}.svg").read_text(encoding="utf-8")
            _render(result, source.replace("currentColor", color).encode(), _SIZES, state)
    return result


def application_icon() -> QIcon:
    result = QIcon()
    drawn = (resources_dir() / "icons" / "app.svg").read_bytes()
    _render(result, drawn, (*_SIZES, 64, 128, 256), QIcon.State.Off)
    return result


def _render(into: QIcon, source: bytes, sizes: tuple[int, ...], state: QIcon.State) -> None:
    drawing = QSvgRenderer(QByteArray(source))
    for size in sizes:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, size, size))
        painter.end()
        into.addPixmap(pixmap, state=state)
