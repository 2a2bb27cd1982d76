"""Photos drawn into train, val and test so that each class is in each part in its share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def multi_label_split(
    labels: NDArray[np.bool_], shares: Sequence[float], *, seed: int
) -> NDArray[np.int8]:
    """Iterative stratification (Sechidis et al. 2011, algorithm 1): the rarest class first.

    labels : (n_photos, n_classes); shares : of each part, positive, they need not sum to 1.
    Returns (n_photos,) the part of each photo, the same for the same labels and seed.
    Raises ValueError for no share, or one that is not positive.

    >>> multi_label_split(np.eye(2, dtype=bool).repeat(2, axis=0), (1, 1), seed=0).tolist()
    [1, 0, 1, 0]
    """
    if not len(shares) or min(shares) <= 0:
        raise ValueError("shares must be positive")
    share = np.asarray(shares, dtype=np.float64) / sum(shares)
    random = np.random.default_rng(seed)
    parts = np.full(len(labels), -1, dtype=np.int8)
    left = labels.sum(axis=0).astype(np.int64)  # photos of each class that have no part yet
    wanted_of_class = np.outer(left, share)  # (n_classes, n_parts), how many each part still wants
    wanted = len(labels) * share  # (n_parts,)
    while (left > 0).any():
        column = int(np.where(left > 0, left, np.iinfo(np.int64).max).argmin())
        photos = np.flatnonzero(labels[:, column] & (parts < 0))
        for photo in random.permutation(photos).tolist():
            parts[photo] = part = _neediest(wanted_of_class[column], wanted, random)
            wanted_of_class[labels[photo], part] -= 1
            wanted[part] -= 1
        left -= labels[photos].sum(axis=0)
    for photo in random.permutation(np.flatnonzero(parts < 0)).tolist():  # without a label
        parts[photo] = part = _neediest(wanted, wanted, random)
        wanted[part] -= 1
    return parts


def _neediest(
    first: NDArray[np.float64], then: NDArray[np.float64], random: np.random.Generator
) -> int:
    """The part that wants most of the class, of those most photos, of those any."""
    best = np.flatnonzero(first == first.max())
    best = best[then[best] == then[best].max()]
    return int(best[0] if len(best) == 1 else random.choice(best))
