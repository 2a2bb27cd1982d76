"""Orders in which photos are worth looking at, each one figure a photo."""

import numpy as np

from cdul_app.method.arrays import FloatArray


def best_score(scores: FloatArray) -> FloatArray:
    """The highest of each row.  scores : (n_images, n_classes).  NaN where a row has none."""
    return np.asarray(np.fmax.reduce(scores, axis=1, initial=np.nan))


def ranking_margin(scores: FloatArray) -> FloatArray:
    """How far the best class is above the second best: small where the machine cannot choose.

    scores : (n_images, n_classes) in [0, 1], NaN counts as no score.
    Returns (n_images,) in [0, 1], NaN where fewer than two classes have a score.
    """
    if scores.shape[1] < 2:
        return np.full(len(scores), np.nan, dtype=scores.dtype)
    known = np.where(np.isnan(scores), -1, scores)
    top = np.partition(known, scores.shape[1] - 2, axis=1)[:, -2:]  # (n_images, 2)
    return np.where(top[:, 0] < 0, np.nan, top[:, 1] - top[:, 0])


def score_disagreement(first: FloatArray, second: FloatArray) -> FloatArray:
    """How far two kinds of score are apart on the class they differ most about.

    first, second : (n_images, n_classes) in [0, 1], NaN where there is none.
    Returns (n_images,) in [0, 1], NaN where no class has both.
    """
    return best_score(np.abs(first - second))
