"""The line at the window's bottom: what runs, how far it is, and how the last job ended."""

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import badge
from cdul_app.desktop.widgets.panel_style import panel_style
from cdul_app.events import (
    EpochFinished,
    Noted,
    Outcome,
    Progressed,
    Skipped,
    Started,
)
from cdul_app.throughput import Throughput, format_duration

REDRAW_MS = 250  # rate and remaining time go on between events
BYTE_UNITS = ("bytes", "byte", "B")


class JobBar(QWidget):
    """Follows one session at a time; hidden while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Job")
        self.setProperty("role", "jobbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(40)
        self._session: ProjectSession | None = None
        self._stage: Started | None = None
        self._throughput = Throughput()
        self._skipped = 0
        self._outcome: Outcome | None = None  # of the job the status line tells about

        self.state_icon = QLabel()
        self.state_icon.setFixedSize(16, 16)
        self.status = ElidedLabel()
        self.status.setAccessibleName("Status")
        self.dismiss_button = QToolButton()
        self.dismiss_button.setAutoRaise(True)
        self.dismiss_button.setProperty("role", "quiet")
        self.dismiss_button.setAccessibleName("Dismiss this message")
        self.dismiss_button.setToolTip("Dismiss")
        self.dismiss_button.clicked.connect(self.dismiss)
        idle = QWidget()
        idle_layout = QHBoxLayout(idle)
        idle_layout.setContentsMargins(0, 0, 0, 0)
        idle_layout.setSpacing(SPACING[1])
        idle_layout.addWidget(self.state_icon)
        idle_layout.addWidget(self.status, 1)
        idle_layout.addWidget(self.dismiss_button)

        self.heading = QLabel()
        self.heading.setProperty("role", "strong")
        self.stage = ElidedLabel()
        self.stage.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setMinimumWidth(120)
        self.bar.setAccessibleName("Progress")
        self.count = QLabel()
        self.speed = QLabel()
        self.speed.setProperty("role", "muted")
        self.skipped = badge("", tone="warning")
        self.device = badge("", tone="neutral")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.clicked.connect(self._cancel)
        running = QWidget()
        running_layout = QHBoxLayout(running)
        running_layout.setContentsMargins(0, 0, 0, 0)
        running_layout.setSpacing(SPACING[2])
        running_layout.addWidget(self.heading)
        running_layout.addWidget(self.stage, 1)
        running_layout.addWidget(self.bar, 2)
        running_layout.addWidget(self.count)
        running_layout.addWidget(self.speed)
        running_layout.addWidget(self.skipped)
        running_layout.addWidget(self.device)
        running_layout.addWidget(self.cancel_button)

        self.pages = QStackedWidget()
        self.pages.addWidget(idle)
        self.pages.addWidget(running)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING[3], SPACING[0], SPACING[3], SPACING[0])
        layout.addWidget(self.pages)

        self._redraw_timer = QTimer(self)
        self._redraw_timer.setInterval(REDRAW_MS)
        self._redraw_timer.timeout.connect(self._show_speed)
        theme_manager().changed.connect(self.restyle)
        self.restyle()
        self.dismiss()

    def restyle(self) -> None:
        """Take the colours of the theme in use."""
        self.setStyleSheet(panel_style(current_theme()))
        self.dismiss_button.setIcon(icon("close"))
        self._show_state_icon()

    def set_session(self, session: ProjectSession | None) -> None:
        """Follow this session; None where the window shows no project."""
        if self._session is not None:
            self._session.jobs.started.disconnect(self._job_started)
            self._session.jobs.event_sent.disconnect(self._job_event)
            self._session.jobs.finished.disconnect(self._job_finished)
        self._session = session
        self._redraw_timer.stop()
        self.pages.setCurrentIndex(0)
        self.dismiss()
        if session is None:
            return
        session.jobs.started.connect(self._job_started)
        session.jobs.event_sent.connect(self._job_event)
        session.jobs.finished.connect(self._job_finished)
        if session.jobs.is_busy and session.jobs.kind is not None:
            self._job_started(session.jobs.kind)

    @property
    def is_running(self) -> bool:
        return self.pages.currentIndex() == 1

    @property
    def entry(self) -> QWidget:
        """The button that one comes to by a key."""
        return self.cancel_button if self.is_running else self.dismiss_button

    def dismiss(self) -> None:
        """Take the last result away."""
        self.status.set_text("")
        self._outcome = None
        self._show_state_icon()
        self.setVisible(self.is_running)

    def _job_started(self, kind: JobKind) -> None:
        self.dismiss()
        self._stage = None
        self._skipped = 0
        self._throughput = Throughput()
        self.heading.setText(kind.heading)
        self.stage.set_text("Starting…")
        self.bar.setRange(0, 0)
        self.count.clear()
        self.speed.clear()
        self.skipped.hide()
        self.device.hide()
        self.cancel_button.setText("Cancel")
        self.cancel_button.setEnabled(True)
        self.cancel_button.setAccessibleName(f"Cancel: {kind.heading}")
        self.pages.setCurrentIndex(1)
        self.show()
        self._redraw_timer.start()

    def _job_event(self, event: object) -> None:
        if isinstance(event, Started):
            self._stage_started(event)
        elif isinstance(event, Progressed):
            self._show_progress(event.done, event.total)
        elif isinstance(event, EpochFinished):
            phase = "warm-up" if event.warm_up else "refinement"
            self.stage.set_text(f"Epoch {event.epoch:,} of {event.epochs:,}, {phase}")
        elif isinstance(event, Skipped):
            self._skipped += 1
            self.skipped.setText(f"{self._skipped:,} skipped")
            self.skipped.setToolTip(f"Last: {event.item}: {event.reason}")
            self.skipped.show()
        elif isinstance(event, Noted):
            self.stage.set_text(event.message)

    def _stage_started(self, stage: Started) -> None:
        self._stage = stage
        self._throughput = Throughput(stage.total)
        self.stage.set_text(stage.title)
        if stage.device:
            self.device.setText(_short_device(stage.device))
            self.device.setToolTip(stage.device)
        self.device.setVisible(bool(stage.device))
        self.speed.clear()
        self._show_progress(stage.already_done, stage.total)

    def _show_progress(self, done: int, total: int | None) -> None:
        stage = self._stage
        if total is None and stage is not None:
            total = stage.total
        unit = stage.unit if stage is not None else ""
        self._throughput.total = total
        self._throughput.add(done, time.monotonic())
        if total:
            # Thousandths: downloads have more bytes than a Qt range can hold.
            self.bar.setRange(0, 1000)
            self.bar.setValue(min(1000, round(1000 * done / total)))
        else:
            self.bar.setRange(0, 0)
        self.count.setText(_count_text(done, total, unit) if total or done else "")
        self._show_speed()

    def _show_speed(self) -> None:
        rate = self._throughput.rate
        unit = self._stage.unit if self._stage is not None else ""
        if not rate or not self.cancel_button.isEnabled():
            return
        parts = [_rate_text(rate, unit)]
        left = self._throughput.eta
        if left is not None and left >= 1:
            parts.append(f"{format_duration(left)} left")
        self.speed.setText(" · ".join(parts))

    def _cancel(self) -> None:
        if self._session is None:
            return
        self.cancel_button.setText("Stopping…")
        self.cancel_button.setEnabled(False)
        self.stage.set_text("Finishing what is being worked on")
        self.speed.clear()
        self._session.jobs.cancel()

    def _job_finished(self, result: JobResult) -> None:
        self._redraw_timer.stop()
        self.pages.setCurrentIndex(0)
        self._outcome = result.outcome
        self._show_state_icon()
        self.status.set_text(result.message)
        self.show()

    def _show_state_icon(self) -> None:
        theme = current_theme()
        if self._outcome is None:
            self.state_icon.clear()
            return
        name, color = {
            Outcome.DONE: ("check", theme.yes),
            Outcome.CANCELLED: ("info", theme.text_muted),
            Outcome.FAILED: ("warning", theme.no),
        }[self._outcome]
        self.state_icon.setPixmap(icon(name, color=color).pixmap(16, 16))


def _count_text(done: int, total: int | None, unit: str) -> str:
    if unit in BYTE_UNITS:
        megabytes = f"{done / 1e6:,.0f}"
        return f"{megabytes} / {total / 1e6:,.0f} MB" if total else f"{megabytes} MB"
    counted = f"{done:,} / {total:,}" if total is not None else f"{done:,}"
    return f"{counted} {unit}".strip()


def _rate_text(rate: float, unit: str) -> str:
    if unit in BYTE_UNITS:
        return f"{rate / 1e6:,.1f} MB/s"
    name = "images" if unit == "photos" else unit
    shown = f"{rate:,.0f}" if rate >= 20 else f"{rate:.1f}" if rate >= 0.95 else f"{rate:.2f}"
    return f"{shown} {name}/s"


def _short_device(device: str) -> str:
    """ "cuda:0 (NVIDIA H100)" as "CUDA"; the whole stands in the tooltip."""
    return device.split(" ", 1)[0].split(":", 1)[0].upper()
