"""Which strokes of a line make up one digit.

Strokes are put together; those that may hold two digits were cut before (cut.py). The first way is the obvious one:
strokes that overlap in x belong together. It fails as soon as digits touch. The second weighs every run of a few
strokes by what the network says of it, and finds the best way to part the line into such runs, as a graph of
segmentations.
Source of the second: LeCun et al. 1998, section V, "heuristic over-segmentation".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..ink import affordable
from ..model import NO_DIGIT

Stroke = np.ndarray  # float (n, 2), x first
Group = tuple[int, ...]  # numbers of strokes

MOST_STROKES = 5  # a digit is written in
_TOUCHING_WITHIN = 0.08  # line heights
_NEXT = 0.1  # line heights
_HALF = 0.02  # line heights: half as wide as the pen's line is taken to be
_PAIRS = 50  # of points compared, in the time that a piece of ink is drawn
_PAIR = 600  # the same, for what two strokes cost besides
_MERGING = 0.05  # of the narrower one's width: overlap in x that puts two strokes together


@dataclass(frozen=True)
class Costs:
    """What speaks against a way to part a line, in units of log-probability."""

    prior: float = 0.0  # against lines of this kind
    junk: float = 2.0  # calling a group no digit
    wide: float = 8.0  # the same, for each digit's width more than one
    gap: float = 8.0  # a gap inside a group, for each line height
    contact: float = 4.0  # each pair of strokes that touch and are parted
    over: float = 0.0  # the same, as far as one lies over the other, of the narrower one's width
    apart: float = 0.0  # the free space between two groups, for each line height more than _NEXT


# Most people keep their digits apart. Then strokes that touch, or lie over one another, are one thing, a digit or
# something else; but a line may also be written so closely that this says little, if it is so throughout.
APART = Costs(over=8.0)
TOUCHING = Costs(prior=1.0, wide=2.0, contact=0.7, apart=10.0)


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


def best_parting(
    strokes: Sequence[Stroke],
    read: Callable[[list[Group]], np.ndarray],
    kinds: Sequence[Costs] = (APART, TOUCHING),
    touching: np.ndarray | None = None,
) -> list[tuple[Group, np.ndarray]]:
    """The best way to part a line into digits and other things, left to right: each group, and what `read` says of it.

    read: groups -> log-probabilities (n, 11) that each is this digit, or no digit. kinds: of line; the one that
    explains it best counts. touching: `touches(strokes)`, where it is known already.
    Runs of strokes are taken in the order of writing and in the order from left to right, whichever reads
    better: most people finish one digit before the next, but some cross their sevens at the end.
    """
    boxes = extents(strokes)
    height = _height(boxes)
    touching = touches(strokes) if touching is None else touching
    over = _over(boxes, height)
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    # Mostly the two orders are one, and are then weighed once.
    orders = list(dict.fromkeys([tuple(range(len(strokes))), tuple(np.argsort(middles, kind="stable").tolist())]))
    runs = [list(_runs(order, boxes, height)) for order in orders]
    groups = list(dict.fromkeys(group for each in runs for _, _, group in each))
    scores = dict(zip(groups, read(groups), strict=True))
    found = []
    for costs in kinds:
        geometry = {group: _geometry(group, boxes, height, costs) for group in groups}
        cut = costs.contact * touching + costs.over * over
        found += [
            _shortest(each, scores, geometry, cut[np.ix_(order, order)], _free(order, boxes, height), costs)
            for order, each in zip(orders, runs, strict=True)
        ]
    _, best = max(found, key=lambda each: each[0])
    return [(group, scores[group]) for group in sorted(best, key=lambda group: float(np.mean(middles[list(group)])))]


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
    return contacts(strokes, _TOUCHING_WITHIN * _height(extents(strokes)))


def neighbours(groups: Sequence[Group], touching: np.ndarray) -> np.ndarray:
    """bool (n, n): which groups of a line's strokes touch each other. touching: which strokes do."""
    of_each = np.array([[stroke in group for stroke in range(len(touching))] for group in groups])
    together: np.ndarray = of_each @ touching @ of_each.T
    return together & ~np.eye(len(groups), dtype=bool)


def _over(boxes: np.ndarray, height: float) -> np.ndarray:
    """float (n, n), 0 to 1: how much of the narrower of two strokes lies over or under the other."""
    left, right = boxes[:, 0] - _HALF * height, boxes[:, 2] + _HALF * height
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    return np.clip(shared / np.minimum(right - left, (right - left)[:, None]), 0, 1)


def _height(boxes: np.ndarray) -> float:
    return max(float(boxes[:, 3].max() - boxes[:, 1].min()), 1e-6)


def dense_of(stroke: Stroke, spacing: float, most: int) -> Stroke:
    """A stroke with points that lie so far apart, at most, unless it would have more than `most`."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    at = np.linspace(0, along[-1], min(most, int(along[-1] / spacing) + 2))
    return np.stack([np.interp(at, along, stroke[:, 0]), np.interp(at, along, stroke[:, 1])], 1)


def _runs(order: Group, boxes: np.ndarray, height: float) -> Iterator[tuple[int, int, Group]]:
    for first in range(len(order)):
        for last in range(first + 1, min(len(order), first + MOST_STROKES) + 1):
            group = tuple(sorted(order[first:last]))
            chosen = boxes[list(group)]
            if last > first + 1 and chosen[:, 2].max() - chosen[:, 0].min() > 2 * height:
                break
            yield first, last, group


def _geometry(group: Group, boxes: np.ndarray, height: float, costs: Costs) -> tuple[float, float]:
    """Cost of a group's gaps, and of calling it junk."""
    chosen = boxes[list(group)]
    chosen = chosen[np.argsort(chosen[:, 0])]
    reach = np.maximum.accumulate(chosen[:, 2])
    gap = float(np.maximum(chosen[1:, 0] - reach[:-1], 0).max(initial=0))
    width = float(reach[-1] - chosen[0, 0])
    return costs.gap * gap / height, costs.junk + costs.wide * max(0.0, width / (0.7 * height) - 1)


def _free(order: Group, boxes: np.ndarray, height: float) -> np.ndarray:
    """(n,): how much more than _NEXT lies free before the i-th stroke of an order, in line heights."""
    left, right = boxes[list(order), 0], boxes[list(order), 2]
    begins = np.minimum.accumulate(left[::-1])[::-1]
    ends = np.concatenate([begins[:1], np.maximum.accumulate(right)[:-1]])
    return np.maximum(0, (begins - ends) / height - _NEXT)


def _shortest(
    runs: list[tuple[int, int, Group]],
    scores: dict[Group, np.ndarray],
    geometry: dict[Group, tuple[float, float]],
    cut: np.ndarray,
    free: np.ndarray,
    costs: Costs,
) -> tuple[float, list[Group]]:
    """Dynamic programming over the strokes of one order. cut (n, n): what parting two of them costs."""
    best: list[tuple[float, list[Group]]] = [(-np.inf, []) for _ in range(len(cut) + 1)]
    best[0] = (-costs.prior, [])
    for first, last, group in sorted(runs, key=lambda run: run[1]):
        logp, (gap, junk) = scores[group], geometry[group]
        gain = max(logp[:NO_DIGIT].max(), logp[NO_DIGIT] - junk)
        total = best[first][0] + gain - gap - cut[first:last, :first].sum() - costs.apart * free[first]
        if total > best[last][0]:
            best[last] = (float(total), [*best[first][1], group])
    return best[-1]
