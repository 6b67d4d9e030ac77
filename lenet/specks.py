"""Specks: where the pen touched the pad far from the digit, by accident or to rest.

One such dot would shrink the digit to a corner of the 28x28 picture, for its size counts all ink.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LARGEST = 0.1  # of the longest side of everything else
NEAREST = 0.5  # the same; a dot closer than this belongs to the digit


def without_specks(strokes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Strokes, float (n, 2) each, without the specks; all of them when there is nothing but dots."""
    if len(strokes) < 2:
        return list(strokes)
    low = np.array([stroke.min(0) for stroke in strokes])
    high = np.array([stroke.max(0) for stroke in strokes])
    sides = (high - low).max(1)
    small = sides <= LARGEST * sides.max()
    if not small.any() or not sides.max():
        return list(strokes)
    body_low, body_high = low[~small].min(0), high[~small].max(0)
    side = (body_high - body_low).max()
    away = np.hypot(*np.maximum(np.maximum(body_low - high, low - body_high), 0).T)
    speck = small & (sides <= LARGEST * side) & (away > NEAREST * side)
    return [stroke for stroke, drop in zip(strokes, speck, strict=True) if not drop]
