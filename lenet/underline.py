"""The line that a digit stands on, where the digit touches it and it is no rule of the paper."""

from __future__ import annotations

import numpy as np

from .parts import Parts
from .sides import upper_side

_LARGE = 0.1  # of the picture's longer side, at least, is a digit with its line,
_LOOKED_AT = 2  # and so many parts are looked at, the largest
_BEYOND = 0.03  # of the line's length, at least, it goes on at both sides of the digit: the foot of a 2 does not
_HIGH = 0.3  # of the line's length, at least, is the digit's height


def underline_in(parts: Parts) -> np.ndarray:
    """Which pixels of a picture's parts of ink are lines under digits that touch them, bool (h, w): not where ink
    crosses them."""
    found = np.zeros(parts.labels.shape, bool)
    for number in parts.largest(_LOOKED_AT, _LARGE):
        part = parts.alone(number)
        side = upper_side(part[::-1])
        if side is not None and _stands(part & ~side[1][::-1], np.any(side[0], 0)):
            found[parts.place(number)] |= side[0][::-1]
    return found


def _stands(digit: np.ndarray, is_line: np.ndarray) -> bool:
    """Whether a digit, without its line, cut out with it, is well between the line's ends, and high enough.

    is_line: bool (w,), in which columns nothing touches the line.
    """
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0) | ~is_line)
    width = digit.shape[1]
    if not len(rows):
        return False
    room = min(columns[0], width - 1 - columns[-1])
    return bool(room > _BEYOND * width and rows[-1] - rows[0] > _HIGH * width)
