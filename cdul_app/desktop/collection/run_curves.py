"""Curves of several runs over one epoch axis, one colour a run.

Imported when there is something to draw, since pyqtgraph takes a moment.
"""

from collections.abc import Mapping, Sequence

import pyqtgraph  # noqa: TID253 - this module is itself imported late
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.class_colors import distinct_colors
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.panels.plots import color_axis, hold_still, pass_through
from cdul_app.desktop.panels.training_curves import MEASURES
from cdul_app.desktop.widgets.layouts import horizontal
from cdul_app.events import EpochFinished
from cdul_app.language import tr

HEIGHT = 190  # pixels
_SHOWN = (MEASURES[0], MEASURES[-1])  # loss, and mAP where truth was loaded


class RunCurves(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histories: dict[int, Sequence[EpochFinished]] = {}
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(tr("Curves of the selected runs"))
        self.plots = {measure.title: pyqtgraph.PlotWidget() for measure in _SHOWN}
        for plot in self.plots.values():
            hold_still(plot)
            pass_through(plot)
            plot.addLegend(offset=(-8, 8))
        horizontal(*((plot, 1) for plot in self.plots.values()), on=self, spacing=SPACING[2])
        theme_manager().changed.connect(self._draw)

    def show_runs(self, histories: Mapping[int, Sequence[EpochFinished]]) -> bool:
        """By the number of the run; runs without epochs have no curve.  False where none has."""
        self._histories = {run: history for run, history in histories.items() if history}
        self._draw()
        return bool(self._histories)

    def _draw(self) -> None:
        theme, colors = current_theme(), distinct_colors(range(len(self._histories)))
        for measure in _SHOWN:
            plot = self.plots[measure.title]
            plot.clear()
            plot.setBackground(QColor(theme.panel))
            plot.setTitle(measure.title, color=theme.text, size="9pt")
            for side in ("left", "bottom"):
                color_axis(plot.getAxis(side))
            plot.getAxis("bottom").setLabel(tr("Epoch"), color=theme.text_muted)
            plot.getPlotItem().legend.setLabelTextColor(QColor(theme.text))
            for color, (run, history) in zip(colors, self._histories.items(), strict=True):
                points = measure.points(history)
                if points:
                    pen = pyqtgraph.mkPen(color, width=2)
                    x, y = zip(*points, strict=True)
                    plot.plot(list(x), list(y), pen=pen, name=tr("Run {number}", number=str(run)))
            plot.setVisible(bool(plot.listDataItems()))
