"""From a classifier's activation maps to boxes around what it looks at."""

import numpy as np

from cdul_app.method.arrays import BoolArray, FloatArray, as_floats


def activation_boxes(maps: FloatArray, *, share: float, smallest: float) -> FloatArray:
    """The box around the highest place of each map and all that hangs together with it.

    A place belongs to it where the map, scaled so that its lowest value is 0 and its highest 1,
    reaches `share`; places hang together over their edges.  A box narrower or lower than
    `smallest` is widened about its centre, and stays inside the photo.
    Source: B. Zhou et al., "Learning deep features for discriminative localization", CVPR 2016,
    section 3.1, but for the component: theirs is the largest one, ours that of the highest place.

    maps : (n, height, width), finite; share : in (0, 1]; smallest : in (0, 1], of the photo's side.
    Returns (n, 4): left, top, right, bottom in [0, 1].  A map without any difference gives the
    whole photo.  Raises ValueError for other shapes and ranges.
    """
    values = as_floats(maps)
    if values.ndim != 3 or 0 in values.shape[1:]:
        raise ValueError(f"maps must be (n, height, width), got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("maps must be finite")
    if not 0 < share <= 1 or not 0 < smallest <= 1:
        raise ValueError(f"share and smallest lie above 0 and up to 1, got {share}, {smallest}")
    if len(values) == 0:
        return np.zeros((0, 4))
    region = _region_of_highest(values, share)
    left, right = _extent(np.asarray(region.any(axis=1)), smallest)
    top, bottom = _extent(np.asarray(region.any(axis=2)), smallest)
    return np.stack([left, top, right, bottom], axis=1)


def _region_of_highest(values: FloatArray, share: float) -> BoolArray:
    """(n, height, width), True in the component of the highest place."""
    flat = values.reshape(len(values), -1)
    lowest, highest = flat.min(axis=1), flat.max(axis=1)
    # Not divided by the range, which may be 0; as a mean of both ends, it cannot overflow.
    level = lowest * (1 - share) + highest * share
    active = values >= np.minimum(level, highest)[:, None, None]
    region = np.zeros(values.shape, dtype=bool)
    region.reshape(len(values), -1)[np.arange(len(values)), flat.argmax(axis=1)] = True
    while True:
        grown = region.copy()
        grown[:, 1:] |= region[:, :-1]
        grown[:, :-1] |= region[:, 1:]
        grown[:, :, 1:] |= region[:, :, :-1]
        grown[:, :, :-1] |= region[:, :, 1:]
        grown &= active
        if np.array_equal(grown, region):
            return region
        region = grown


def _extent(occupied: BoolArray, smallest: float) -> tuple[FloatArray, FloatArray]:
    """(n, places) along one side to start and end in [0, 1], at least `smallest` apart."""
    places = occupied.shape[1]
    start = occupied.argmax(axis=1) / places
    end = 1 - occupied[:, ::-1].argmax(axis=1) / places
    missing = np.maximum(0, smallest - (end - start)) / 2
    start, end = start - missing, end + missing
    shift = np.maximum(0, -start) - np.maximum(0, end - 1)
    return np.clip(start + shift, 0, 1), np.clip(end + shift, 0, 1)
