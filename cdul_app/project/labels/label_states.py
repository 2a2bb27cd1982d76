"""What stands on a photo: labels that the machine suggests, and what a person made of them."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cdul_app.language import tr, translatable
from cdul_app.measures.certainty import CERTAINTY_WORDS, NONE
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.progress import percent

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class LabelState(StrEnum):
    """The values are the words of the window."""

    SUGGESTED = translatable("suggested")
    CONFIRMED = translatable("confirmed")
    REJECTED = translatable("rejected")  # no label


NOT_SUGGESTED = translatable("not suggested")
_ANSWERED = {YES: LabelState.CONFIRMED, NO: LabelState.REJECTED}


@dataclass(frozen=True)
class PhotoLabel:
    """Of one class on one photo."""

    column: int
    name: str
    state: LabelState
    certainty: int  # of the machine, whatever a person answered; see `measures.certainty`
    score: float  # of the machine, in [0, 1]; NaN where there is none

    @property
    def answered(self) -> bool:
        return self.state is not LabelState.SUGGESTED

    @property
    def word(self) -> str:
        """That stands beside the name: sure, likely or unsure; empty for an answer."""
        return "" if self.answered else tr(CERTAINTY_WORDS[self.certainty])

    @property
    def contradicts(self) -> bool:
        """Whether the answer is not what the machine says."""
        has_score = not math.isnan(self.score)
        suggested = self.certainty != NONE
        return self.answered and has_score and suggested != (self.state is LabelState.CONFIRMED)

    def describe(self) -> str:
        """For a tooltip and for a screen reader: “dog: suggested, likely (63 %)”."""
        number = "" if math.isnan(self.score) else percent(self.score)
        if not self.answered:
            return tr(
                "{name}: suggested, {word} ({number})",
                name=self.name,
                word=self.word,
                number=number,
            )
        if self.state is LabelState.CONFIRMED:
            told = tr("{name}: confirmed by you", name=self.name)
        else:
            told = tr("{name}: rejected by you", name=self.name)
        if not number:
            return told
        machine = tr(CERTAINTY_WORDS[self.certainty] or NOT_SUGGESTED)
        return f"{told} ({machine}, {number})"


def photo_labels(project: "Project", row: int, *, current: int | None = None) -> list[PhotoLabel]:
    """What is to be shown on a photo: its labels, and of the rejected ones those of the current
    class and those that the machine still suggests.

    The current class comes first, then what a person answered, then suggestions by their score.
    """
    labels = [
        label
        for label in answered_labels(project, row)
        if label.state is not LabelState.REJECTED or label.contradicts or label.column == current
    ]
    places = (LabelState.CONFIRMED, LabelState.REJECTED, LabelState.SUGGESTED)

    def place(label: PhotoLabel) -> tuple[bool, int, float, int]:
        score = 0.0 if math.isnan(label.score) else -label.score
        return label.column != current, places.index(label.state), score, label.column

    return sorted(labels, key=place)


def answered_labels(project: "Project", row: int) -> list[PhotoLabel]:
    """All that is suggested or answered on a photo, by column."""
    answers = project.answers[row]
    scores = project.scores_of_rows(project.display_kind, slice(row, row + 1))[0]
    codes = project.facts.certainty_row(row)
    shown = np.flatnonzero((codes != NONE) | (answers != UNOBSERVED))
    return [_label(project, column, answers, scores, codes) for column in shown]


def _label(
    project: "Project",
    column: np.intp,
    answers: np.ndarray,
    scores: np.ndarray,
    codes: np.ndarray,
) -> PhotoLabel:
    place = int(column)
    state = _ANSWERED.get(int(answers[place]), LabelState.SUGGESTED)
    name = project.classes[place].name
    return PhotoLabel(place, name, state, int(codes[place]), float(scores[place]))
