"""Precision against recall of one class, a curve for each of a few kinds of label.

Imported when the results panel first has something to draw, since pyqtgraph takes a moment.
"""

from collections.abc import Mapping

import numpy as np
import pyqtgraph  # noqa: TID253 - this module is itself imported late
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.theme import current_theme, sized_font, theme_manager
from cdul_app.desktop.panels.plots import color_axis, hold_still, plot_view
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import PrecisionRecall

PLOT_HEIGHT = 190
DRAWN_KINDS = (LabelKind.GLOBAL, LabelKind.PSEUDO, LabelKind.CLASSIFIER)


class PrecisionRecallPlot(QWidget):
    """Whole photo, pseudo labels and classifier; a dot at the threshold of the class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: dict[LabelKind, PrecisionRecall] = {}
        self._threshold = 0.0
        self.view = plot_view()
        self.plot = self.view.addPlot()
        hold_still(self.plot)
        self.plot.setXRange(0, 100, padding=0.02)
        self.plot.setYRange(0, 100, padding=0.04)
        self._legend = self.plot.addLegend(offset=(8, -8), labelTextSize="8pt")
        vertical(self.view, on=self)
        self.setFixedHeight(PLOT_HEIGHT)
        self.setAccessibleName(tr("Precision against recall"))
        theme_manager().changed.connect(self._draw)
        self._draw()

    def show_class(
        self, name: str, curves: Mapping[LabelKind, PrecisionRecall], threshold: float
    ) -> None:
        """`threshold` of the class, in [0, 1]."""
        self._curves = {kind: curves[kind] for kind in DRAWN_KINDS if kind in curves}
        self._threshold = threshold
        points = [
            tr(
                "{kind} at your threshold: precision {precision:.0f} percent, recall "
                "{recall:.0f} percent",
                kind=tr(kind.heading),
                precision=precision,
                recall=recall,
            )
            for kind, (recall, precision) in self.operating_points().items()
        ]
        self.setAccessibleDescription("; ".join([name, *points]))
        self._draw()

    def operating_points(self) -> dict[LabelKind, tuple[float, float]]:
        """(recall, precision) in per cent of "score >= threshold"; kinds that label no photo at
        all have none."""
        found = {}
        for kind, curve in self._curves.items():
            above = np.flatnonzero(curve.thresholds >= self._threshold)
            if above.size:
                place = above[-1]
                found[kind] = (100 * curve.recall[place], 100 * curve.precision[place])
        return found

    def _draw(self) -> None:
        theme = current_theme()
        colors = {
            LabelKind.GLOBAL: QColor(theme.text_muted),
            LabelKind.PSEUDO: QColor(theme.accent),
            LabelKind.CLASSIFIER: QColor(theme.yes),
        }
        self.view.setBackground(QColor(theme.panel))
        self.plot.clear()
        self._legend.clear()
        self._legend.setLabelTextColor(QColor(theme.text))
        for kind, curve in self._curves.items():
            pen = pyqtgraph.mkPen(colors[kind], width=2)
            # From recall 0, so that a curve of a single point is seen as well.
            recall = np.concatenate([[0], curve.recall]) * 100
            precision = np.concatenate([curve.precision[:1], curve.precision]) * 100
            self.plot.plot(recall, precision, pen=pen, name=tr(kind.heading))
        dots, ring = pyqtgraph.ScatterPlotItem(size=9), pyqtgraph.mkPen(QColor(theme.panel))
        for kind, (x, y) in self.operating_points().items():
            dots.addPoints([x], [y], brush=pyqtgraph.mkBrush(colors[kind]), pen=ring)
        self.plot.addItem(dots)
        self.plot.showGrid(x=False, y=True, alpha=0.12)
        for side, title in (("left", tr("Precision, %")), ("bottom", tr("Recall, %"))):
            axis = self.plot.getAxis(side)
            axis.setLabel(title, color=theme.text_muted)
            axis.enableAutoSIPrefix(False)
            color_axis(axis)
            axis.setStyle(tickFont=sized_font(self.font(), 10), tickLength=-4)
