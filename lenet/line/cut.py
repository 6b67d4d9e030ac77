"""Where a stroke of a line may be cut, for people join their digits.

A stroke that is wider than a digit is cut where it passes from one digit to the next, from left to right: where what
comes before lies left of what follows, or reaches over it least. Whether to cut there is for the best parting to say.
Source: LeCun et al. 1998, section V-A, "segmentation points".
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from ..ink import SMALLEST
from .segment import Stroke, dense_of

_WIDE = 0.85  # line heights: what is wider may be two digits
_FLAT = 0.4  # line heights: what is no higher is a rule
_INWARD = 0.2  # line heights from a stroke's left and right: no digit is narrower
_OVER = 0.2  # line heights, at most _INWARD: digits that are joined seldom lie over each other by more
_APART = 0.05  # line heights between two cuts
_SPACING = 0.02  # line heights between the points that are looked at
_MOST_POINTS = 2_000  # that are looked at in a stroke
_MOST = 6  # cuts in a stroke
_MOST_IN_ALL = 24  # in a line


def pieces_of(strokes: Sequence[Stroke]) -> tuple[list[Stroke], list[int]]:
    """The strokes of a line, cut wherever they may be; and of each piece the number of its stroke."""
    heights = np.concatenate([stroke[:, 1] for stroke in strokes])
    height = max(float(np.ptp(heights)), SMALLEST)
    pieces: list[Stroke] = []
    whose: list[int] = []
    for number, stroke in enumerate(strokes):
        left = _MOST_IN_ALL + len(set(whose)) - len(whose)
        across, down = np.ptp(stroke, 0)
        found = _cut(stroke, height, left) if across > _WIDE * height and down > _FLAT * height else [stroke]
        pieces += found
        whose += [number] * len(found)
    return pieces, whose


def whole(group: Sequence[int], whose: Sequence[int]) -> tuple[int, ...]:
    """The strokes that a group of pieces is; none if it holds a part of one only."""
    strokes = {whose[piece] for piece in group}
    return tuple(sorted(strokes)) if sum(stroke in strokes for stroke in whose) == len(group) else ()


def _cut(stroke: Stroke, height: float, most: int) -> list[Stroke]:
    dense = dense_of(stroke, _SPACING * height, _MOST_POINTS)
    cuts = _cuts(dense, height, min(most, _MOST))
    return [dense[a : b + 1] for a, b in itertools.pairwise([0, *cuts, len(dense) - 1])] if cuts else [stroke]


def _cuts(stroke: Stroke, height: float, most: int) -> list[int]:
    """The points, in their order, at which a dense stroke may be cut, `most` of them."""
    x = stroke[:, 0]
    # How far what comes before a point reaches over what follows: not at all where the pen goes on to the next digit.
    over = np.maximum.accumulate(x) - np.minimum.accumulate(x[::-1])[::-1]
    inner = np.flatnonzero((x > x.min() + _INWARD * height) & (x < x.max() - _INWARD * height))
    starts = np.flatnonzero(np.diff(over[inner], prepend=np.inf))
    middles = inner[(starts + np.append(starts[1:], len(inner)) - 1) // 2]
    levels = np.concatenate([[np.inf], over[middles], [np.inf]])
    low = middles[(over[middles] < np.minimum(levels[:-2], levels[2:])) & (over[middles] <= _OVER * height)]
    kept: list[int] = []
    for point in low[np.argsort(over[low], kind="stable")].tolist():
        if all(abs(x[point] - x[other]) > _APART * height for other in kept):
            kept.append(point)
    return sorted(kept[:most])
