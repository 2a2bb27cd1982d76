"""The line at the window's bottom: what runs and how far it is, else what holds of the project."""

import time

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.overlays.notice_overlay import LINE_HEIGHT
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_jobs import ProjectJobs
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import badge, label, show_text
from cdul_app.desktop.widgets.layouts import box, horizontal, paint_as, stack
from cdul_app.events import EpochFinished, Noted, Progressed, Skipped, Started
from cdul_app.language import tr
from cdul_app.photos.unreadable import reason_in_words
from cdul_app.progress import Throughput, progress_text

REDRAW_MS = 250  # rate and remaining time go on between events
_SHARE = 0.55  # of the line for what is told, where something stands in it


class JobBar(QWidget):
    """Empty while there is nothing to tell: its room is kept, so that nothing moves.

    What happens is told in it, at its left, by the window's one notice (`NoticeOverlay`).
    """

    def __init__(self, jobs: ProjectJobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Job"))
        paint_as(self, "jobbar")
        self.setFixedHeight(36)
        self._jobs = jobs
        self._stage = Started("", unit="")
        self._throughput = Throughput()
        self._skipped = 0
        self.warning_icon = label()
        self.warning_icon.setFixedSize(16, 16)
        self.standing = ElidedLabel()
        self.standing.setAccessibleName(tr("What holds for this project"))
        self._idle = box(horizontal(self.warning_icon, (self.standing, 1), spacing=SPACING[1]))
        self.heading = label("", "strong")
        self.stage = ElidedLabel()
        self.stage.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setMinimumWidth(120)
        self.bar.setAccessibleName(tr("Progress"))
        self.count, self.speed = label(), label("", "muted")
        self.skipped = badge("", tone="warning")
        self.device = badge("", tone="neutral")
        self.cancel_button = push_button(tr("Cancel"), self._on_cancel)
        # A click leaves the focus where the hands are: it would be lost with the button.
        self.cancel_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._running = horizontal(
            self.heading, (self.stage, 1), (self.bar, 2), self.count, self.speed,
            self.skipped, self.device, self.cancel_button,
            spacing=SPACING[2],
        )  # fmt: skip
        self.pages = stack(self._idle, box(self._running))
        self.setMinimumWidth(1)  # what has no room is cut: the window is no wider for it
        self._line = horizontal(self.pages, on=self, margins=(SPACING[3], 2))

        self._redraw_timer = QTimer(self, interval=REDRAW_MS)
        self._redraw_timer.timeout.connect(self._show_speed)
        theme_manager().changed.connect(self._show_icon)
        self._show_icon()
        self.show_standing("")
        jobs.started.connect(self._on_started)
        jobs.event_sent.connect(self._on_event)
        jobs.finished.connect(self._on_finished)

    @property
    def is_running(self) -> bool:
        return self.pages.currentIndex() == 1

    @property
    def notice_line(self) -> QRect:
        """Where a notice lies in it: all of it, or a part where something stands in the rest."""
        room = self.width() - 2 * SPACING[2]
        if self.is_running or self.standing.whole_text:
            room = round(_SHARE * room)
        return QRect(SPACING[2], self.height() - LINE_HEIGHT - 1, room, LINE_HEIGHT)

    def make_room(self, width: int) -> None:
        """Let a notice of so many pixels lie at the left; what is said more shortly gives way."""
        left = SPACING[3] + (width + SPACING[1] if width else 0)
        self._line.setContentsMargins(left, 2, SPACING[3], 2)
        self._fit()

    def show_standing(self, text: str) -> None:
        """A warning that holds as long as the project is open or till its labels are others; it
        gives way while a job runs."""
        self.standing.set_text(text)
        self._idle.setVisible(bool(text) and not self.is_running)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where not all has room, how far it is counts most."""
        margins, gap = self._line.contentsMargins(), self._running.spacing()
        room = self.width() - margins.left() - margins.right()
        giving_way = {part: part.sizeHint().width() + gap for part in (self.heading, self.speed)}
        wanted = self._running.totalMinimumSize().width()
        wanted -= sum(width for part, width in giving_way.items() if not part.isHidden())
        for part, width in giving_way.items():
            fits = wanted + width <= room
            part.setVisible(fits)
            wanted += width * fits

    def _on_started(self, kind: JobKind) -> None:
        self._skipped = 0
        self.skipped.hide()
        self.heading.setText(kind.heading)
        self._show_stage(Started(tr("Starting…"), unit=""))
        self.cancel_button.setText(tr("Cancel"))
        self.cancel_button.setEnabled(True)
        self.cancel_button.setAccessibleName(tr("Cancel: {job}", job=kind.heading))
        self.pages.setCurrentIndex(1)
        self._redraw_timer.start()

    def _on_event(self, event: object) -> None:
        if isinstance(event, Started):
            self._show_stage(event)
        elif isinstance(event, Progressed):
            self._show_progress(event.done, event.total)
        elif isinstance(event, EpochFinished) and event.epochs > 1:
            self.stage.set_text(
                tr("Round {round} of {rounds}", round=event.epoch, rounds=event.epochs)
            )
        elif isinstance(event, Skipped):
            self._skipped += 1
            self.skipped.setText(tr("{count} skipped", count=self._skipped))
            self.skipped.setToolTip(
                plain_tip(
                    tr(
                        "Last: {photo}: {reason}",
                        photo=event.item,
                        reason=reason_in_words(event.reason),
                    )
                )
            )
            self.skipped.show()
        elif isinstance(event, Noted):
            self.stage.set_text(event.message)

    def _show_stage(self, stage: Started) -> None:
        self._stage = stage
        self._throughput = Throughput(stage.total)
        self.stage.set_text(stage.title)
        # "cuda:0 (NVIDIA H100)" as "CUDA"; the whole stands in the tooltip.
        show_text(self.device, stage.device.partition(" ")[0].partition(":")[0].upper())
        self.device.setToolTip(plain_tip(stage.device))
        self.speed.clear()
        self._show_progress(stage.already_done, stage.total)

    def _show_progress(self, done: int, total: int | None) -> None:
        if total is None:
            total = self._stage.total
        self._throughput.total = total
        self._throughput.add(done, time.monotonic())
        # Thousandths: downloads have more bytes than a Qt range can hold.
        self.bar.setRange(0, 1000 if total else 0)
        if total:
            self.bar.setValue(min(1000, round(1000 * done / total)))
        shown = progress_text(done, total, self._stage.unit) if total or done else ""
        self.count.setText(shown)
        self._show_speed()
        self._fit()

    def _show_speed(self) -> None:
        pace = self._throughput.pace(self._stage.unit)
        if pace and self.cancel_button.isEnabled():
            self.speed.setText(" · ".join(pace))
            self._fit()

    def _on_cancel(self) -> None:
        self.cancel_button.setText(tr("Stopping…"))
        self.cancel_button.setEnabled(False)
        self.stage.set_text(tr("Finishing what is being worked on"))
        self.speed.clear()
        self._jobs.cancel()

    def _on_finished(self, result: JobResult) -> None:
        self._redraw_timer.stop()
        self.pages.setCurrentIndex(0)
        self.show_standing(self.standing.whole_text)

    def _show_icon(self) -> None:
        self.warning_icon.setPixmap(icon("warning", color=current_theme().warning).pixmap(16, 16))
