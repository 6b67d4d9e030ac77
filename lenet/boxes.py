"""The boxes that digits are written into: their four sides, without the ink of digits that cross them."""

from __future__ import annotations

import numpy as np

from .parts import Parts, is_column, is_row, parts_of
from .rules import lying_rules_of
from .sides import upper_side

_LARGE = 0.1  # of the picture's longer side, at least, is a box's,
_HOLLOW = 0.5  # of it, at most, is ink,
_LOOKED_AT = 12  # and so many parts are looked at, the largest
_FILLED = 0.3  # of a box's shorter side, at least, is the longer one of a digit in it
_FROM_SIDE_TO_SIDE = 0.85  # of a box that lines part into boxes


def box_in(parts: Parts, empty: bool = True) -> np.ndarray:
    """Which pixels of a picture's parts of ink are the sides of boxes, bool (h, w): not where ink crosses them.

    empty: also of boxes that hold nothing as large as a digit, as a square 0.
    """
    found = np.zeros(parts.labels.shape, bool)
    for number in parts.largest(_LOOKED_AT, _LARGE):
        part = parts.alone(number)
        if part.mean() < _HOLLOW:
            sides = _sides(part)
            is_filled = parts.sides[parts.within(number)].max(initial=0) > _FILLED * min(part.shape)
            if empty or is_filled or (part & ~sides).any():
                found[parts.place(number)] |= sides
    return found


def _sides(part: np.ndarray) -> np.ndarray:
    """Which pixels of a part, cut out, are its four sides, and what parts a row or column of boxes; all of it if it
    holds nothing as large as a digit, none if it has no four sides."""
    sides, bands = np.zeros_like(part), []
    for turn in range(4):
        side = upper_side(np.rot90(part, turn))
        if side is None:
            return np.zeros_like(part)
        sides |= np.rot90(side[0], -turn)
        bands.append(np.rot90(side[1], -turn))
    for turn in range(4):
        sides |= part & bands[turn] & bands[turn - 1]  # a corner
    held = part & ~sides
    upright, lying = _partings(held.T).T, _partings(held)
    if parts_of(held & ~upright & ~lying).sides.max(initial=0) <= _FILLED * min(part.shape):
        return part
    return sides | (upright & is_row(part)) | (lying & is_column(part))


def _partings(held: np.ndarray) -> np.ndarray:
    """Which pixels of what a box holds part it into boxes: flat ones, from side to side."""
    flat = lying_rules_of(held) if held.any() else held
    return flat if flat.any(0).mean() > _FROM_SIDE_TO_SIDE else np.zeros_like(held)
