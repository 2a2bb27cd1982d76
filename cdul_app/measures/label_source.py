"""Where one label comes from, as data and in plain words."""

from dataclasses import dataclass
from datetime import datetime

from cdul_app.language import tr, translatable
from cdul_app.progress import percent

_ORIGINS = {
    "default": translatable("not yet found"),
    "automatic": translatable("found from the scores and your answers"),
    "person": translatable("set by you"),
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
        if self.imported_from is None:
            words = tr("You answered on {moment:%d %b %Y, %H:%M}", moment=moment)
        else:
            words = tr(
                "Imported from {file} on {moment:%d %b %Y, %H:%M}",
                file=self.imported_from,
                moment=moment,
            )
        if self.score_shown is not None and self.threshold_shown is not None:
            score, threshold = percent(self.score_shown), percent(self.threshold_shown)
            if self.run_shown is None:
                shown = tr(
                    "shown {score} at a threshold of {threshold}", score=score, threshold=threshold
                )
            else:
                shown = tr(
                    "shown {score} of run {run} at a threshold of {threshold}",
                    score=score,
                    run=str(self.run_shown),
                    threshold=threshold,
                )
            words = f"{words}, {shown}"
        return f"{words}. {machine}".strip()

    def _machine_words(self) -> str:
        if self.encoder is None:
            return ""
        if self.run is None:
            run = tr("scored")
        elif self.run_kind == "train":
            run = tr("refined by training run {run}", run=str(self.run))
        else:
            run = tr("scored by run {run}", run=str(self.run))
        words = tr("Encoder {encoder}, {run}", encoder=self.encoder, run=run)
        if self.threshold is not None:
            origin = tr(_ORIGINS.get(self.threshold_origin, self.threshold_origin))
            threshold = tr(
                "threshold {threshold:.2f}, {origin}", threshold=self.threshold, origin=origin
            )
            words = f"{words}; {threshold}"
        return f"{words}."
