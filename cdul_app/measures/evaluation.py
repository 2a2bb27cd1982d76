"""Comparing label scores with truth: the object that `evaluate --json` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.measures.metrics import (
    best_thresholds,
    calibration_error,
    class_f1,
    macro_f1,
    mean_average_precision,
    overall_f1,
    per_class_average_precision,
    per_class_f1,
    per_class_precision_recall,
)
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray


def evaluate_labels(
    truth: IntArray,
    scores: Mapping[LabelKind, FloatArray],
    thresholds: Mapping[LabelKind, FloatArray],
    class_names: Sequence[str],
) -> dict[str, Any]:
    """Measure each kind of label that exists.

    truth : (n_images, n_classes) 0/1; scores : the same shape each, in [0, 1], NaN counts as 0 (a
    photo or class that was not scored); thresholds : (n_classes,) each, of the same kinds: on
    another kind's scale of scores they would say nothing of a kind's F1.
    Returns {"images", "classes", "labels": {kind: {...}}, "labels_per_image"}; of a kind "mAP",
    "macro_F1", "CF1", "OF1", "ECE" and of each class "AP", "precision", "recall", "F1", all in per
    cent; its "thresholds" by class; "labels_per_image"; and "best", the same F1 measures and
    "labels_per_image" at the "thresholds" that truth itself would choose for each class (the upper
    bound of any choice of thresholds by macro-F1).  A class without positives has null and does
    not count in means.  Raises ValueError for shapes that differ.  Definitions: measures.metrics.

    >>> truth, scores = np.array([[1, 0], [0, 1]]), np.array([[0.9, 0.1], [0.6, 0.4]])
    >>> kind, cuts = LabelKind.INITIAL, np.array([0.5, 0.5])
    >>> found = evaluate_labels(truth, {kind: scores}, {kind: cuts}, "ab")
    >>> found["labels"]["initial"]["mAP"], found["labels"]["initial"]["recall"]
    (100.0, {'a': 100.0, 'b': 0.0})
    """
    measured: dict[LabelKind, dict[str, Any]] = {
        kind: measure_labels(truth, scores[kind], thresholds[kind], class_names)
        for kind in EVALUATED_KINDS
        if kind in scores
    }
    return evaluation_of(measured, truth, class_names)


def measure_labels(
    truth: IntArray, scores: FloatArray, thresholds: FloatArray, class_names: Sequence[str]
) -> dict[str, Any]:
    """One kind of label, as `evaluate_labels` has it."""
    values = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=0.0)
    predicted = values >= thresholds[None, :]
    precision, recall = per_class_precision_recall(truth, predicted)
    best = best_thresholds(truth, values)
    # A class without positives has no best threshold: none of its photos is labelled.
    best_predicted = values >= np.nan_to_num(best, nan=np.inf)[None, :]
    return {
        "mAP": _percent(mean_average_precision(truth, values)),
        "AP": _by_class(class_names, per_class_average_precision(truth, values)),
        **_label_measures(truth, predicted),
        "ECE": _percent(calibration_error(truth, values)),
        "precision": _by_class(class_names, precision),
        "recall": _by_class(class_names, recall),
        "F1": _by_class(class_names, per_class_f1(truth, predicted)),
        "thresholds": _thresholds_by_class(class_names, thresholds),
        "best": {
            **_label_measures(truth, best_predicted),
            "F1": _by_class(class_names, per_class_f1(truth, best_predicted)),
            "thresholds": _thresholds_by_class(class_names, best),
        },
    }


def evaluation_of(
    measured: Mapping[LabelKind, dict[str, Any]],
    truth: IntArray,
    class_names: Sequence[str],
) -> dict[str, Any]:
    """What `evaluate_labels` returns, from `measure_labels` of each kind."""
    return {
        "images": len(truth),
        "classes": list(class_names),
        "labels": {kind.value: measures for kind, measures in measured.items()},
        "labels_per_image": _per_image(np.asarray(truth).astype(bool)),
    }


def _label_measures(truth: IntArray, predicted: BoolArray) -> dict[str, float | None]:
    return {
        "macro_F1": _percent(macro_f1(truth, predicted)),
        "CF1": _percent(class_f1(truth, predicted)),
        "OF1": _percent(overall_f1(truth, predicted)),
        "labels_per_image": _per_image(predicted),
    }


def _per_image(labels: BoolArray) -> float:
    return round(float(labels.sum(axis=1).mean()), 3)


def _by_class(class_names: Sequence[str], values: FloatArray) -> dict[str, float | None]:
    return {name: _percent(value) for name, value in zip(class_names, values, strict=True)}


def _thresholds_by_class(
    class_names: Sequence[str], thresholds: FloatArray
) -> dict[str, float | None]:
    return dict(zip(class_names, (_rounded(each, 6) for each in thresholds), strict=True))


def _percent(value: float) -> float | None:
    return _rounded(100 * value, 3)


def _rounded(value: float, digits: int) -> float | None:
    """None for NaN, which JSON cannot hold."""
    return None if np.isnan(value) else round(float(value), digits)
