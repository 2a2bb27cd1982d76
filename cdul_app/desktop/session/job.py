"""Running a task on a thread of its own."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.errors import UserError, exhausted_machine, technical
from cdul_app.events import Event, Events, Outcome, Progressed, TaskResult, follow
from cdul_app.language import tr
from cdul_app.paths import log_file

SECONDS_BETWEEN_PROGRESS = 1 / 30  # the windows need no more, and a queue of events would lag

_log = logging.getLogger(__name__)


class JobKind(StrEnum):
    """A word, and the heading under which people meet the job."""

    heading: str

    SCAN = "scan", tr("Reading the folder")
    SCORE = "score", tr("Labeling the photos")
    TRAIN = "train", tr("Training")
    SCORE_AND_TRAIN = "score and train", tr("Labeling and training")
    PREDICT = "predict", tr("Labeling another folder")
    OTHER_PROJECT = "other project", tr("Making a project of the other folder")
    EXPORT = "export", tr("Export")
    CLASSIFIER = "classifier", tr("Export of the classifier")
    IMPORT = "import", tr("Import")  # beside other jobs, see ImportDialog
    BACKUP = "backup", tr("Work on the backups")  # beside other jobs, see BackupsDialog
    CHECK = "check", tr("A look at the encoder")  # beside other jobs, see EncoderCheck
    TRIAL = "trial", tr("A trial of this computer")  # beside other jobs, see LabelingCosts
    READ = "read", tr("Reading photos")  # in the background, see BackgroundReading
    EVALUATE = "evaluate", tr("Evaluation")  # beside other jobs, see Evaluation
    SEARCH = "search", tr("Search")  # beside other jobs, see PhotoSearch

    def __new__(cls, word: str, heading: str) -> "JobKind":
        kind = str.__new__(cls, word)
        kind._value_, kind.heading = word, heading
        return kind


@dataclass(frozen=True)
class JobResult:
    kind: JobKind
    outcome: Outcome
    message: str  # one or two sentences for people
    value: object = None  # what the task returned; None where it was cancelled or failed
    error: UserError | None = None  # that it failed with, where a person can mend it
    details: str = ""  # what is technical about a failure


class _CancelledError(Exception):
    """Ends the task between two events."""


class Job(QThread):
    """Follows a task to its result; cancelling closes it between two events."""

    event_sent = Signal(object)
    ended = Signal(object)  # JobResult, the last signal

    def __init__(
        self,
        kind: JobKind,
        make_events: Callable[[], Events[object]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self._make_events = make_events
        self._cancelled = False
        self._shown_at = float("-inf")
        self._waiting: Progressed | None = None

    def cancel(self) -> None:
        """Ask the job to stop after the batch it is at.  Safe from any thread."""
        self._cancelled = True

    def run(self) -> None:
        self.ended.emit(self._run())

    def _run(self) -> JobResult:
        try:
            value = follow(self._make_events(), self._on_event)
            message = value.summary if isinstance(value, TaskResult) else ""
            return JobResult(self.kind, Outcome.DONE, message, value)
        except _CancelledError:
            message = tr("{job} was cancelled; what was done is kept.", job=self.kind.heading)
            return JobResult(self.kind, Outcome.CANCELLED, message)
        except UserError as error:
            return JobResult(
                self.kind, Outcome.FAILED, str(error), error=error, details=error.details
            )
        except Exception as error:
            _log.exception("%s failed", self.kind.value)
            exhausted = exhausted_machine(error)
            job = self.kind.heading
            if exhausted:
                message = tr("{job} stopped. {reason}", job=job, reason=exhausted)
            else:
                message = tr(
                    "{job} stopped because of a bug in the app. What it was is in {file}.",
                    job=job,
                    file=log_file(),
                )
            return JobResult(self.kind, Outcome.FAILED, message, details=technical(error))
        finally:
            self._send_waiting()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progressed):
            self._waiting = event
            if time.monotonic() - self._shown_at >= SECONDS_BETWEEN_PROGRESS:
                self._shown_at = time.monotonic()
                self._send_waiting()
        else:
            self._send_waiting()
            self.event_sent.emit(event)
        if self._cancelled:
            raise _CancelledError

    def _send_waiting(self) -> None:
        if self._waiting is not None:
            self.event_sent.emit(self._waiting)
            self._waiting = None
