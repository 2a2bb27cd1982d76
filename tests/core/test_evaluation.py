import json

import numpy as np

from cdul_app.core.evaluation import evaluate_labels
from cdul_app.core.label_kinds import LabelKind


def test_kinds_that_exist_are_measured_in_percent_and_fit_json() -> None:
    truth = np.array([[1, 0], [0, 0], [1, 0]])
    scores = np.array([[0.9, 0.2], [0.1, 0.1], [np.nan, np.nan]])
    result = evaluate_labels(
        truth, {LabelKind.GLOBAL: scores}, np.array([0.5, 0.5]), ["dog", "cat"]
    )
    measured = json.loads(json.dumps(result))
    assert measured["images"] == 3
    assert list(measured["labels"]) == ["global"]
    # An unscored photo ranks last: precision 1 for the first positive, 2/3 for the second.
    assert measured["labels"]["global"]["AP"] == {"dog": 83.333, "cat": None}
    assert measured["labels"]["global"]["mAP"] == 83.333
    assert measured["labels"]["global"]["macro_F1"] == 66.667
