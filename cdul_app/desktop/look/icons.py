"""The app's icons: one set of SVG outlines, in the colour of the theme's text."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cdul_app.desktop.look.theme import current_theme
from cdul_app.paths import resources_dir

_SIZES = (16, 20, 24, 32, 48)  # pixels; each is rendered, none is scaled


def icon(name: str, *, color: str | None = None) -> QIcon:
    """An icon of resources/icons; `color` as #rrggbb, the theme's text by default.

    Widgets ask again when the theme changes.  Raises FileNotFoundError for an unknown name.
    """
    source = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    data = QByteArray(source.replace("currentColor", color or current_theme().text).encode())
    return _rendered(data, _SIZES)


def application_icon() -> QIcon:
    data = QByteArray((resources_dir() / "icons" / "app.svg").read_bytes())
    return _rendered(data, (*_SIZES, 64, 128, 256))


def _rendered(data: QByteArray, sizes: tuple[int, ...]) -> QIcon:
    result, drawing = QIcon(), QSvgRenderer(data)
    for size in sizes:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        drawing.render(painter, QRectF(0, 0, size, size))
        painter.end()
        result.addPixmap(pixmap)
    return result
