"""The boxes that digits are written into: their four sides, without the ink of digits that cross them."""

from __future__ import annotations

import numpy as np

from .paper import largest
from .parts import coarse_parts_of, is_column, is_row
from .rules import lying_rules_of
from .sides import upper_side

_LARGE = 0.1  # of the picture's longer side, at least, is a box's,
_HOLLOW = 0.5  # of it, at most, is ink,
_LOOKED_AT = 3  # and so many parts are looked at, the largest
_HELD = 0.1  # of a box's ink, at least, is that of a digit that touches it
_FILLED = 0.3  # of a box's shorter side, at least, is a digit that does not


def box_in(mask: np.ndarray, empty: bool = True) -> np.ndarray:
    """Which pixels of a mask of ink, bool (h, w), are the sides of boxes, bool (h, w): not where ink crosses them.

    empty: also of those that hold nothing, as a square 0.
    """
    parts = coarse_parts_of(mask)
    found = np.zeros_like(mask)
    for (rows, columns), part in parts.largest(_LOOKED_AT, _LARGE):
        if part.mean() < _HOLLOW:
            sides = _sides(part)
            within = (parts.boxes[:, :2] > [columns.start, rows.start]).all(1)
            within &= (parts.boxes[:, 2:] < [columns.stop, rows.stop]).all(1)
            held = parts.sides[within].max(initial=0) > _FILLED * min(part.shape)
            if empty or held or (part & ~sides).any():
                found[rows, columns] |= sides
    return found


def _sides(part: np.ndarray) -> np.ndarray:
    """Which pixels of a part, cut out, are its four sides, and what parts a row or column of boxes; all of it if it
    holds nothing, none if it has no four sides."""
    sides, bands = np.zeros_like(part), []
    for turn in range(4):
        side = upper_side(np.rot90(part, turn))
        if side is None:
            return np.zeros_like(part)
        sides |= np.rot90(side[0], -turn)
        bands.append(np.rot90(side[1], -turn))
    for turn in range(4):
        sides |= part & bands[turn] & bands[turn - 1]  # a corner
    held, least = part & ~sides, _HELD * part.sum()
    if held.sum() < least:
        return part
    height, width = part.shape
    upright, lying = lying_rules_of(part.T).T & held, lying_rules_of(part) & held
    if (held & ~upright & ~lying).sum() < least:
        return part
    return sides | (upright & is_row(width, height)) | (lying & is_column(width, height))


def without_box(ink: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Ink, float32 (h, w) in [0, 1], without a box and the soft edges of its sides."""
    edges = largest(box.astype(np.int8), 3) > 0
    return np.where(edges & ((ink <= 0.5) | box), 0, ink)
