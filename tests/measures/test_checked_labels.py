"""What is told while a class is calibrated is true after every answer, whatever the scores are."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.checked_labels import CheckedLabels, count_checked
from cdul_app.measures.reviews import NO, YES
from cdul_app.measures.thresholds import pooled_threshold
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.similarity import class_similarities
from tests.measures.calibration_claims import false_claims

SIMULATIONS = 12
SHAPES = {  # photos, those that show the class, how far their scores lie above the others' (sigma)
    "3 of 128, seen a little": (128, 3, 1.2),
    "3 of 128, seen well": (128, 3, 3.0),
    "3 of 128, not seen": (128, 3, 0.0),
    "1 of 128": (128, 1, 2.0),
    "0 of 128": (128, 0, 0.0),
    "60 of 128": (128, 60, 1.5),
    "30 of 500": (500, 30, 2.0),
    "30 of 500, taken for its opposite": (500, 30, -2.0),
    "30 of 500, well apart": (500, 30, 6.0),
}


def make_class(random, photos, positives, distance):
    """Scores and truth; about ten photos in 128 lie in the upper group."""
    truth = np.zeros(photos, dtype=bool)
    truth[random.choice(photos, positives, replace=False)] = True
    logits = random.normal(-3, 0.7, photos) + distance * truth
    logits[random.choice(photos, photos // 13, replace=False)] += 2.5
    return 1 / (1 + np.exp(-logits)), truth


@pytest.mark.parametrize("shape", SHAPES)
def test_after_every_answer_what_is_claimed_is_true(shape):
    for seed in range(SIMULATIONS):
        scores, truth = make_class(np.random.default_rng(seed), *SHAPES[shape])
        false, last = false_claims(scores, truth, most=60)
        assert not false, (seed, false[0])
        assert last.left == len(scores) - 60


def test_once_all_are_answered_the_bounds_are_the_figures():
    scores, truth = make_class(np.random.default_rng(0), 128, 12, 2.0)
    false, last = false_claims(scores, truth)
    assert not false
    assert last.left == 0
    assert last.precision.low == last.precision.high
    assert last.recall.low == last.recall.high


def test_what_is_claimed_on_real_scores_is_true(shared_dir: Path):
    """RN50x64; `bench_report` asks the same of any scored folder."""
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as data:
        truth = data["truth"][:500] == YES
        soft = [
            class_similarities(data[name][:500], temperature=0.03)
            for name in ("global_cosine_centred", "local_max_cosine")
        ]
    scores = combine_global_local(*soft)
    pooled = pooled_threshold(scores)
    for column in range(truth.shape[1]):
        false, _ = false_claims(scores[:, column], truth[:, column], pooled, most=25)
        assert not false, (column, false[0])


def test_before_any_answer_nothing_is_claimed():
    nothing = CheckedLabels(10, 0, 0, 118, 0, 0)
    for name in ("precision", "recall"):
        assert (getattr(nothing, name).low, getattr(nothing, name).high) == (0, 1)
    assert nothing.sentences("bird") == [
        "The app labelled 10 photos bird; you have checked none of them.",
        "You have checked none of the 118 photos without it.",
    ]


def test_the_counts_are_told_in_words():
    assert CheckedLabels(10, 8, 1, 118, 5, 0).sentences("bird") == [
        "The app labelled 10 photos bird; you checked 8: 1 was right.",
        "Of the 118 photos without it you checked 5: none shows bird.",
    ]
    known = CheckedLabels(40, 40, 39, 1, 1, 1)
    assert known.sentences("bird") == [
        "The app labelled 40 photos bird; you checked all: 39 were right. At least "
        "97\N{NO-BREAK SPACE}% of these labels are right.",
        "Of the 1 photo without it you checked all: 1 shows bird. At least 97\N{NO-BREAK SPACE}% "
        "of all bird photos have the label.",
    ]
    assert CheckedLabels(0, 0, 0, 3, 3, 2).sentences("bird")[0] == "The app labelled no photo bird."


def test_photos_without_a_score_count_nowhere():
    labels = np.array([True, False, False])
    found = count_checked(labels, np.array([True, True, False]), np.array([YES, NO, YES]))
    assert found == CheckedLabels(1, 1, 1, 1, 1, 0)
