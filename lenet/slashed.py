"""The 0 with a slash through it that does not touch its ring, unlike a 1 in a circle or box."""

from __future__ import annotations

import numpy as np

from .sides import upper_side

_STRAIGHT = 0.12  # a slash's width beside its length, at most
_NARROW = 0.85  # a 0's width beside its height, at most: a circle drawn around a digit is rounder
_ASLANT = 0.2  # of its length, at least, a slash reaches to a side: a 1 stands upright
_FROM_SIDE_TO_SIDE = 0.8  # of the way through the ring along the slash, at least, is the slash's length


def is_slashed(ring: np.ndarray, slash: np.ndarray) -> bool:
    """Whether a ring and what stands within it, each cut out by the ring's box, bool (h, w), are a 0 with a slash."""
    height, width = ring.shape
    places = np.stack(np.nonzero(slash)).astype(float)
    if width > _NARROW * height or places.shape[1] < 3:
        return False
    middle = places.mean(1, keepdims=True)
    spreads, axes = np.linalg.eigh(np.cov(places))
    along = axes[:, 1]
    if spreads[0] > _STRAIGHT**2 * spreads[1] or abs(along[1]) < _ASLANT:
        return False
    length = float(np.ptp(along @ (places - middle)))
    line = middle + along[:, None] * np.arange(-height, height)  # from beyond the ring to beyond it
    row, column = np.rint(line).astype(int)
    on_picture = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    met = np.zeros(2 * height, bool)
    met[on_picture] = ring[row[on_picture], column[on_picture]]
    before, after = np.flatnonzero(met[:height]), np.flatnonzero(met[height:])
    if not (len(before) and len(after)) or length < _FROM_SIDE_TO_SIDE * (height + after[0] - before[-1]):
        return False
    return any(upper_side(np.rot90(ring, turn)) is None for turn in range(4))
