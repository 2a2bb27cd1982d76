"""A linear student of the initial pseudo labels: what it says of photos that it has not seen.

Ours.  It reads the whole photo and, of each class, the snippets that look most like it.  Fitted
to the labels of most photos it predicts those of the rest: an error of the encoder that the other
photos do not share is smoothed away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.method.arrays import FloatArray, IntArray
from cdul_app.method.half_vectors import widened
from cdul_app.method.similarity import view_cosines

FOLDS = 5
MOST_STUDENT_PHOTOS = 5000  # a seeded sample of more teaches 1,000 weights a class as well
# mAP of the mix with the initial labels hardly depends on the next two: between 0.2 and 1, and
# 0.5 and 1, within 0.3 on 500 VOC photos and 0.5 on demo scenes.
PENALTY = 0.5  # of ridge regression, in mean squared distances of a photo from the mean
WHOLE_SHARE = 0.5  # of the whole photo beside the pooled snippets
_POOLED_NUMBERS = 2**23  # 32 MB of float32
_PHOTOS_AT_ONCE = 1024
_SCORED_AT_ONCE = 128  # photos, which stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Student:
    """One linear function a class of [whole photo, class-attention pool]."""

    weights: NDArray[np.float32]  # (n_classes, 2 * dim)
    bias: NDArray[np.float32]  # (n_classes,)

    @classmethod
    def of(cls, fit: "StudentFit") -> "Student":
        return cls(fit.weights, fit.bias)

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
        for start in range(0, len(views), _SCORED_AT_ONCE):
            part = views[start : start + _SCORED_AT_ONCE]
            whole = WHOLE_SHARE * widened(part[:, 0])
            snippets, attention = _attention(part, class_embeddings, temperature=temperature)
            # What `class_attention_pool` gives is not made: its products with the weights are those
            # of the snippets, and its length follows from their products with each other.
            said = (attention * (snippets @ of_pooled.T)).sum(axis=1)
            among = snippets @ snippets.swapaxes(1, 2)  # (n_photos, n_snippets, n_snippets)
            square = (attention * (among @ attention)).sum(axis=1)
            length = np.sqrt(np.maximum(square, np.float32(1e-24)))
            found[start : start + _SCORED_AT_ONCE] = whole @ of_whole.T + said / length + self.bias
        return found


@dataclass(frozen=True, eq=False)
class StudentFit:
    """What was learnt of some classes."""

    weights: NDArray[np.float32]  # (n_classes, 2 * dim), from all photos
    bias: NDArray[np.float32]  # (n_classes,)
    out_of_fold: NDArray[np.float32]  # (n_photos, n_classes), each from the other folds' photos

    @classmethod
    def of(cls, fits: Sequence["StudentFit"]) -> "StudentFit":
        """Of some classes each, in their order."""
        return cls(
            np.concatenate([fit.weights for fit in fits]),
            np.concatenate([fit.bias for fit in fits]),
            np.concatenate([fit.out_of_fold for fit in fits], axis=1),
        )


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
    snippets, attention = _attention(views, class_embeddings, temperature=temperature)
    pooled = np.asarray(attention.swapaxes(1, 2) @ snippets)
    pooled /= np.maximum(np.sqrt(np.vecdot(pooled, pooled)), np.float32(1e-12))[..., None]
    return pooled


def _attention(
    views: NDArray[np.float16], class_embeddings: FloatArray, *, temperature: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The snippets (n_photos, n_snippets, dim) and what each counts for a class, (n_photos,
    n_snippets, n_classes), the most for it 1."""
    snippets = widened(views[:, 1:] if views.shape[1] > 1 else views)
    logits = view_cosines(snippets, class_embeddings) / np.float32(temperature)
    return snippets, np.exp(logits - logits.max(axis=1, keepdims=True))


def student_folds(photo_count: int, *, seed: int) -> NDArray[np.int64]:
    """(photo_count,) the fold of each photo, of nearly the same size.

    >>> np.bincount(student_folds(12, seed=0))
    array([3, 3, 2, 2, 2])
    """
    folds = np.arange(photo_count) % min(FOLDS, photo_count)
    return np.random.default_rng(seed).permutation(folds)


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
    fits = fits_by_class(views, labels, class_embeddings, temperature=temperature, folds=folds)
    return StudentFit.of(list(fits))


def fits_by_class(
    views: NDArray[np.float16],
    labels: FloatArray,
    class_embeddings: FloatArray,
    *,
    temperature: float,
    folds: IntArray,
) -> Iterator[StudentFit]:
    """`fit_student`, some classes after the other."""
    if folds.max() == 0:
        raise ValueError("out of fold needs at least two photos")
    photos, dim = len(views), views.shape[2]
    order = np.argsort(folds, kind="stable")  # photos of a fold side by side
    ends = np.cumsum(np.bincount(folds)).tolist()
    parts = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    whole = WHOLE_SHARE * widened(views[:, 0])[order]
    ridge = _RidgeOfFew(whole, parts) if photos < 2 * dim else _RidgeOfMany(whole, parts)
    # As many classes at once as memory for their pooled snippets allows.
    size = max(1, _POOLED_NUMBERS // max(1, photos * dim))
    for first in range(0, len(class_embeddings), size):
        block = slice(first, first + size)
        pooled = np.empty((len(class_embeddings[block]), photos, dim), dtype=np.float32)
        for start in range(0, photos, _PHOTOS_AT_ONCE):
            rows = slice(start, start + _PHOTOS_AT_ONCE)
            found = class_attention_pool(
                views[order[rows]], class_embeddings[block], temperature=temperature
            )
            pooled[:, rows] = found.swapaxes(0, 1)
        targets = labels[order, block].astype(np.float32)
        weights = np.empty((len(pooled), 2 * dim), dtype=np.float32)
        bias = np.empty(len(pooled), dtype=np.float32)
        out_of_fold = np.empty(targets.shape, dtype=np.float32)
        for column, of_class in enumerate(pooled):
            all_photos, *others = ridge.solutions(of_class, targets[:, column])
            weights[column], bias[column] = all_photos
            for part, (slope, offset) in zip(parts, others, strict=True):
                said = whole[part] @ slope[:dim] + of_class[part] @ slope[dim:] + offset
                out_of_fold[order[part], column] = said
        yield StudentFit(weights, bias, out_of_fold)


_Solution = tuple[NDArray[np.float32], float]  # slope (2 * dim,) and offset


class _RidgeOfMany:
    """Of more photos than features: sums of products, which add up over folds.

    Those of the whole photos are the same for each class.  Along the directions in which their
    sum is diagonal, one half of the equations is solved by a division whatever the penalty is; what
    is left for the pooled half is its Schur complement.
    """

    def __init__(self, whole: NDArray[np.float32], parts: Sequence[slice]) -> None:
        """whole : (n_photos, dim); parts : of the folds."""
        self._parts, self._middle = parts, whole.mean(axis=0)
        self._whole = whole - self._middle  # taken away first, for precision
        blocks = [self._whole[part] for part in parts]
        products = _all_and_others([block.T @ block for block in blocks])
        counts = _all_and_others([np.full(1, len(block), dtype=np.float32) for block in blocks])
        sums = _all_and_others([block.sum(axis=0) for block in blocks])
        self._power = float(np.trace(products[0]))
        self._counts, self._means = counts, [each / n for each, n in zip(sums, counts, strict=True)]
        self._axes = []
        for product, count, mean in zip(products, counts, self._means, strict=True):
            values, directions = np.linalg.eigh(
                (product - count * np.outer(mean, mean)).astype(np.float64)
            )
            self._axes.append((np.maximum(values, 0), directions.astype(np.float32)))

    def solutions(
        self, pooled: NDArray[np.float32], targets: NDArray[np.float32]
    ) -> list[_Solution]:
        """From all photos, then without each fold.  pooled : (n_photos, dim); targets :
        (n_photos,)."""
        middle = pooled.mean(axis=0)
        extended = np.empty((len(pooled), pooled.shape[1] + 2), dtype=np.float32)
        extended[:, :-2] = pooled - middle
        extended[:, -2], extended[:, -1] = targets, 1
        blocks = [extended[part] for part in self._parts]
        across = [self._whole[part].T @ of for part, of in zip(self._parts, blocks, strict=True)]
        products = _all_and_others([block.T @ block for block in blocks])
        power = self._power + float(np.trace(products[0][:-2, :-2]))
        penalty = PENALTY * max(power / len(pooled), 1e-12)
        middles = np.concatenate([self._middle, middle])
        return [
            self._solve(place, shared, own, penalty, middles)
            for place, (shared, own) in enumerate(
                zip(_all_and_others(across), products, strict=True)
            )
        ]

    def _solve(
        self,
        place: int,
        across: NDArray[np.float32],
        products: NDArray[np.float32],
        penalty: float,
        middles: NDArray[np.float32],
    ) -> _Solution:
        """across : (dim, dim + 2); products : (dim + 2, dim + 2)."""
        count, mean_whole = self._counts[place], self._means[place]
        values, directions = self._axes[place]
        mean = products[:-1, -1] / count  # of the pooled snippets and the target
        scale = (1 / np.sqrt(values + penalty)).astype(np.float32)
        shared = directions.T @ (across[:, :-1] - count * np.outer(mean_whole, mean))
        shared *= scale[:, None]
        left = products[:-1, :-1] - count * np.outer(mean, mean)
        left -= shared.T @ shared
        square = left[:-1, :-1]
        square[np.diag_indices_from(square)] += np.float32(penalty)
        of_pooled = np.linalg.solve(square, left[:-1, -1])
        of_whole = directions @ (scale * (shared[:, -1] - shared[:, :-1] @ of_pooled))
        slope = np.concatenate([of_whole, of_pooled])
        means = middles + np.concatenate([mean_whole, mean[:-1]])
        return slope, float(mean[-1] - means @ slope)


def _all_and_others(of_parts: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """The sum over all folds, then without each."""
    total = np.sum(of_parts, axis=0)
    return [total, *(total - part for part in of_parts)]


class _RidgeOfFew:
    """Of fewer photos than features: the same solutions from the photos' products with each
    other."""

    def __init__(self, whole: NDArray[np.float32], parts: Sequence[slice]) -> None:
        """As _RidgeOfMany."""
        self._whole, self._parts = whole, parts

    def solutions(
        self, pooled: NDArray[np.float32], targets: NDArray[np.float32]
    ) -> list[_Solution]:
        """As _RidgeOfMany."""
        features = np.concatenate([self._whole, pooled], axis=1)
        spread = float(((features - features.mean(axis=0)) ** 2).sum(axis=1).mean())
        penalty = PENALTY * max(spread, 1e-12)
        every = np.arange(len(features))
        lefts = (every, *(np.delete(every, part) for part in self._parts))
        return [_solve_few(features[rows], targets[rows], penalty) for rows in lefts]


def _solve_few(
    features: NDArray[np.float32], targets: NDArray[np.float32], penalty: float
) -> _Solution:
    mean, target = features.mean(axis=0), float(targets.mean())
    centred = features - mean
    products = centred @ centred.T
    products[np.diag_indices_from(products)] += np.float32(penalty)
    slope = centred.T @ np.linalg.solve(products, targets - np.float32(target))
    return slope, target - float(mean @ slope)
