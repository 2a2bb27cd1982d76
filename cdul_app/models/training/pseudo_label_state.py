"""The pseudo labels during training: targets for step A, moved by step B."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import BoolArray, FloatArray, IntArray
from cdul_app.method.refinement import (
    logits_to_probabilities,
    probabilities_to_logits,
    refine_pseudo_labels,
)


@dataclass(frozen=True)
class LabelMove:
    """What one refinement did to the labels of the photos trained on."""

    mean_change: float = 0.0  # mean absolute move, in [0, 1]
    flipped: int = 0  # labels that crossed 0.5
    change_by_class: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    flips_by_class: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


class PseudoLabelState:
    """Latent pseudo labels of the photos trained on; answers are exact and stay.

    logits : (n_rows, n_classes) float32.  One precision throughout, so that a run that was
    resumed from a file goes on with the very numbers of one that was not.
    """

    def __init__(self, pseudo_labels: FloatArray, answers: IntArray) -> None:
        self.logits = probabilities_to_logits(pseudo_labels).astype(np.float32)
        self._answers = answers
        self._observed: BoolArray = np.asarray(answers != UNOBSERVED)

    def labels(self) -> FloatArray:
        """Current pseudo labels, (n_rows, n_classes) float32; the answer where there is one."""
        soft = logits_to_probabilities(self.logits).astype(np.float32)
        return np.where(self._observed, self._answers.astype(np.float32), soft)

    def weights(self, answer_weight: float) -> NDArray[np.float32]:
        """What each label counts in the loss, (n_rows, n_classes)."""
        return np.where(self._observed, np.float32(answer_weight), np.float32(1))

    def refine(
        self, rows: IntArray, classifier_logits: FloatArray, *, sigma: float, eta: float | None
    ) -> LabelMove:
        """Move the labels of `rows` towards `classifier_logits` (len(rows), n_classes)."""
        if len(rows) == 0:
            return LabelMove()
        old = self.logits[rows]
        new = refine_pseudo_labels(
            old,
            classifier_logits.astype(np.float32),
            sigma=sigma,
            eta=eta,
            observed=self._observed[rows],
        ).astype(np.float32)
        self.logits[rows] = new
        change = np.abs(logits_to_probabilities(new) - logits_to_probabilities(old))
        flips = ((old >= 0) != (new >= 0)).sum(axis=0)
        return LabelMove(float(change.mean()), int(flips.sum()), change.mean(axis=0), flips)
