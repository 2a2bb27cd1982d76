"""Moving pseudo labels towards what the classifier learnt (CDUL section 3.3)."""

import numpy as np

from cdul_app.method.arrays import BoolArray, FloatArray, as_floats

# A pseudo label of exactly 0 or 1 has no finite logit; 1e-4 is a logit of about 9.2.
PROBABILITY_FLOOR = 1e-4


def probabilities_to_logits(
    probabilities: FloatArray, *, floor: float = PROBABILITY_FLOOR
) -> FloatArray:
    """Latent form of pseudo labels: logit of the value clipped to [floor, 1 - floor].

    Any shape, values in [0, 1].  Returns the same shape.

    >>> probabilities_to_logits(np.array([0.5, 0.9, 1.0])).round(2)
    array([0.  , 2.2 , 9.21])
    """
    clipped = np.clip(as_floats(probabilities), floor, 1 - floor)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def logits_to_probabilities(logits: FloatArray) -> FloatArray:
    """Sigmoid without overflow.  Any shape, returns the same shape in [0, 1].

    >>> logits_to_probabilities(np.array([0.0, 2.2, -1000])).round(2)
    array([0.5, 0.9, 0. ])
    """
    values = as_floats(logits)
    return np.asarray(0.5 * (1 + np.tanh(0.5 * values)))


def refinement_rate(
    pseudo_labels: FloatArray, *, sigma: float, eta: float | None = None
) -> FloatArray:
    """How far each pseudo label moves, in [0, 1]: most at 0.5, least at 0 and 1 (CDUL eq. 12).

    eta None is the paper's psi, a normal density of centre 0.5 and width sigma, capped at 1
    (a step beyond the classifier's own answer would overshoot).  With eta in (0, 1] the curve is
    `eta * exp(-(y - 0.5)^2 / (2 sigma^2))`, ours, which moves slowly whatever sigma is.
    Any shape, returns the same.
    Raises ValueError for sigma that is not positive or eta outside (0, 1].

    >>> refinement_rate(np.array([0.5, 0.7, 1.0]), sigma=0.2, eta=0.5).round(2)
    array([0.5 , 0.3 , 0.02])
    """
    if not (np.isfinite(sigma) and sigma > 0):
        raise ValueError(f"sigma must be positive, got {sigma}")
    if eta is not None and not 0 < eta <= 1:
        raise ValueError(f"eta must lie in (0, 1], got {eta}")
    height = 1 / (sigma * np.sqrt(2 * np.pi)) if eta is None else eta
    distance = (as_floats(pseudo_labels) - 0.5) / sigma
    return np.asarray(np.minimum(1, height * np.exp(-0.5 * distance**2)))


def refine_pseudo_labels(
    pseudo_label_logits: FloatArray,
    classifier_logits: FloatArray,
    *,
    sigma: float,
    observed: BoolArray | None = None,
    eta: float | None = None,
) -> FloatArray:
    """One refinement step B with the classifier fixed (CDUL eq. 10-12, "gradient alignment").

    `v <- (1 - rate) v + rate z` with `rate = refinement_rate(sigmoid(v))`; for the binary KL
    divergence the gradient in the latent is `v - z`, so the step needs no autograd.

    pseudo_label_logits, classifier_logits : (n_images, n_classes) or (n_classes,), finite.
    observed : same shape, True (or nonzero) where a person has answered; those never move.
    Returns new logits of the same shape, each between its old value and the classifier's.
    Raises ValueError for shapes that differ or values that are not finite.

    >>> undecided, decided = 0.0, 4.0
    >>> labels, classifier = np.array([undecided, decided]), np.array([2.0, 2.0])
    >>> refine_pseudo_labels(labels, classifier, sigma=0.1, eta=0.5).round(2)
    array([1., 4.])
    """
    latent, target = as_floats(pseudo_label_logits), as_floats(classifier_logits)
    if latent.shape != target.shape:
        raise ValueError(f"shapes differ: {latent.shape} and {target.shape}")
    if not (np.isfinite(latent).all() and np.isfinite(target).all()):
        raise ValueError("logits must be finite")
    rate = refinement_rate(logits_to_probabilities(latent), sigma=sigma, eta=eta)
    if observed is not None:
        answered = np.asarray(observed).astype(bool)
        if answered.shape != latent.shape:
            raise ValueError(f"observed has shape {answered.shape}, labels {latent.shape}")
        rate = np.where(answered, 0, rate)
    return np.asarray((1 - rate) * latent + rate * target)
