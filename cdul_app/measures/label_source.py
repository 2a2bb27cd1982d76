"""Where one label comes from, as data and in plain words."""

from dataclasses import dataclass
from datetime import datetime

from cdul_app.progress import percent

_ORIGINS = {
    "default": "not yet found",
    "automatic": "found from the scores and your answers",
    "person": "set by you",
}


@dataclass(frozen=True)
class LabelSource:
    """Of one class on one photo."""

    encoder: str | None = None  # that scored it; None before scoring
    run: int | None = None  # number of the run that the score comes from
    run_kind: str = ""  # "score" or "train"
    threshold: float | None = None  # in [0, 1]
    threshold_origin: str = "default"  # "automatic", "person"
    answered: str | None = None  # ISO 8601; None where no answer decided
    score_shown: float | None = None  # when it was answered, in [0, 1]
    threshold_shown: float | None = None
    run_shown: int | None = None  # that the score came from which was shown
    imported_from: str | None = None  # the file that the answer was taken from

    def describe(self) -> str:
        """Two sentences at most; empty where there is nothing to tell."""
        machine = self._machine_words()
        if self.answered is None:
            return machine
        moment = datetime.fromisoformat(self.answered).astimezone()
        when = f"on {moment:%d %b %Y, %H:%M}"
        words = f"You answered {when}"
        if self.imported_from is not None:
            words = f"Imported from {self.imported_from} {when}"
        if self.score_shown is not None and self.threshold_shown is not None:
            run = "" if self.run_shown is None else f" of run {self.run_shown}"
            words += (
                f", shown {percent(self.score_shown)}{run} at a threshold of "
                f"{percent(self.threshold_shown)}"
            )
        return f"{words}. {machine}".strip()

    def _machine_words(self) -> str:
        if self.encoder is None:
            return ""
        if self.run is None:
            run = "scored"
        elif self.run_kind == "train":
            run = f"refined by training run {self.run}"
        else:
            run = f"scored by run {self.run}"
        origin = _ORIGINS.get(self.threshold_origin, self.threshold_origin)
        threshold = "" if self.threshold is None else f"; threshold {self.threshold:.2f}, {origin}"
        return f"Encoder {self.encoder}, {run}{threshold}."
