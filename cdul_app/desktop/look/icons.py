"""The app's icons: one set of SVG outlines, in the colour of the theme's text."""

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
    result = QIcon()
    for shown, state in ((name, QIcon.State.Off), (checked, QIcon.State.On)):
        if not shown:
            continue
        source = (resources_dir() / "icons" / f"{shown}.svg").read_text(encoding="utf-8")
        data = QByteArray(source.replace("currentColor", color or current_theme().text).encode())
        for size in _SIZES:
            result.addPixmap(_render(data, size), state=state)
    return result


def application_icon() -> QIcon:
    data = QByteArray((resources_dir() / "icons" / "app.svg").read_bytes())
    result = QIcon()
    for size in (*_SIZES, 64, 128, 256):
        result.addPixmap(_render(data, size))
    return result


def _render(data: QByteArray, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(data).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
