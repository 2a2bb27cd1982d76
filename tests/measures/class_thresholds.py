"""The label-free threshold of each class, as tests and benchmarks compare it."""

import numpy as np

from cdul_app.measures.thresholds import label_free_threshold
from cdul_app.method.arrays import FloatArray


def label_free_thresholds(scores: FloatArray) -> FloatArray:
    """scores : (n_images, n_classes).  Returns (n_classes,)."""
    return np.array([label_free_threshold(column) for column in scores.T])
