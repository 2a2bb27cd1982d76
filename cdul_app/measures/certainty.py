"""How sure a suggested label is, in the three words that stand on it."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import FloatArray

NONE, UNSURE, LIKELY, SURE = 0, 1, 2, 3  # codes: the score makes no label, or one so sure
CERTAINTY_WORDS = ("", "unsure", "likely", "sure")  # by code

# Ours: the share of the way from the threshold to 1 at which the words change.  Of labels that are
# unsure / likely / sure, so many per cent are right at thresholds found without any answer:
# photo-clip on 500 VOC photos, 20 classes 52 / 80 / 98, 80 classes (truth for some) 76 / 91 / 99;
# RN50x64 on 2,858 VOC photos 65 / 85 / 98 (tests.benchmarks.bench_certainty).  The share tells
# right labels from wrong ones about as well as the score itself, and follows the threshold.
LIKELY_FROM, SURE_FROM = 0.15, 0.5


def certainties(scores: FloatArray, thresholds: FloatArray) -> NDArray[np.int8]:
    """NONE, UNSURE, LIKELY or SURE for each label that a score would make.

    scores : (n_images, n_classes) in [0, 1], NaN where there is none; thresholds : (n_classes,) in
    [0, 1].  Returns (n_images, n_classes) int8; NONE where a score is absent or below its cut.

    >>> certainties(np.array([[0.9, 0.3, 0.5]]), np.array([0.4, 0.4, 0.4]))
    array([[3, 0, 2]], dtype=int8)
    """
    cuts = np.asarray(thresholds)[None, :]
    with np.errstate(invalid="ignore"):
        codes = (scores >= cuts).astype(np.int8)
        codes += scores >= cuts + LIKELY_FROM * (1 - cuts)
        codes += scores >= cuts + SURE_FROM * (1 - cuts)
    return codes
