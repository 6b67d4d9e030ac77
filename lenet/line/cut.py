"""Where a stroke of a line may be cut, for people join their digits.

A stroke that is wider than a digit is cut where it passes from one digit to the next: where nothing else of it lies
above or below. Whether to cut there is for the best parting to say.
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
_APART = 0.2  # line heights between two cuts
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
    cuts = _cuts(dense, height)[:most]
    return [dense[a : b + 1] for a, b in itertools.pairwise([0, *cuts, len(dense) - 1])] if cuts else [stroke]


def _cuts(stroke: Stroke, height: float) -> list[int]:
    """The points, in their order, at which a dense stroke may be cut."""
    x = stroke[:, 0]
    columns = np.floor((x - x.min()) / (2 * _SPACING * height)).astype(int)
    # How often the stroke passes each column: it stands in it for a while, comes back, and so on.
    entered = np.concatenate([[True], columns[1:] != columns[:-1]])
    passes = np.bincount(columns[entered], minlength=columns.max() + 1)
    single = np.flatnonzero(passes == 1)
    runs = np.split(single, np.flatnonzero(np.diff(single) > 1) + 1) if len(single) else []
    middles = [float(np.mean(run) + 0.5) * 2 * _SPACING * height + x.min() for run in runs]
    inner = [m for m in middles if x.min() + _INWARD * height < m < x.max() - _INWARD * height]
    kept: list[float] = []
    for middle in inner:
        if not kept or middle - kept[-1] > _APART * height:
            kept.append(middle)
    return sorted(int(np.argmin(np.abs(x - middle))) for middle in kept[:_MOST])
