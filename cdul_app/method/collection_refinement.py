"""Pseudo labels refined by the collection: neighbours and an out-of-fold student beside CLIP.

Ours; CDUL's own refinement is `method.refinement`.  Gains over the initial labels are in
`tests.benchmarks.quality.collection_choices`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.aggregation import aggregate_extremes, combine_global_local
from cdul_app.method.arrays import FloatArray
from cdul_app.method.evidence import view_similarities
from cdul_app.method.neighbours import ReferencePhotos, neighbour_labels
from cdul_app.method.student import Student

# Gain in mAP over the initial labels of random subsets of 16, 32, 64 and 125 photos: VOC 0.2, 0.4,
# 0.7 and 0.8, demo scenes -0.4, 0.0, 0.6 and 1.3.
FEWEST_PHOTOS = 32
MOST_KNOTS = 512


def sample_rows(photo_count: int, most: int, *, seed: int) -> NDArray[np.int64]:
    """Sorted rows of all photos, or of a seeded sample; a smaller one is part of a larger one."""
    chosen = np.random.default_rng(seed).permutation(photo_count)[:most]
    return np.sort(chosen).astype(np.int64)


@dataclass(frozen=True)
class VoiceWeights:
    """What neighbours and student count beside the initial labels, which count the rest of 1.

    >>> VoiceWeights(0.25, 0.25).mix(np.array([0.4]), np.array([0.8]), np.array([0.0])).round(2)
    array([0.4], dtype=float32)
    """

    neighbours: float  # in [0, 0.5]
    student: float

    @classmethod
    def of(cls, initial: FloatArray, neighbours: FloatArray, student: FloatArray) -> "VoiceWeights":
        """By agreement, without truth: half the share of the initial labels' variance that a voice
        explains of photos whose own labels it did not know.

        All (n_photos, n_classes); the voices out of fold.
        """
        return cls(agreement(initial, neighbours) / 2, agreement(initial, student) / 2)

    def mix(
        self, initial: FloatArray, neighbours: FloatArray, student: FloatArray
    ) -> NDArray[np.float32]:
        """The weighted mean; all (n_photos, n_classes), as the result."""
        rest = 1 - self.neighbours - self.student
        mixed = rest * initial + self.neighbours * neighbours + self.student * student
        return np.asarray(mixed, dtype=np.float32)


def agreement(initial: FloatArray, voice: FloatArray) -> float:
    """Squared correlation over all classes, of each class's deviations from its mean; in [0, 1].

    Both (n_photos, n_classes).  0 for fewer than 32 photos or for labels that do not differ.

    >>> labels = np.eye(32)
    >>> round(agreement(labels, 0.1 + labels / 2), 3), agreement(labels, 1 - labels)
    (1.0, 0.0)
    """
    if len(initial) < FEWEST_PHOTOS:
        return 0.0
    first, second = (
        np.asarray(values, dtype=np.float64) - np.mean(values, axis=0, dtype=np.float64)
        for values in (initial, voice)
    )
    power = float((first**2).sum() * (second**2).sum())
    shared = max(float((first * second).sum()), 0.0)
    return min(shared**2 / power, 1.0) if power > 0 else 0.0


def keep_distribution(mixed: FloatArray, initial: FloatArray) -> NDArray[np.float32]:
    """Of each class the initial labels' values, in the order of the mixed ones.

    A mean of several voices is less decided than the initial labels are, and a threshold would cut
    twice as many photos of it: which photo is how likely changes, how many are does not.

    Both (n_photos, n_classes), as the result.

    >>> keep_distribution(np.array([[0.3], [0.2], [0.4]]), np.array([[0.0], [0.1], [0.9]]))
    array([[0.1],
           [0. ],
           [0.9]], dtype=float32)
    """
    ranks = np.argsort(np.argsort(mixed, axis=0, kind="stable"), axis=0)
    values = np.take_along_axis(np.sort(initial, axis=0), ranks, axis=0)
    return np.asarray(values, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class CollectionClassifier:
    """All that labels a new photo by what a collection has taught."""

    class_embeddings: NDArray[np.float32]  # (n_classes, dim), unit
    temperature: float  # the encoder's own, of the attention over snippets
    label_temperature: float  # of the labels that were learnt from
    zeta: float  # held against scores at the encoder's own temperature
    student: Student
    reference: ReferencePhotos
    weights: VoiceWeights
    knots: NDArray[np.float32]  # (n_knots, 2, n_classes): mixed labels, and the final ones

    def scores(self, views: NDArray[np.float16]) -> NDArray[np.float32]:
        """views : (n_photos, 1 + n_snippets, dim), as those it has learnt from.

        Returns (n_photos, n_classes) in [0, 1], on the scale of the refined labels.
        """
        texts = self.class_embeddings
        whole, local = view_similarities(views, texts, temperature=self.label_temperature)
        sharp = local
        if self.zeta and self.temperature != self.label_temperature:
            _, sharp = view_similarities(views, texts, temperature=self.temperature)
        aggregated = aggregate_extremes(
            local.max(axis=1), local.min(axis=1), zeta=self.zeta, seen=sharp.max(axis=1)
        )
        initial = combine_global_local(whole, aggregated)
        mixed = self.weights.mix(
            initial,
            neighbour_labels(views, self.reference),
            self.student.scores(views, texts, temperature=self.temperature),
        )
        columns = [
            np.interp(mixed[:, column], *self.knots[:, :, column].T)
            for column in range(mixed.shape[1])
        ]
        return np.stack(columns, axis=1).astype(np.float32)


def distribution_knots(mixed: FloatArray, initial: FloatArray) -> NDArray[np.float32]:
    """`keep_distribution` for new photos: (n_knots, 2, n_classes), what is mapped to what.

    Both (n_photos, n_classes).  The ends reach beyond all that can be mixed, so that photos beyond
    those of the collection keep their order.
    """
    places = np.linspace(0, len(mixed) - 1, min(MOST_KNOTS, len(mixed))).round().astype(np.int64)
    inner = np.stack([np.sort(values, axis=0)[places] for values in (mixed, initial)], axis=1)
    ends = np.broadcast_to(np.array([[-1.0, 0.0], [2.0, 1.0]])[:, :, None], (2, 2, mixed.shape[1]))
    return np.concatenate([ends[:1], inner, ends[1:]]).astype(np.float32)
