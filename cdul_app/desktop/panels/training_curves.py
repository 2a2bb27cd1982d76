"""Curves of a training run: small plots over one epoch axis.

Imported when the training panel first has something to draw, since pyqtgraph takes a moment.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyqtgraph  # noqa: TID253 - this module is itself imported late
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.look.theme import current_theme, sized_font, theme_manager
from cdul_app.desktop.panels.plots import color_axis, hold_still, plot_view
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.events import EpochFinished
from cdul_app.language import figure, tr

PLOT_HEIGHT = 108
AXIS_HEIGHT = 40
_EPOCH_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Measure:
    """One curve: what it is called, how it is read, and how its last value is written."""

    title: str
    read: Callable[[EpochFinished], float | None]
    form: str  # of `figure`
    whole: bool = False  # a count: no half ticks

    def points(self, epochs: Sequence[EpochFinished]) -> list[tuple[int, float]]:
        """(epoch, value), those left out that have none."""
        found = [(epoch.epoch, self.read(epoch)) for epoch in epochs]
        return [(x, y) for x, y in found if y is not None and math.isfinite(y)]


def _map_percent(epoch: EpochFinished) -> float | None:
    share = epoch.mean_average_precision
    return None if share is None else 100 * share


MEASURES = (
    Measure(tr("Loss"), lambda epoch: epoch.loss, ".4f"),
    Measure(tr("Mean label change"), lambda epoch: epoch.label_change, ".2g"),
    Measure(tr("Labels flipped"), lambda epoch: epoch.labels_flipped, ",.0f", whole=True),
    Measure(tr("mAP, %"), _map_percent, ".1f"),
)


class _Plot:
    """One measure's plot item with its curve and warm-up shade."""

    def __init__(self, layout: pyqtgraph.GraphicsLayout, row: int, measure: Measure) -> None:
        self.measure = measure
        self.item = layout.addPlot(row=row, col=0, enableMenu=False)
        hold_still(self.item)
        self.item.getAxis("left").setWidth(46)
        self.item.getAxis("left").enableAutoSIPrefix(False)
        self.item.setContentsMargins(0, 0, 8, 0)
        self.shade = pyqtgraph.LinearRegionItem(movable=False, values=(0, 0))
        self.shade.setZValue(-10)
        for line in self.shade.lines:
            line.setPen(pyqtgraph.mkPen(None))
        self.item.addItem(self.shade, ignoreBounds=True)
        self.curve = self.item.plot([], [])
        self.text = measure.title
        self.has_points = False  # whether any epoch has this measure

    def show(self, epochs: Sequence[EpochFinished]) -> None:
        points = self.measure.points(epochs)
        self.has_points, self.text = bool(points), self.measure.title
        self.curve.setData([x for x, _ in points], [y for _, y in points])
        if points:
            self.text += f"   {figure(points[-1][1], self.measure.form)}"
        if points and self.measure.whole:
            step = max(1, math.ceil(max(y for _, y in points) / 3))
            self.item.getAxis("left").setTickSpacing(step, step)
        warm_up = [epoch.epoch for epoch in epochs if epoch.warm_up]
        self.shade.setVisible(bool(warm_up))
        if warm_up:
            self.shade.setRegion((min(0.5, min(warm_up) - 0.5), max(warm_up) + 0.5))


class TrainingCurves(QWidget):
    """Loss, mean label change, labels flipped and mAP; the warm-up epochs stand on a tint."""

    def __init__(self, parent: QWidget | None = None, *, gradual: bool = False) -> None:
        """gradual : make one plot each time the window has nothing else to do; all of them at once
        would hold it for a tenth of a second."""
        super().__init__(parent)
        self.history: Sequence[EpochFinished] = ()
        self.view = plot_view()
        self.view.ci.setSpacing(4)
        self.setAccessibleName(tr("Training curves"))
        vertical(self.view, on=self)
        self.plots: list[_Plot] = []
        self._has_last = True  # whether the last plot, mAP, is among those shown
        self._maker = QTimer(self, interval=0)
        self._maker.timeout.connect(self._on_make_next)
        theme_manager().changed.connect(self.recolor)
        self.setFixedHeight(PLOT_HEIGHT * (len(MEASURES) - 1) + AXIS_HEIGHT)
        if gradual:
            self._maker.start()
        while not gradual and not self.is_complete:
            self._on_make_next()

    @property
    def is_complete(self) -> bool:
        """Whether all plots are made; till then the history waits."""
        return len(self.plots) == len(MEASURES)

    def _on_make_next(self) -> None:
        row = len(self.plots)
        plot = _Plot(self.view.ci, row, MEASURES[row])
        if self.plots:
            plot.item.setXLink(self.plots[0].item)
        self.plots.append(plot)
        if self.is_complete:
            self._maker.stop()
            self.recolor()

    def set_history(self, history: Sequence[EpochFinished]) -> None:
        """Show these epochs of a run."""
        self.history = tuple(history)
        self._draw()

    def recolor(self) -> None:
        """Take the colours of the theme in use."""
        if not self.is_complete:
            return
        theme = current_theme()
        self.view.setBackground(QColor(theme.panel))
        faint = QColor(theme.accent)
        faint.setAlpha(28)
        for plot in self.plots:
            plot.curve.setPen(pyqtgraph.mkPen(QColor(theme.accent), width=2))
            plot.item.getAxis("bottom").setLabel(tr("Epoch"), color=theme.text_muted)
            plot.shade.setBrush(pyqtgraph.mkBrush(faint))
            plot.item.showGrid(x=False, y=True, alpha=0.12)
            for side in ("left", "bottom"):
                axis = plot.item.getAxis(side)
                color_axis(axis)
                axis.setStyle(tickFont=sized_font(self.font(), 10), tickLength=-4, tickTextOffset=4)
        self._draw()

    def _draw(self) -> None:
        if not self.is_complete:
            return
        for plot in self.plots:
            plot.show(self.history)
        # mAP exists only where truth is loaded; the other three are always there.
        last = self.plots[-1]
        if last.has_points and not self._has_last:
            self.view.ci.addItem(last.item, row=len(self.plots) - 1, col=0)
        elif self._has_last and not last.has_points:
            self.view.ci.removeItem(last.item)
        self._has_last = last.has_points
        shown = self.plots if self._has_last else self.plots[:-1]
        epochs = self.history[-1].epochs if self.history else 10
        step = next((step for step in _EPOCH_STEPS if epochs / step <= 8), 2000)
        for plot in shown:
            is_lowest, axis = plot is shown[-1], plot.item.getAxis("bottom")
            axis.setStyle(showValues=is_lowest)
            axis.showLabel(is_lowest)
            axis.setHeight(AXIS_HEIGHT if is_lowest else 4)
            axis.setTickSpacing(step, step)
            plot.item.setTitle(plot.text, color=current_theme().text, size="9pt", justify="left")
            plot.item.titleLabel.item.setPos(0, 0)
        shown[0].item.setXRange(0.5, max(epochs, 2) + 0.5, padding=0)
        self.setFixedHeight(PLOT_HEIGHT * len(shown) + AXIS_HEIGHT)
        self.setAccessibleDescription("; ".join(plot.text for plot in shown))
