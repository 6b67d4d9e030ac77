"""Which strokes of a line belong together by where they lie: those that overlap in x, and those that touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..ink import affordable

Stroke = np.ndarray  # float (n, 2), x first
Group = tuple[int, ...]  # numbers of strokes

_TOUCHING_WITHIN = 0.08  # line heights
_PAIRS = 50  # of points compared, in the time that a piece of ink is drawn
_PAIR = 600  # the same, for what two strokes cost besides
_MERGING = 0.05  # of the narrower one's width: overlap in x that puts two strokes together


def extents(strokes: Sequence[Stroke]) -> np.ndarray:
    """(n, 4): left, top, right, bottom of every stroke."""
    return np.array([[*stroke.min(0), *stroke.max(0)] for stroke in strokes])


def by_overlap(strokes: Sequence[Stroke]) -> list[Group]:
    """Groups of strokes that overlap in x, left to right."""
    boxes = extents(strokes)
    groups: list[list[int]] = []
    reach = -np.inf
    last_width = 0.0
    for i in np.argsort(boxes[:, 0], kind="stable").tolist():
        left, right = boxes[i, 0], boxes[i, 2]
        narrower = min(right - left, last_width)
        if groups and reach - left > _MERGING * narrower:
            groups[-1].append(i)
        else:
            groups.append([i])
            reach = -np.inf
        reach = max(reach, right)
        last_width = reach - min(boxes[k, 0] for k in groups[-1])
    return [tuple(sorted(group)) for group in groups]


def contacts(strokes: Sequence[Stroke], near: float) -> np.ndarray:
    """bool (n, n): which strokes come closer to each other than `near`."""
    dense = [dense_of(stroke, near / 2, 200) for stroke in strokes]
    low, high = np.split(extents(strokes), 2, 1)
    close = np.tril((low[:, None] - high[None] < near).all(2) & (low[None] - high[:, None] < near).all(2), -1)
    count = np.array([len(points) for points in dense])
    affordable((count @ close @ count + _PAIR * close.sum()) / _PAIRS)
    touching = np.zeros_like(close)
    for i, j in np.argwhere(close).tolist():
        away = dense[i][:, None] - dense[j][None]
        touching[i, j] = touching[j, i] = np.hypot(away[..., 0], away[..., 1]).min() < near
    return touching


def touches(strokes: Sequence[Stroke]) -> np.ndarray:
    """bool (n, n): which strokes of a line touch each other, as near as people mean it."""
    return contacts(strokes, _TOUCHING_WITHIN * height_of(extents(strokes)))


def neighbours(groups: Sequence[Group], touching: np.ndarray) -> np.ndarray:
    """bool (n, n): which groups of a line's strokes touch each other. touching: which strokes do."""
    of_each = np.array([[stroke in group for stroke in range(len(touching))] for group in groups])
    together: np.ndarray = of_each @ touching @ of_each.T
    return together & ~np.eye(len(groups), dtype=bool)


def height_of(boxes: np.ndarray) -> float:
    return max(float(boxes[:, 3].max() - boxes[:, 1].min()), 1e-6)


def dense_of(stroke: Stroke, spacing: float, most: int) -> Stroke:
    """A stroke with points that lie so far apart, at most, unless it would have more than `most`."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    at = np.linspace(0, along[-1], min(most, int(along[-1] / spacing) + 2))
    return np.stack([np.interp(at, along, stroke[:, 0]), np.interp(at, along, stroke[:, 1])], 1)
