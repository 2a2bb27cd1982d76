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

PLOT_HEIGHT = 108
AXIS_HEIGHT = 40


@dataclass(frozen=True)
class Measure:
    """One curve: what it is called, how it is read, and how its last value is written."""

    title: str
    read: Callable[[EpochFinished], float | None]
    write: Callable[[float], str]
    whole: bool = False  # a count: no half ticks

    def points(self, epochs: Sequence[EpochFinished]) -> list[tuple[int, float]]:
        """(epoch, value), those left out that have none."""
        found = [(epoch.epoch, self.read(epoch)) for epoch in epochs]
        return [(x, y) for x, y in found if y is not None and math.isfinite(y)]


MEASURES = (
    Measure("Loss", lambda epoch: epoch.loss, lambda value: f"{value:.4f}"),
    Measure("Mean label change", lambda epoch: epoch.label_change, lambda value: f"{value:.2g}"),
    Measure(
        "Labels flipped",
        lambda epoch: float(epoch.labels_flipped),
        lambda value: f"{value:,.0f}",
        whole=True,
    ),
    Measure(
        "mAP, %",
        lambda epoch: (
            None if epoch.mean_average_precision is None else 100 * epoch.mean_average_precision
        ),
        lambda value: f"{value:.1f}",
    ),
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

    def show(self, epochs: Sequence[EpochFinished]) -> bool:
        """Draw; False where no epoch has this measure."""
        points = self.measure.points(epochs)
        self.curve.setData([x for x, _ in points], [y for _, y in points])
        if points and self.measure.whole:
            step = max(1, math.ceil(max(y for _, y in points) / 3))
            self.item.getAxis("left").setTickSpacing(step, step)
        if points:
            self.text = f"{self.measure.title}   {self.measure.write(points[-1][1])}"
        else:
            self.text = self.measure.title
        warm_up = [epoch.epoch for epoch in epochs if epoch.warm_up]
        self.shade.setVisible(bool(warm_up))
        if warm_up:
            self.shade.setRegion((min(0.5, min(warm_up) - 0.5), max(warm_up) + 0.5))
        return bool(points)


class TrainingCurves(QWidget):
    """Loss, mean label change, labels flipped and mAP; the warm-up epochs stand on a tint."""

    def __init__(self, parent: QWidget | None = None, *, gradual: bool = False) -> None:
        """gradual : make one plot each time the window has nothing else to do; all of them at once
        would hold it for a tenth of a second."""
        super().__init__(parent)
        self._history: list[EpochFinished] = []
        self.view = plot_view()
        self.view.ci.setSpacing(4)
        self.setAccessibleName("Training curves")
        vertical(self.view, on=self)
        self.plots: list[_Plot] = []
        self._shown: list[_Plot] = []
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
        self._shown.append(plot)
        if self.is_complete:
            self._maker.stop()
            self.recolor()

    @property
    def history(self) -> Sequence[EpochFinished]:
        return tuple(self._history)

    def set_history(self, history: Sequence[EpochFinished]) -> None:
        """Show another run."""
        self._history = list(history)
        self._draw()

    def append(self, epoch: EpochFinished) -> None:
        """One more epoch of the run that is shown; the same epoch again replaces it."""
        self._history = [item for item in self._history if item.epoch < epoch.epoch]
        self._history.append(epoch)
        self._draw()

    def shown_titles(self) -> list[str]:
        """The plots that can be seen, for tests and screen readers."""
        return [plot.measure.title for plot in self._shown]

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
            plot.item.getAxis("bottom").setLabel("Epoch", color=theme.text_muted)
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
        has_points = [plot.show(self._history) for plot in self.plots]
        # mAP exists only where truth is loaded; the other three are always there.
        shown = [
            plot
            for plot, has_any in zip(self.plots, has_points, strict=True)
            if has_any or plot.measure is not MEASURES[-1]
        ]
        if shown != self._shown:
            for plot in self.plots:
                if plot in self._shown and plot not in shown:
                    self.view.ci.removeItem(plot.item)
                elif plot in shown and plot not in self._shown:
                    self.view.ci.addItem(plot.item, row=self.plots.index(plot), col=0)
            self._shown = shown
        epochs = self._history[-1].epochs if self._history else 10
        for plot in shown:
            last = plot is shown[-1]
            plot.item.getAxis("bottom").setStyle(showValues=last)
            plot.item.getAxis("bottom").showLabel(last)
            plot.item.getAxis("bottom").setHeight(AXIS_HEIGHT if last else 4)
            plot.item.getAxis("bottom").setTickSpacing(*_epoch_ticks(epochs))
        shown[0].item.setXRange(0.5, max(epochs, 2) + 0.5, padding=0)
        self.setFixedHeight(PLOT_HEIGHT * len(shown) + AXIS_HEIGHT)
        self._write_titles()
        self.setAccessibleDescription("; ".join(plot.text for plot in shown))

    def _write_titles(self) -> None:
        color = QColor(current_theme().text).name()
        for plot in self.plots:
            plot.item.setTitle(plot.text, color=color, size="9pt", justify="left")
            plot.item.titleLabel.item.setPos(0, 0)


def _epoch_ticks(epochs: int) -> tuple[int, int]:
    """Major and minor step, whole epochs."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        if epochs / step <= 8:
            return step, step
    return 2000, 2000
