"""Events of a long task as lines, for a log file, a pipe or a notebook."""

import time
from collections.abc import Callable, Iterator

from cdul_app.events import EpochFinished, Event, Noted, Progressed, Skipped, Started
from cdul_app.progress import Throughput, amount_text, progress_text

SECONDS_BETWEEN_LINES = 15.0


class ProgressLines:
    """What begins, and now and then how far it is."""

    def __init__(
        self, say: Callable[[str], object], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """say : takes each line, without its end."""
        self.say, self._clock = say, clock
        self._stage: Started | None = None
        self._throughput = Throughput()
        self._told_at = 0.0

    def show(self, event: Event) -> None:
        match event:
            case Started(total=int(total)) if total > 0:
                self._stage, self._throughput = event, Throughput(total)
                self._told_at = self._clock()
                self._throughput.add(event.already_done, self._told_at)
                done = event.already_done
                before = f", {amount_text(done, event.unit)} of them done before" if done else ""
                self.say(f"{stage_title(event)}: {amount_text(total, event.unit)}{before}")
            case Started():
                self._stage = None
                say_started(event, self.say)
            case Progressed():
                self._progress(event)
            case _:
                for line in event_lines(event):
                    self.say(line)

    def close(self) -> None:
        self._stage = None

    def _progress(self, event: Progressed) -> None:
        if self._stage is None:
            return
        now = self._clock()
        if event.total is not None:
            self._throughput.total = event.total
        self._throughput.add(event.done, now)
        if now - self._told_at < SECONDS_BETWEEN_LINES:
            return
        self._told_at = now
        unit = self._stage.unit
        done = progress_text(event.done, self._throughput.total, unit)
        self.say(f"{self._stage.title}: {', '.join([done, *self._throughput.pace(unit)])}")


def stage_title(event: Started) -> str:
    return f"{event.title} on {event.device}" if event.device else event.title


def say_started(event: Started, say: Callable[[str], object]) -> None:
    """A stage of unknown length; that files are looked for is over before it is read."""
    if event.unit != "files":
        say(f"{stage_title(event)}…")


def event_lines(event: Event) -> Iterator[str]:
    match event:
        case Skipped():
            yield f"Skipped {event.item!r}: {event.reason}"  # a name may hold a line end
        case Noted():
            yield event.message
        case EpochFinished(epochs=1):
            score = event.mean_average_precision
            yield (
                f"label change {event.label_change:.4f}  flipped {event.labels_flipped}"
                + ("" if score is None else f"  mAP {100 * score:.1f}")
            )
        case EpochFinished():
            score = event.mean_average_precision
            yield (
                f"epoch {event.epoch}/{event.epochs}  loss {event.loss:.4f}  "
                f"label change {event.label_change:.4f}  flipped {event.labels_flipped}"
                + ("" if score is None else f"  mAP {100 * score:.1f}")
                + ("  warm-up" if event.warm_up else "")
            )
