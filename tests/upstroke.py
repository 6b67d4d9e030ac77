"""What tells a 1 with a long upstroke from a 7 without bar: how steeply it rises to its corner, beyond what its stem
slants.

A random hand that turns one into the other has written another digit than its label says: it may train a network, but
measures none. So people write, of the 39 pens of DigiLeTs, 128 of UNIPEN and 30 of pendigits, which were looked at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lenet.synthetic.digits import digit
from lenet.synthetic.hand import Glyph, Random

OF_SLANT = 25.0  # degrees that a stem aslant by 1 (45 degrees) is worth
RISES_FROM, LIES_UP_TO = 15.0, 12.0  # degrees beyond that, of a 1 and of a 7
_LONG = 0.2  # of the stem: a flag shorter than that is none that a 7 has
_CORNER = 0.12  # of the height: how far off the straight way the corner is at least
_STRAIGHT = 0.18  # of the top's length: what is bowed further is a hook, that of a 7 however it rises
_FOOT = 0.1  # of the height: what ends further above the lowest point has more than a stem
_GAP = 0.12  # of the height, between two strokes that would be one, had the pen not been lifted
_TRIES = 20


def told(label: int, write: Callable[[Random], Glyph], random: Random) -> Glyph:
    """Write a digit until it is no other than `label`, or for the last time: ink, y down."""
    for _ in range(_TRIES):
        glyph = write(random)
        if not ambiguous(label, glyph):
            break
    return glyph


def told_apart(label: int, random: Random) -> Glyph:
    """A synthetic digit that its label is true of."""
    return told(label, lambda hand: digit(label, hand), random)


def ambiguous(label: int, glyph: Glyph) -> bool:
    """Whether a 1 has the top of a 7, or a 7 without bar the upstroke of a 1; False of every other digit."""
    found = rise(glyph) if label in (1, 7) else None
    if found is None:
        return False
    return found < RISES_FROM if label == 1 else found > LIES_UP_TO


def rise(glyph: Glyph) -> float | None:
    """Degrees by which a glyph rises to its corner beyond what its stem slants; None of one that is not of a long
    straight way up and a stem, and no more."""
    line, high = glyph[0], float(np.ptp(np.concatenate(glyph)[:, 1]))
    for stroke in glyph[1:]:
        if np.hypot(*(stroke[0] - line[-1])) > _GAP * high:
            return None
        line = np.concatenate([line, stroke])
    start, foot = line[0], line[-1]
    if high == 0 or foot[1] < line[:, 1].max() - _FOOT * high:
        return None
    off = _off(line, start, foot)
    at = int(off.argmax())
    corner, up, stem = line[at], line[at] - start, foot - line[at]
    if off[at] < _CORNER * high or corner[1] > line[:, 1].min() + high / 3:
        return None
    if np.hypot(*up) < _LONG * np.hypot(*stem):
        return None
    if np.abs(_off(line[: at + 1], start, corner)).max() > _STRAIGHT * np.hypot(*up):
        return None
    return float(np.degrees(np.arctan2(-up[1], up[0])) + OF_SLANT * stem[0] / stem[1])


def _off(line: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How far each point lies to the right of the way from start to end (up, where that goes to the right)."""
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
    return (line - start) @ np.array([along[1], -along[0]])
