"""What is claimed while a class is calibrated, held against the truth after every answer."""

import numpy as np

from cdul_app.measures.calibration import calibrate_threshold
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes


def figures(labels, truth):
    """Precision, recall and F1; None of nothing."""
    hits, labelled, shown = (int(each.sum()) for each in (labels & truth, labels, truth))
    return {
        "precision": hits / labelled if labelled else None,
        "recall": hits / shown if shown else None,
        "f1": 2 * hits / (labelled + shown) if labelled + shown else None,
    }


def false_claims(scores, truth, pooled=None, most=None):
    """Answers by truth to the questions as they are asked; each claim that is not true.

    A share is claimed of the labels as scores give them.  What a sentence says at least is claimed
    of the labels as they are shown, too, where a person's answers have been applied.
    """
    answers = np.full(len(scores), UNOBSERVED, dtype=np.int8)
    false = []
    for asked in range(len(scores) + 1 if most is None else most + 1):
        found = calibrate_threshold(scores, answers, pooled_threshold=pooled)
        labels = scores >= found.threshold
        shown = predicted_classes(scores[:, None], np.array([found.threshold]), answers[:, None])
        for name, value in figures(labels, truth).items():
            claimed = getattr(found.labels, name)
            at_least = figures(shown[:, 0], truth)[name]
            if value is not None and not claimed.low - 1e-9 <= value <= claimed.high + 1e-9:
                false.append((asked, name, value, claimed))
            if at_least is not None and at_least < claimed.low - 1e-9:
                false.append((asked, name, at_least, claimed))
        if found.question is None:
            break
        answers[found.question] = truth[found.question]
    return false, found.labels
