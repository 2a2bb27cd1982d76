"""Comparing label scores with truth: the object that `evaluate --json` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cdul_app.core.arrays import FloatArray, IntArray
from cdul_app.core.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.core.metrics import macro_f1, mean_average_precision, per_class_average_precision


def evaluate_labels(
    truth: IntArray,
    scores: Mapping[LabelKind, FloatArray],
    thresholds: FloatArray,
    class_names: Sequence[str],
) -> dict[str, Any]:
    """Measure each kind of label that exists.

    truth : (n_images, n_classes) 0/1; scores : the same shape each, in [0, 1], NaN counts as 0 (a
    photo or class that was not scored); thresholds : (n_classes,).
    Returns {"images", "classes", "labels": {kind: {"mAP", "AP", "macro_F1"}}}, percentages 0-100;
    a class without positives has AP null and does not count in the mean.
    """
    labels: dict[str, Any] = {}
    for kind in EVALUATED_KINDS:
        if kind not in scores:
            continue
        values = np.nan_to_num(np.asarray(scores[kind], dtype=np.float64), nan=0.0)
        per_class = per_class_average_precision(truth, values)
        labels[kind.value] = {
            "mAP": _percent(mean_average_precision(truth, values)),
            "AP": {
                name: _percent(value) for name, value in zip(class_names, per_class, strict=True)
            },
            "macro_F1": _percent(macro_f1(truth, values >= thresholds[None, :])),
        }
    return {"images": len(truth), "classes": list(class_names), "labels": labels}


def _percent(value: float) -> float | None:
    """None for NaN, which JSON cannot hold."""
    return None if np.isnan(value) else round(float(value) * 100, 3)
