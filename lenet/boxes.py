"""The boxes that digits are written into: their four sides, without the ink of digits that cross them."""

from __future__ import annotations

import numpy as np

from .paper import largest
from .parts import coarse_parts_of, is_column, is_row
from .rules import lying_rules_of

_LARGE = 0.1  # of the picture's longer side, at least, is a box's,
_HOLLOW = 0.5  # of it, at most, is ink,
_LOOKED_AT = 3  # and so many parts are looked at, the largest
_STRAIGHT = 0.03  # of a box's longer side: how far off its straight line a side may be,
_ALONG = 0.75  # of which it covers so much, at least,
_TILT = 0.12  # and which rises or falls by so much of its length, at most,
_OUTER = 0.2  # within so much of the box's other sides' length from the outside
_WIDEST = 0.08  # of the box's other sides' length: no side is wider
_HELD = 0.1  # of a box's ink, at least, is that of a digit that touches it
_FILLED = 0.3  # of a box's shorter side, at least, is a digit that does not


def box_in(mask: np.ndarray, empty: bool = True) -> np.ndarray:
    """Which pixels of a mask of ink, bool (h, w), are the sides of boxes, bool (h, w): not where ink crosses them.

    empty: also of those that hold nothing, as a square 0.
    """
    parts = coarse_parts_of(mask)
    found = np.zeros_like(mask)
    order = np.argsort(-parts.sides, kind="stable")[:_LOOKED_AT]
    for part in order[parts.sides[order] > _LARGE * max(mask.shape)]:
        left, top, right, bottom = (int(edge) for edge in parts.boxes[part])
        if parts.areas[part] < _HOLLOW * (right - left) * (bottom - top):
            alone = parts.labels[top:bottom, left:right] == part + 1
            sides = _sides(alone)
            within = (parts.boxes[:, :2] > [left, top]).all(1) & (parts.boxes[:, 2:] < [right, bottom]).all(1)
            held = parts.sides[within].max(initial=0) > _FILLED * min(right - left, bottom - top)
            if empty or held or (alone & ~sides).any():
                found[top:bottom, left:right] |= sides
    return found


def _sides(part: np.ndarray) -> np.ndarray:
    """Which pixels of a part, cut out, are its four sides, and what parts a row or column of boxes; all of it if it
    holds nothing, none if it has no four sides."""
    sides, bands = np.zeros_like(part), []
    for turn in range(4):
        side = _top(np.rot90(part, turn))
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


def _top(part: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The pixels of the upper side of a part, and the band that it lies in, bool (h, w) each; None if it has none."""
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


def without_box(ink: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Ink, float32 (h, w) in [0, 1], without a box and the soft edges of its sides."""
    edges = largest(box.astype(np.int8), 3) > 0
    return np.where(edges & ((ink <= 0.5) | box), 0, ink)
