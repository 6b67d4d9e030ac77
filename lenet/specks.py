"""Specks: where the pen touched the pad far from the digit, by accident or to rest.

One such dot would shrink the digit to a corner of the 28x28 picture, for its size counts all ink.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LARGEST = 0.1  # of the longest side of the largest stroke
NEAREST = 0.5  # of the longest side of everything else; a dot closer than this belongs to the digit


def without_specks(strokes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Strokes, float (n, 2) each, without the specks; all of them when there is nothing but dots."""
    if not strokes:
        return []
    low = np.array([stroke.min(0) for stroke in strokes])
    high = np.array([stroke.max(0) for stroke in strokes])
    sides = (high - low).max(1)
    body = sides > LARGEST * sides.max()
    if not body.any():
        return list(strokes)
    body_low, body_high = low[body].min(0), high[body].max(0)
    away = np.hypot(*np.maximum(np.maximum(body_low - high, low - body_high), 0).T)
    kept = body | (away <= NEAREST * (body_high - body_low).max())
    return [stroke for stroke, keep in zip(strokes, kept, strict=True) if keep]
