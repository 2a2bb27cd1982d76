"""Running a pipeline generator on a thread of its own."""

import logging
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.errors import UserError
from cdul_app.events import Finished, Outcome, Progressed
from cdul_app.paths import log_file

SECONDS_BETWEEN_PROGRESS = 1 / 30  # the windows need no more, and a queue of events would lag

_log = logging.getLogger(__name__)


class JobKind(StrEnum):
    SCAN = "scan"
    SCORE = "score"
    TRAIN = "train"
    LABEL = "label"  # score, then train
    PREDICT = "predict"
    EXPORT = "export"
    FETCH = "fetch"
    READ = "read"  # in the background, see BackgroundReading
    SEARCH = "search"  # beside other jobs, see PhotoSearch

    @property
    def heading(self) -> str:
        return _HEADINGS[self]


_HEADINGS = {
    JobKind.SCAN: "Reading the folder",
    JobKind.SCORE: "Scoring",
    JobKind.TRAIN: "Training",
    JobKind.LABEL: "Scoring and training",
    JobKind.PREDICT: "Labeling another folder",
    JobKind.EXPORT: "Export",
    JobKind.FETCH: "Encoder download",
    JobKind.READ: "Reading photos",
    JobKind.SEARCH: "Search",
}


@dataclass(frozen=True)
class JobResult:
    kind: JobKind
    outcome: Outcome
    message: str  # one or two sentences for people
    details: Mapping[str, object] = field(default_factory=dict)


class Job(QThread):
    """Iterates a generator of events; cancelling closes it between two events."""

    event_sent = Signal(object)
    ended = Signal(object)  # JobResult, the last signal

    def __init__(
        self,
        kind: JobKind,
        make_events: Callable[[], Generator[object, None, None]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self._make_events = make_events
        self._cancelled = False

    def cancel(self) -> None:
        """Ask the job to stop after the batch it is at.  Safe from any thread."""
        self._cancelled = True

    def run(self) -> None:
        self.ended.emit(self._run())

    def _run(self) -> JobResult:
        try:
            return self._iterate()
        except UserError as error:
            return JobResult(self.kind, Outcome.FAILED, str(error))
        except Exception as error:
            _log.exception("%s failed", self.kind.heading)
            return JobResult(
                self.kind,
                Outcome.FAILED,
                f"{self.kind.heading} stopped because of a bug in the app ({error!r}). Labels and "
                f"answers are kept. The details are in {log_file()}.",
            )

    def _iterate(self) -> JobResult:
        last: Finished | None = None
        shown_at = float("-inf")
        waiting: Progressed | None = None
        events = self._make_events()
        try:
            for event in events:
                if isinstance(event, Finished):
                    last = event
                if isinstance(event, Progressed):
                    waiting = event
                    if time.monotonic() - shown_at >= SECONDS_BETWEEN_PROGRESS:
                        shown_at = time.monotonic()
                        self.event_sent.emit(event)
                        waiting = None
                else:
                    if waiting is not None:
                        self.event_sent.emit(waiting)
                        waiting = None
                    self.event_sent.emit(event)
                if self._cancelled and last is None:
                    break
        finally:
            if waiting is not None:
                self.event_sent.emit(waiting)
            events.close()
        if last is None:
            return JobResult(
                self.kind,
                Outcome.CANCELLED,
                f"{self.kind.heading} was cancelled; what was done is kept.",
            )
        return JobResult(self.kind, Outcome.DONE, last.summary, last.details)
