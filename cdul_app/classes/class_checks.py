"""Classes that cannot be told apart: by their texts, and on the photos of a collection."""

from collections.abc import Sequence

import numpy as np

from cdul_app.language import ntr, tr
from cdul_app.method.arrays import FloatArray, as_floats

# Cosines of texts all lie near 1 in one encoder and near 0 in another; less their mean they are
# comparable.  ours: of two encoders, sofa and couch 0.79, man and woman 0.74, but cat and kitten
# 0.66, bicycle and motorbike 0.62, cat and dog 0.44 to 0.52.
SAME_MEANING = 0.7
# ours: on 500 photos cat and kitten 0.94, sofa and couch 0.96, but bicycle and motorbike 0.70,
# cow and horse 0.65; of 80 names only “dog” and “hot dog” come above it.
SAME_ON_PHOTOS = 0.9
_LONGEST_NAME = 28  # letters of one in a sentence
_MOST_NAMES = 8
_MOST_PAIRS = 3  # named in one sentence
_ROWS_AT_ONCE = 512
_FEWEST_PHOTOS = 20

Pair = tuple[int, int, float]


def near_duplicates(class_embeddings: FloatArray, reference: FloatArray) -> list[Pair]:
    """Pairs of classes whose texts mean the same to the encoder, most alike first.

    class_embeddings : (n_classes, dim), unit; reference : (n, dim), texts of other things, which
    show what the encoder's texts have in common.  Returns (first, second, centred cosine), the
    cosine at least SAME_MEANING.  Raises ValueError for dimensions that differ.

    >>> sofa, couch, dog, others = [0.8, 0.6], [0.78, 0.63], [-1, 0], np.array([[0, 1], [0, -1]])
    >>> [pair[:2] for pair in near_duplicates(np.array([sofa, couch, dog]), others)]
    [(0, 1)]
    """
    classes = as_floats(class_embeddings)
    if len(classes) < 2:
        return []
    everything = np.concatenate([classes, as_floats(reference)])
    centred = _unit(classes - everything.mean(axis=0))
    return _pairs(centred, SAME_MEANING)


def same_prompts(prompts: Sequence[tuple[str, ...]]) -> list[Pair]:
    """Pairs of classes that the encoder reads the same texts for, with a cosine of 1.

    Case makes no other text: CLIP's tokenizer does not see it.
    """
    first: dict[tuple[str, ...], int] = {}
    pairs = []
    for place, texts in enumerate(prompts):
        earlier = first.setdefault(tuple(text.casefold() for text in texts), place)
        if earlier != place:
            pairs.append((earlier, place, 1.0))
    return pairs


def alike_on_photos(cosines: FloatArray, others: FloatArray) -> list[Pair]:
    """Pairs of classes whose cosines rise and fall together over a collection, most alike first.

    cosines : (n_photos, n_classes), of whole photos; others : (n_photos, n), with texts of other
    things.  The mean of all texts of a photo counts for nothing, as in a softmax; over few classes
    alone it would tie those together that no photo shows.
    Returns (first, second, correlation), at least SAME_ON_PHOTOS; none for fewer than 20 photos.
    Raises ValueError for other shapes.
    """
    values = as_floats(cosines).astype(np.float64)
    if values.ndim != 2 or others.ndim != 2 or len(others) != len(values):
        raise ValueError(f"expected rows of the same photos, got {values.shape}, {others.shape}")
    if len(values) < _FEWEST_PHOTOS:
        return []
    values = values - np.concatenate([values, others], axis=1).mean(axis=1, keepdims=True)
    return _pairs(_unit((values - values.mean(axis=0)).T), SAME_ON_PHOTOS)


def duplicate_sentence(names: Sequence[str], pairs: Sequence[Pair]) -> str:
    """What to tell of `near_duplicates`; empty for none."""
    if not pairs:
        return ""
    return tr(
        "{names} mean nearly the same to the encoder, and share the score of each photo: keep one "
        "of them, or describe each with a prompt of its own.",
        names=_named(names, pairs),
    )


def alike_sentence(names: Sequence[str], pairs: Sequence[Pair]) -> str:
    """What to tell of `alike_on_photos`; empty for none."""
    if not pairs:
        return ""
    return tr(
        "On these photos the encoder cannot tell {names} apart: their labels come and go "
        "together. Prompts that say what differs may help.",
        names=_named(names, pairs),
    )


def unseen_sentence(names: Sequence[str]) -> str:
    """What to tell of classes that no photo's score speaks for (see `measures.thresholds.is_seen`);
    empty for none."""
    if not names:
        return ""
    shown = [_quoted(name) for name in names[:_MOST_NAMES]]
    if more := len(names) - len(shown):
        shown.append(tr("{more} more", more=more))
    return tr(
        "On these photos the encoder does not see {names}: no photo is labelled so until you "
        "answer yes for one. Other words may help.",
        names=", ".join(shown),
    )


def _pairs(unit: FloatArray, least: float) -> list[Pair]:
    """Pairs of rows of unit (n, dim) with a product of at least `least`, highest first."""
    found: list[Pair] = []
    for start in range(0, len(unit), _ROWS_AT_ONCE):
        products = unit[start : start + _ROWS_AT_ONCE] @ unit.T
        for row, column in np.argwhere(products >= least):
            if start + row < column:
                value = min(1.0, float(products[row, column]))
                found.append((int(start + row), int(column), value))
    return sorted(found, key=lambda pair: (-pair[2], pair[:2]))


def _quoted(name: str) -> str:
    """So that a sentence about long names is still one to read."""
    return f"“{name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + '…'}”"


def _named(names: Sequence[str], pairs: Sequence[Pair]) -> str:
    shown = [
        tr("{first} and {second}", first=_quoted(names[first]), second=_quoted(names[second]))
        for first, second, _ in pairs[:_MOST_PAIRS]
    ]
    more = len(pairs) - len(shown)
    if more:
        shown.append(ntr("{n} more pair", "{n} more pairs", more))
    return "; ".join(shown)


def _unit(values: FloatArray) -> FloatArray:
    """Rows of length 1; a row that is 0 but for rounding stays 0."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return np.where(lengths > 1e-6, values / np.maximum(lengths, 1e-6), 0.0)
