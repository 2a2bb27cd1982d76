import numpy as np

from cdul_app.measures.reviews import (
    NO,
    UNOBSERVED,
    YES,
    disagreements,
    predicted_classes,
    uncertainty,
)

scores = np.array([[0.9, 0.1], [0.31, 0.1], [np.nan, np.nan]], dtype=np.float32)
thresholds = np.array([0.3, 0.3], dtype=np.float32)


def test_answers_win_over_scores() -> None:
    answers = np.array([[NO, UNOBSERVED], [UNOBSERVED, YES], [YES, NO]], dtype=np.int8)
    assert predicted_classes(scores, thresholds, answers).tolist() == [
        [False, False],
        [True, True],
        [True, False],
    ]
    assert predicted_classes(scores, thresholds).tolist()[2] == [False, False]
    assert disagreements(scores, thresholds, answers).tolist() == [True, True, True]


def test_a_photo_near_a_cut_is_most_uncertain() -> None:
    values = uncertainty(scores, thresholds)
    assert values[1] > values[0]
    assert np.isnan(values[2])
