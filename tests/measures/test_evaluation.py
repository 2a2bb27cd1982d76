import json

import numpy as np

from cdul_app.measures.evaluation import evaluate_labels
from cdul_app.measures.label_kinds import LabelKind


def test_kinds_that_exist_are_measured_in_percent_and_fit_json() -> None:
    truth = np.array([[1, 0], [0, 0], [1, 0]])
    scores = np.array([[0.9, 0.2], [0.1, 0.1], [np.nan, np.nan]])
    result = evaluate_labels(
        truth,
        {LabelKind.GLOBAL: scores},
        {LabelKind.GLOBAL: np.array([0.5, 0.5])},
        ["dog", "cat"],
    )
    measured = json.loads(json.dumps(result))
    assert measured["images"] == 3
    assert list(measured["labels"]) == ["global"]
    # An unscored photo ranks last: precision 1 for the first positive, 2/3 for the second.
    assert measured["labels"]["global"]["AP"] == {"dog": 83.333, "cat": None}
    assert measured["labels"]["global"]["mAP"] == 83.333
    assert measured["labels"]["global"]["macro_F1"] == 66.667


def test_labels_at_the_project_s_thresholds_and_at_the_best_ones() -> None:
    truth = np.array([[1, 0], [1, 0], [0, 1], [0, 0]])
    scores = np.array([[0.9, 0.1], [0.4, 0.1], [0.2, 0.6], [0.1, 0.55]])
    found = evaluate_labels(
        truth,
        {LabelKind.PSEUDO: scores, LabelKind.GLOBAL: scores / 2},
        {LabelKind.PSEUDO: np.array([0.5, 0.5]), LabelKind.GLOBAL: np.array([0.25, 0.25])},
        ["dog", "cat"],
    )
    result = json.loads(json.dumps(found))
    assert result["labels_per_image"] == 0.75
    measured, halved = result["labels"]["pseudo"], result["labels"]["global"]
    assert measured["thresholds"] == {"dog": 0.5, "cat": 0.5}
    assert halved["thresholds"] == {"dog": 0.25, "cat": 0.25}
    assert halved["F1"] == measured["F1"]
    assert measured["precision"] == {"dog": 100, "cat": 50}
    assert measured["recall"] == {"dog": 50, "cat": 100}
    assert measured["F1"] == {"dog": 66.667, "cat": 66.667}
    assert (measured["CF1"], measured["OF1"]) == (75, 66.667)
    assert measured["labels_per_image"] == 0.75
    assert measured["best"]["thresholds"] == {"dog": 0.3, "cat": 0.575}
    assert measured["best"]["macro_F1"] == measured["best"]["CF1"] == 100
    assert 0 < measured["ECE"] < 100
