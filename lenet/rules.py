"""Ruled lines in a picture of ink: of lined and squared paper, and the one that a digit stands on."""

from __future__ import annotations

import numpy as np

from .paper import largest

_STRIPS = 8  # that the picture is cut into; a rule runs through
_THROUGH = 6  # of them, at least
_FULL = 0.8  # of a strip's width that a rule covers
_WIDEST = 0.03  # of the picture's longer side: no rule is wider
_BRIDGED = 0.05  # of the longer side: ink on both sides of so much of a rule goes on along it
_DRIFT = 0.12  # of a strip's width that a rule may rise or fall by within it


def rules_of(mask: np.ndarray) -> np.ndarray:
    """Which pixels of a mask, bool (h, w), are rules', bool (h, w): not where ink crosses them."""
    return lying_rules_of(mask) | lying_rules_of(mask.T).T


def lying_rules_of(mask: np.ndarray) -> np.ndarray:
    """Which pixels of a mask, bool (h, w), are the rules' that run from left to right, as `rules_of` has it."""
    height, width = mask.shape
    thickness = _thickness(mask)
    thin = mask & (thickness <= max(3, round(_WIDEST * max(mask.shape))))
    step = width // _STRIPS
    if not step or not thin.any():
        return np.zeros_like(mask)
    reach = max(1, round(_DRIFT * step))
    # In each strip, which rows have ink nearly all along, if it may rise or fall a little.
    strips = _spread(thin, reach)[:, : step * _STRIPS].reshape(height, _STRIPS, step)
    through = _through(strips.mean(2) >= _FULL, 2 * reach + 1)
    if not through.any():
        return np.zeros_like(mask)
    columns = np.minimum(np.arange(width) // step, _STRIPS - 1)
    rules = thin & _spread(through, reach)[:, columns]
    # Where ink crosses a rule, both together are thicker; where it runs along it, ink goes on at both ends.
    tops = rules & ~np.pad(rules, ((1, 0), (0, 0)))[:-1]  # each piece counts once, or thick ones would count for more
    rules &= thickness <= 1.3 * np.median(thickness[tops]) + 0.7
    far = round(_BRIDGED * max(mask.shape)) // 2 * 2 + 1
    rest = largest((mask & ~rules).astype(np.int8), far, (1,))
    return rules & (-largest(-rest, far, (1,)) == 0)


def _through(covered: np.ndarray, side: int) -> np.ndarray:
    """Which of the covered rows of strips, bool (h, _STRIPS), go on from strip to strip in most of them. side: of how
    many rows a rule may go on in one."""
    before = [covered[:, 0].astype(int)]
    for strip in range(1, _STRIPS):
        before.append(_highest(before[-1], side) + covered[:, strip])
    most, through = before[-1], np.zeros_like(covered)
    for strip in reversed(range(_STRIPS)):
        most = np.maximum(_highest(most, side), before[strip])
        through[:, strip] = covered[:, strip] & (most >= _THROUGH)
    return through


def _highest(values: np.ndarray, side: int) -> np.ndarray:
    """The highest of so many values around each."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, side // 2, "edge"), side).max(1)


def _spread(mask: np.ndarray, reach: int) -> np.ndarray:
    """A mask, and what lies up to so many pixels above or below."""
    found = mask.copy()
    for away in range(1, reach + 1):
        found[away:] |= mask[:-away]
        found[:-away] |= mask[away:]
    return found


def _thickness(mask: np.ndarray) -> np.ndarray:
    """Of each pixel of a mask, how many of its column hang together there."""
    return (_stacked(mask) + _stacked(mask[::-1])[::-1] - 1) * mask


def _stacked(mask: np.ndarray) -> np.ndarray:
    """How many pixels of a mask stand one below the other, down to each."""
    total = np.cumsum(mask, 0)
    return total - np.maximum.accumulate(np.where(mask, 0, total), 0)
