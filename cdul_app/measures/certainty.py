"""How sure a suggested label is, in the three words that stand on it."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.language import translatable
from cdul_app.method.arrays import FloatArray

NONE, UNSURE, LIKELY, SURE = 0, 1, 2, 3  # codes: the score makes no label, or one so sure
CERTAINTY_WORDS = (
    "",
    translatable("unsure"),
    translatable("likely"),
    translatable("sure"),
)  # by code

# Ours: the share of the way from the threshold to the highest scores at which the words change.  Of
# labels that are unsure / likely / sure, so many per cent are right at thresholds found without any
# answer: photo-clip on 500 VOC photos, 20 classes 50 / 82 / 98, 80 classes (truth for some)
# 65 / 89 / 99; RN50x64 on 2,858 VOC photos 69 / 90 / 98, softened 76 / 95 / 99
# (tests.benchmarks.bench_certainty).  The share tells right labels from wrong ones about as well as
# the score itself, follows the threshold, and means the same for softer scores.
LIKELY_FROM, SURE_FROM = 0.15, 0.5
_HIGHEST = 99  # per cent of the photos whose best score is no higher: one photo decides nothing


def highest_score(scores: FloatArray) -> float:
    """How high a photo's best score comes: what a sure label is held against.

    scores : (n_images, n_classes) in [0, 1], NaN where there is none.  Returns a value in [0, 1];
    1 where there are no scores.

    >>> highest_score(np.array([[0.9, 0.1], [0.2, 0.5]])).__round__(2)
    0.9
    """
    best = np.fmax.reduce(scores, axis=1, initial=np.nan)
    known = best[~np.isnan(best)]
    return float(np.percentile(known, _HIGHEST)) if known.size else 1.0


def certainties(scores: FloatArray, thresholds: FloatArray, *, highest: float) -> NDArray[np.int8]:
    """NONE, UNSURE, LIKELY or SURE for each label that a score would make.

    scores : (n_images, n_classes) in [0, 1], NaN where there is none; thresholds : (n_classes,) in
    [0, 1]; highest : the `highest_score` of all of the photos.  Returns (n_images, n_classes) int8;
    NONE where a score is absent or below its cut.

    >>> certainties(np.array([[0.9, 0.3, 0.5]]), np.array([0.4, 0.4, 0.4]), highest=1.0)
    array([[3, 0, 2]], dtype=int8)
    """
    cuts = np.asarray(thresholds)[None, :]
    way = np.maximum(highest - cuts, 0)
    with np.errstate(invalid="ignore"):
        codes = (scores >= cuts).astype(np.int8)
        codes += scores >= cuts + LIKELY_FROM * way
        codes += scores >= cuts + SURE_FROM * way
    return codes
