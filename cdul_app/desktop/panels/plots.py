"""What the window's plots share.  Imported late, since pyqtgraph takes a moment."""

import pyqtgraph  # noqa: TID253 - this module is itself imported late
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsView

from cdul_app.desktop.look.theme import current_theme


def plot_view() -> pyqtgraph.GraphicsLayoutWidget:
    """Without a frame or margins, and passed through by the mouse."""
    view = pyqtgraph.GraphicsLayoutWidget()
    view.setAntialiasing(True)
    view.setFrameShape(view.Shape.NoFrame)
    view.ci.setContentsMargins(0, 0, 0, 0)
    pass_through(view)
    return view


def pass_through(view: QGraphicsView) -> None:
    """What is around it scrolls, not the plot."""
    view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def hold_still(plot: pyqtgraph.PlotItem | pyqtgraph.PlotWidget) -> None:
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()


def color_axis(axis: pyqtgraph.AxisItem) -> None:
    """In the colours of the theme in use."""
    theme = current_theme()
    axis.setPen(pyqtgraph.mkPen(QColor(theme.border)))
    axis.setTextPen(pyqtgraph.mkPen(QColor(theme.text_muted)))
