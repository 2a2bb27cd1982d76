"""How good the labels are, from answers about a stratified random sample of photos.

A design draws, for one class, a random order of the photos within bands of their score.  Answers
count for the report from the front of each band's order only, whatever was answered for other
reasons: each photo of a band then had the same chance to be in the sample, and the estimate is
unbiased.  Answers chosen by calibration lie near the threshold: no such sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.estimates import Estimate
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray, as_floats

# Ours: photos with the label; then those just below the threshold, where most of what was missed
# lies, three times as many after them, and the rest.
_BELOW_BANDS = (1, 3)  # sizes in units of the photos with the label
_SMALLEST_BAND = 20
_FIRST_ANSWERS = 3  # a band before the next question is chosen by what it would teach
# Kerman's neutral prior (2011): the interval of a rare thing neither starts far from 0 nor at it.
_PRIOR = 1 / 3
_DRAWS = 4000


@dataclass(frozen=True)
class SampleDesign:
    """Bands of photos and a random order within each; fixed once drawn."""

    bands: IntArray  # (n_images,), band of each photo, -1 where it is not scored
    ranks: IntArray  # (n_images,), place in the band's random order

    @property
    def band_count(self) -> int:
        return int(self.bands.max(initial=-1)) + 1


@dataclass(frozen=True)
class ClassReport:
    """Of one class, or of all together."""

    answered: int  # answers that count
    precision: Estimate | None  # None where no photo has the label
    recall: Estimate
    f1: Estimate


def draw_design(scores: FloatArray, threshold: float, *, seed: int) -> SampleDesign:
    """Bands around `threshold` and a random order in each.

    scores : (n_images,) in [0, 1], NaN where not scored.  The same seed gives the same design.

    >>> draw_design(np.array([0.9, np.nan, 0.2, 0.8]), 0.5, seed=0).bands
    array([ 0, -1,  1,  0])
    """
    values = as_floats(scores)
    scored = np.flatnonzero(~np.isnan(values))
    ordered = scored[np.argsort(-values[scored], kind="stable")]
    labelled = int((values[scored] >= threshold).sum())
    unit = max(labelled, _SMALLEST_BAND)
    edges = np.cumsum([labelled, *(unit * size for size in _BELOW_BANDS)])
    random = np.random.default_rng(seed)
    bands = np.full(len(values), -1, dtype=np.int64)
    ranks = np.zeros(len(values), dtype=np.int64)
    used = (part for part in np.split(ordered, edges) if len(part))
    for band, rows in enumerate(used):
        bands[rows] = band
        ranks[rows] = random.permutation(len(rows))
    return SampleDesign(bands, ranks)


def sampled_rows(design: SampleDesign, answers: IntArray) -> BoolArray:
    """Photos whose answer counts: those answered without a gap from the front of their band.

    answers : (n_images,) of -1 unobserved, 0 no, 1 yes.  Returns (n_images,) bool.
    """
    counted = np.zeros(len(answers), dtype=bool)
    for rows in _bands(design):
        unanswered = design.ranks[rows[answers[rows] == UNOBSERVED]]
        counted[rows] = design.ranks[rows] < (unanswered.min() if unanswered.size else len(rows))
    return counted


def is_covered(design: SampleDesign, answers: IntArray) -> bool:
    """Whether each band has an answer that counts: below that an estimate is mostly its prior,
    and priors of many classes added up would look certain.  answers : (n_images,)."""
    counted = sampled_rows(design, answers)
    return all(counted[rows].any() for rows in _bands(design))


def next_question(design: SampleDesign, answers: IntArray) -> int | None:
    """The photo to ask about next: of the band whose next answer narrows the estimate most.

    answers : (n_images,) of -1 unobserved, 0 no, 1 yes.  None where all scored photos are answered.

    >>> design = draw_design(np.array([0.9, 0.8, 0.2]), 0.5, seed=0)
    >>> next_question(design, np.array([1, 1, -1]))
    2
    """
    counted = sampled_rows(design, answers)
    best: tuple[float, int] | None = None
    for rows in _bands(design):
        asked = rows[counted[rows]]
        if len(asked) == len(rows):
            continue
        gain = _gain(len(rows), len(asked), int((answers[asked] == YES).sum()))
        if best is None or gain > best[0]:
            waiting = rows[~counted[rows]]
            best = (gain, int(waiting[design.ranks[waiting].argmin()]))
    return None if best is None else best[1]


def class_report(
    design: SampleDesign, labels: BoolArray, answers: IntArray, *, seed: int = 0
) -> ClassReport:
    """Precision, recall and F1 of a class's labels, whatever the threshold is by now.

    labels : (n_images,) bool, what is exported as yes before a person's answers; answers :
    (n_images,) of -1 unobserved, 0 no, 1 yes.

    >>> scores = np.linspace(1, 0, 200)
    >>> labels, answers = scores >= 0.8, (scores >= 0.85).astype(int)  # each photo is answered
    >>> found = class_report(draw_design(scores, 0.8, seed=0), labels, answers)
    >>> found.precision.value, found.recall.value
    (0.75, 1.0)
    """
    return overall_report([design], labels[:, None], answers[:, None], seed=seed)


def overall_report(
    designs: Sequence[SampleDesign], labels: BoolArray, answers: IntArray, *, seed: int = 0
) -> ClassReport:
    """The same for the labels of several classes together (micro average).

    designs : one a class, each covered (`is_covered`); labels, answers : (n_images, n_classes).
    """
    random = np.random.default_rng(seed)
    counts = [
        _draw_counts(design, labels[:, column], answers[:, column], random)
        for column, design in enumerate(designs)
    ]
    answered = sum(
        int(sampled_rows(design, answers[:, column]).sum()) for column, design in enumerate(designs)
    )
    hits = np.sum([count.hits for count in counts], axis=0)
    missed = np.sum([count.missed for count in counts], axis=0)
    labelled = sum(count.labelled for count in counts)
    positives = np.maximum(hits + missed, 1e-9)
    return ClassReport(
        answered,
        _estimate(hits / labelled) if labelled else None,
        _estimate(hits / positives),
        _estimate(2 * hits / (labelled + positives)),
    )


def answers_needed(report: ClassReport, *, within: float = 0.05) -> int:
    """About how many more answers until F1 is known within `within` (half the interval).

    The width of an interval falls with the root of the number of answers.  0: it is enough.
    """
    if report.f1.half_width <= within + 1e-9:
        return 0
    factor = (report.f1.half_width / within) ** 2
    return max(1, round(max(report.answered, _FIRST_ANSWERS) * (factor - 1)))


@dataclass(frozen=True)
class _Counts:
    """What the photos hold: the unbiased estimate (first element), then draws around it."""

    hits: NDArray[np.float64]  # (1 + n_draws,), photos with the label that show the class
    missed: NDArray[np.float64]  # (1 + n_draws,), photos without it that do
    labelled: int  # known exactly


def _draw_counts(
    design: SampleDesign, labels: BoolArray, answers: IntArray, random: np.random.Generator
) -> _Counts:
    counted = sampled_rows(design, answers)
    totals = {True: np.zeros(1 + _DRAWS), False: np.zeros(1 + _DRAWS)}
    for rows in _bands(design):
        for labelled, total in totals.items():
            # Where the threshold has moved since the design, a band holds both.
            part = rows[labels[rows] == labelled]
            asked = int(counted[part].sum())
            yes = int((answers[part[counted[part]]] == YES).sum())
            chances = random.beta(yes + _PRIOR, asked - yes + _PRIOR, _DRAWS)
            # Each photo of the part was in the sample with the chance asked / len(part).
            total[0] += len(part) * (yes / asked if asked else 0.5)
            total[1:] += yes + random.binomial(len(part) - asked, chances)
    scored = design.bands >= 0
    return _Counts(totals[True], totals[False], int(labels[scored].sum()))


def _estimate(values: NDArray[np.float64]) -> Estimate:
    """values : (1 + n_draws,), the point first."""
    around = Estimate.from_draws(values[1:])
    return replace(around, value=float(np.clip(values[0], around.low, around.high)))


def _bands(design: SampleDesign) -> list[IntArray]:
    return [np.flatnonzero(design.bands == band) for band in range(design.band_count)]


def _gain(size: int, asked: int, yes: int) -> float:
    """How much the variance of the band's count of positives falls with one more answer."""
    if asked < _FIRST_ANSWERS:
        return float("inf")
    share = (yes + _PRIOR) / (asked + 2 * _PRIOR)
    return size**2 * share * (1 - share) / (asked * (asked + 1))
