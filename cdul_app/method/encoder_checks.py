"""Checks that an encoder's scores can be believed, on plain arrays."""

import numpy as np

from cdul_app.language import tr
from cdul_app.method.arrays import FloatArray, as_floats

# CLIP's training clips 1 / temperature to 100 and starts from 14; SigLIP learns about 110.
# The stored logarithm (4.6 for CLIP) taken for the scale would give a temperature of 0.22.
SANE_TEMPERATURES = (0.002, 0.15)

# A softmax that is nearly flat carries no answer.  "Clearly above 1 / C": at least half as much
# again over few classes, twice over many, where CLIP at its own temperature gives far more.
_CLEARLY_ABOVE = 1.5
_CLEARLY_ABOVE_MANY = 2.0
_MANY_CLASSES = 10


def check_temperature(similarities: FloatArray) -> str | None:
    """A sentence of warning where the softmax is nearly flat, None where it is not.

    similarities : (n_views, n_classes), each row sums to 1, of a sample
    of views.  Two classes are judged by the same rule in a milder form; one class, or no view,
    cannot be judged.
    Raises ValueError for another number of axes or values that are not finite.

    >>> check_temperature(np.array([[0.9, 0.06, 0.04], [0.2, 0.7, 0.1]])) is None
    True
    >>> print(check_temperature(np.array([[0.34, 0.33, 0.33]]))[:73])
    The scores are nearly flat: the best of 3 classes gets 34.0 % on average,
    """
    values = as_floats(similarities)
    if values.ndim != 2:
        raise ValueError(f"similarities must be (n_views, n_classes), got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("similarities must be finite")
    view_count, class_count = values.shape
    if view_count == 0 or class_count < 2:
        return None
    chance = 1 / class_count
    factor = _CLEARLY_ABOVE_MANY if class_count >= _MANY_CLASSES else _CLEARLY_ABOVE
    # Half way to certainty at most: 1.5 times the chance of two classes would ask for 75 %.
    needed = min(factor * chance, chance + 0.1 * (1 - chance))
    top = float(values.max(axis=1).mean())
    if top >= needed:
        return None
    return tr(
        "The scores are nearly flat: the best of {classes} classes gets {top:.1f} % on average, "
        "chance is {chance:.1f} %. The temperature is probably wrong for this encoder, or the "
        "classes do not occur in the photos: check both before you trust a label.",
        classes=class_count,
        top=100 * top,
        chance=100 * chance,
    )


def temperature_is_sane(temperature: float) -> bool:
    """Whether `temperature` lies where contrastive encoders learn it."""
    low, high = SANE_TEMPERATURES
    return bool(np.isfinite(temperature)) and low <= temperature <= high
