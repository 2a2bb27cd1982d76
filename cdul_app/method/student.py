"""A linear student of the initial pseudo labels: what it says of photos that it has not seen.

Ours.  It reads the whole photo and, of each class, the snippets that look most like it.  Fitted
to the labels of most photos it predicts those of the rest: an error of the encoder that the other
photos do not share is smoothed away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import FloatArray, IntArray
from cdul_app.method.similarity import view_cosines

FOLDS = 5
MOST_STUDENT_PHOTOS = 5000  # a seeded sample of more teaches 1,000 weights a class as well
# mAP of the mix with the initial labels hardly depends on the next two: between 0.2 and 1, and
# 0.5 and 1, within 0.3 on 500 VOC photos and 0.5 on demo scenes.
PENALTY = 0.5  # of ridge regression, in mean squared distances of a photo from the mean
WHOLE_SHARE = 0.5  # of the whole photo beside the pooled snippets
_POOLED_NUMBERS = 2**23  # 32 MB of float32
_PHOTOS_AT_ONCE = 1024


@dataclass(frozen=True, eq=False)
class Student:
    """One linear function a class of [whole photo, class-attention pool]."""

    weights: NDArray[np.float32]  # (n_classes, 2 * dim)
    bias: NDArray[np.float32]  # (n_classes,)

    @classmethod
    def of(cls, fits: Sequence["StudentFit"]) -> "Student":
        """From fits of some classes each, in their order."""
        return cls(
            np.concatenate([fit.weights for fit in fits]),
            np.concatenate([fit.bias for fit in fits]),
        )

    def scores(
        self,
        views: NDArray[np.float16],
        class_embeddings: FloatArray,
        *,
        temperature: float,
    ) -> NDArray[np.float32]:
        """views : (n_photos, 1 + n_snippets, dim).  Returns (n_photos, n_classes), near [0, 1]."""
        dim = views.shape[2]
        of_whole, of_pooled = self.weights[:, :dim], self.weights[:, dim:]
        found = np.empty((len(views), len(self.bias)), dtype=np.float32)
        size = max(1, _POOLED_NUMBERS // (len(self.bias) * dim))
        for start in range(0, len(views), size):
            part = views[start : start + size]
            whole = WHOLE_SHARE * part[:, 0].astype(np.float32)
            pooled = class_attention_pool(part, class_embeddings, temperature=temperature)
            found[start : start + size] = (
                whole @ of_whole.T + np.einsum("ncd,cd->nc", pooled, of_pooled) + self.bias
            )
        return found


@dataclass(frozen=True, eq=False)
class StudentFit:
    """What was learnt of some classes."""

    weights: NDArray[np.float32]  # (n_classes, 2 * dim), from all photos
    bias: NDArray[np.float32]  # (n_classes,)
    out_of_fold: NDArray[np.float32]  # (n_photos, n_classes), each from the other folds' photos


def class_attention_pool(
    views: NDArray[np.float16], class_embeddings: FloatArray, *, temperature: float
) -> NDArray[np.float32]:
    """Of each photo and class the mean of the snippets, those that look like it counting most.

    views : (n_photos, 1 + n_snippets, dim), row 0 the whole photo, which is not pooled;
    class_embeddings : (n_classes, dim), unit; temperature : > 0, of the softmax over snippets.
    Returns (n_photos, n_classes, dim), unit norm.

    >>> views = np.eye(3, dtype=np.float16)[None]  # a whole photo and two snippets
    >>> class_attention_pool(views, np.eye(3)[1:], temperature=0.1).round(2)[0]
    array([[0., 1., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    snippets = (views[:, 1:] if views.shape[1] > 1 else views).astype(np.float32)
    logits = view_cosines(snippets, class_embeddings) / np.float32(temperature)
    attention = np.exp(logits - logits.max(axis=1, keepdims=True))  # (n_photos, n_snippets, ...)
    pooled = np.asarray(attention.swapaxes(1, 2) @ snippets)
    length = np.linalg.norm(pooled, axis=-1, keepdims=True)
    return np.asarray(pooled / np.maximum(length, np.float32(1e-12)))


def student_folds(photo_count: int, *, seed: int) -> NDArray[np.int64]:
    """(photo_count,) the fold of each photo, of nearly the same size.

    >>> np.bincount(student_folds(12, seed=0))
    array([3, 3, 2, 2, 2])
    """
    folds = np.arange(photo_count) % min(FOLDS, photo_count)
    return np.random.default_rng(seed).permutation(folds)


def class_blocks(photo_count: int, class_count: int, dim: int) -> list[slice]:
    """Classes that are fitted at once: as many as memory for their pooled snippets allows."""
    size = max(1, _POOLED_NUMBERS // max(1, photo_count * dim))
    return [slice(start, start + size) for start in range(0, class_count, size)]


def fit_student(
    views: NDArray[np.float16],
    labels: FloatArray,
    class_embeddings: FloatArray,
    *,
    temperature: float,
    folds: IntArray,
) -> StudentFit:
    """Ridge regression of each class's labels, on all photos and out of fold.

    views : (n_photos, 1 + n_snippets, dim); labels : (n_photos, n_classes) in [0, 1];
    class_embeddings : (n_classes, dim), unit; folds : (n_photos,), from 0, at least two.
    Raises ValueError for a single fold.

    >>> views = np.eye(2, dtype=np.float16)[np.arange(40) % 2][:, None].repeat(2, axis=1)
    >>> labels, folds = np.eye(2)[np.arange(40) % 2], student_folds(40, seed=0)
    >>> fit = fit_student(views, labels, np.eye(2), temperature=0.01, folds=folds)
    >>> fit.out_of_fold[:2].round(1)
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    if folds.max() == 0:
        raise ValueError("out of fold needs at least two photos")
    photos, dim = len(views), views.shape[2]
    whole = WHOLE_SHARE * views[:, 0].astype(np.float32)
    pooled = np.empty((len(class_embeddings), photos, dim), dtype=np.float32)
    for start in range(0, photos, _PHOTOS_AT_ONCE):
        rows = slice(start, start + _PHOTOS_AT_ONCE)
        found = class_attention_pool(views[rows], class_embeddings, temperature=temperature)
        pooled[:, rows] = found.swapaxes(0, 1)
    order = np.argsort(folds, kind="stable")  # photos of a fold side by side
    ends = np.cumsum(np.bincount(folds)).tolist()
    parts = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    weights = np.empty((len(class_embeddings), 2 * dim), dtype=np.float32)
    bias = np.empty(len(class_embeddings), dtype=np.float32)
    out_of_fold = np.empty(labels.shape, dtype=np.float32)
    for column, of_class in enumerate(pooled):
        features = np.concatenate([whole, of_class], axis=1)[order]
        targets = labels[order, column].astype(np.float32)
        ridge = _RidgeOfFew if photos < 2 * dim else _RidgeOfMany
        all_photos, *others = ridge(features, targets, parts).solutions()
        weights[column], bias[column] = all_photos
        for part, (slope, offset) in zip(parts, others, strict=True):
            out_of_fold[order[part], column] = features[part] @ slope + offset
    return StudentFit(weights, bias, out_of_fold)


_Solution = tuple[NDArray[np.float32], float]  # slope (width,) and offset


class _RidgeOfMany:
    """Of more photos than features: sums of products, which add up over folds."""

    def __init__(
        self,
        features: NDArray[np.float32],
        targets: NDArray[np.float32],
        parts: Sequence[slice],
    ) -> None:
        """features : (n_photos, width); targets : (n_photos,); parts : of the folds."""
        self._middle = features.mean(axis=0)  # taken away first, for precision
        extended = np.empty((len(features), features.shape[1] + 2), dtype=np.float32)
        extended[:, :-2] = features - self._middle
        extended[:, -2], extended[:, -1] = targets, 1
        self._products = [extended[part].T @ extended[part] for part in parts]

    def solutions(self) -> list[_Solution]:
        """From all photos, then without each fold."""
        total = np.sum(self._products, axis=0)
        penalty = PENALTY * max(float(np.trace(total[:-2, :-2])) / float(total[-1, -1]), 1e-12)
        lefts = (total, *(total - part for part in self._products))
        return [self._solve(left, penalty) for left in lefts]

    def _solve(self, products: NDArray[np.float32], penalty: float) -> _Solution:
        count = products[-1, -1]
        mean = products[:-1, -1] / count  # of the features and the target
        centred = products[:-1, :-1] - count * np.outer(mean, mean)
        square = centred[:-1, :-1]
        square[np.diag_indices_from(square)] += np.float32(penalty)
        slope = np.linalg.solve(square, centred[:-1, -1])
        return slope, float(mean[-1] - (self._middle + mean[:-1]) @ slope)


class _RidgeOfFew:
    """Of fewer photos than features: the same solutions from the photos' products with each
    other."""

    def __init__(
        self,
        features: NDArray[np.float32],
        targets: NDArray[np.float32],
        parts: Sequence[slice],
    ) -> None:
        """As _RidgeOfMany."""
        self._features, self._targets, self._parts = features, targets, parts

    def solutions(self) -> list[_Solution]:
        """From all photos, then without each fold."""
        spread = float(((self._features - self._features.mean(axis=0)) ** 2).sum(axis=1).mean())
        penalty = PENALTY * max(spread, 1e-12)
        every = np.arange(len(self._features))
        lefts = (every, *(np.delete(every, part) for part in self._parts))
        return [self._solve(left, penalty) for left in lefts]

    def _solve(self, rows: IntArray, penalty: float) -> _Solution:
        mean, target = self._features[rows].mean(axis=0), float(self._targets[rows].mean())
        centred = self._features[rows] - mean
        products = centred @ centred.T
        products[np.diag_indices_from(products)] += np.float32(penalty)
        slope = centred.T @ np.linalg.solve(products, self._targets[rows] - np.float32(target))
        return slope, target - float(mean @ slope)
