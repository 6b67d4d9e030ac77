"""A straight side of a part of a picture: that of a box, or the line that a digit stands on."""

from __future__ import annotations

import numpy as np

_STRAIGHT = 0.03  # of a part's longer side: how far off its straight line a side may be,
_ALONG = 0.75  # of which it covers so much, at least,
_TILT = 0.12  # and which rises or falls by so much of its length, at most,
_OUTER = 0.2  # within so much of the part's height from the outside
_WIDEST = 0.08  # of that height: no side is wider


def upper_side(part: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The pixels of the upper side of a part, and the band that it lies in, bool (h, w) each; None if it has none.

    part: bool (h, w), one that hangs together, cut out, so that every column has ink.
    """
    height, width = part.shape
    first = part.argmax(0)
    third = max(1, width // 3)
    start, end = np.median(first[:third]), np.median(first[-third:])
    tilt = (end - start) / max(1, width - third)
    line = start + tilt * (np.arange(width) - (third - 1) / 2)
    far = max(2.0, _STRAIGHT * max(part.shape))
    near = np.abs(first - line) <= far
    if abs(tilt) > _TILT or near.mean() < _ALONG or line[width // 2] > _OUTER * height:
        return None
    widest = max(3.0, _WIDEST * height)
    outer = part[: int(line.max() + far + 2 * widest) + 1]  # what a run of ink is counted in
    below = np.arange(len(outer))[:, None] - first
    run = np.where(~outer & (below > 0), below, len(outer)).min(0)
    thickness = float(np.median(run[near]))
    if thickness > widest:
        return None
    side = np.zeros_like(part)
    side[: len(outer)] = outer & near & (run <= 1.3 * thickness + 0.7) & (below < run) & (below >= 0)
    away = np.arange(height)[:, None] - line
    return side, (away >= -far) & (away <= thickness + far)
