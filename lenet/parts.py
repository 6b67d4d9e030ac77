"""The parts of a picture of ink: what hangs together, what stands beside it, and what is not the digit's.

A digit may be broken or dashed, stand in a box, between neighbours, among specks, at a dark edge. So the ink is cut
into parts that hang together, near parts make a group, and the digit may be any group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .sides import upper_side
from .slashed import is_slashed

_MANY = 20_000  # runs of ink in rows; a picture with more is speckled all over
_NEAR = 0.3  # of the larger part's longer side: parts that are nearer belong together,
_NEAR_ANY = 0.025  # and so do those within this share of the picture's longer side
_SMALLEST = 0.05  # of the picture's longer side: smaller groups are specks, dots or dirt
_SPECK = 0.12  # of the longer side of its group's largest part: smaller parts beside a whole digit are specks
_MOST_FRAMES = 20  # that are looked into, the largest
_MARK = 0.2  # of the height of a line's tallest group: smaller ones are marks,
_ROW = 1.2  # and those that are so far above or below are another line's
_HOLDS = 0.3  # of a frame's longer side, at least, takes what stands in it,
_HOLDS_INK = 0.15  # and so much ink, beside the frame's
_ROW_OF_BOXES = 1.5  # of its height, at least, is the width of a frame that no digit could be: boxes in a row,
_COLUMN_OF_BOXES = 3.0  # or in a column; then its shorter side counts, and its ink does not
_MOST = 4  # groups that are looked at
_MOST_PARTS = 300  # that groups are made of


@dataclass(frozen=True)
class Parts:
    """Parts that hang together, corners included. labels: int (h, w), 0 where there is none, or the part's number from
    1. boxes: int (n, 4), of each its left, top, right and bottom, the last two exclusive. areas: (n,) pixels."""

    labels: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray

    @property
    def sides(self) -> np.ndarray:
        """(n,) the longer side of each."""
        return (self.boxes[:, 2:] - self.boxes[:, :2]).max(1)

    def largest(self, count: int, least: float) -> np.ndarray:
        """The numbers, from 0, of the largest parts, so many at most, that are larger than a share of the picture's
        longer side."""
        order = np.argsort(-self.sides, kind="stable")[:count]
        return np.asarray(order[self.sides[order] > least * max(self.labels.shape)])

    def place(self, part: int) -> tuple[slice, slice]:
        """The rows and columns of a part, by its number from 0."""
        left, top, right, bottom = (int(edge) for edge in self.boxes[part])
        return slice(top, bottom), slice(left, right)

    def alone(self, part: int) -> np.ndarray:
        """A part alone, cut out: bool."""
        return np.asarray(self.labels[self.place(part)] == part + 1)

    def within(self, part: int) -> np.ndarray:
        """(n,) which lie within the box of a part."""
        edges = self.boxes[part]
        return np.asarray((self.boxes[:, :2] > edges[:2]).all(1) & (self.boxes[:, 2:] < edges[2:]).all(1))


def parts_of(mask: np.ndarray) -> Parts:
    """The parts of a mask, bool (h, w)."""
    height, width = mask.shape
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    end = np.nonzero(edges == -1)[1]
    # In one row after the other, so that a run's neighbours below are those from `first` to `last`.
    line = width + 2
    first = np.searchsorted(row * line + end, (row + 1) * line + start)
    last = np.searchsorted(row * line + start, (row + 1) * line + end, "right")
    count = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(row)), count)
    below = np.arange(len(above)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    _, number = np.unique(_rooted(len(row), above, below), return_inverse=True)
    total = int(number.max()) + 1 if len(number) else 0
    boxes = np.full((total, 4), max(mask.shape) + 1)
    boxes[:, 2:] = 0
    for column, (to, values) in enumerate(
        ((np.minimum, start), (np.minimum, row), (np.maximum, end), (np.maximum, row + 1))
    ):
        to.at(boxes[:, column], number, values)
    # Painted by where the runs begin and end.
    steps = np.zeros((height, width + 1), np.int32)
    steps[row, start] += (number + 1).astype(np.int32)
    steps[row, end] -= (number + 1).astype(np.int32)
    areas = np.bincount(number, end - start, total)
    return Parts(np.cumsum(steps, 1)[:, :width], boxes, areas)


def _rooted(count: int, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of `count` things, pairs of which hang together: of each the least of all that it hangs together with."""
    root = np.arange(count)
    while True:
        least = np.minimum(root[first], root[second])
        np.minimum.at(root, root[first], least)
        np.minimum.at(root, root[second], least)
        while True:
            farther = root[root]
            if (farther == root).all():
                break
            root = farther
        if (root[first] == root[second]).all():
            return root


@dataclass(frozen=True)
class Group:
    """Parts that may be a digit. mask: bool (h, w), they alone, cut out; top, left: where; of_rim: the share of the
    picture's rim that they cover; is_part: whether it is the highest part alone of a group that has more."""

    mask: np.ndarray
    top: int
    left: int
    of_rim: float = 0.0
    is_part: bool = False


def groups_of(mask: np.ndarray) -> list[Group]:
    """The groups in a mask of ink, bool (h, w), the largest first, and the highest part of each that has several.
    Those within the rim are made without what touches it; after them come those that touch it."""
    parts = _coarse_parts_of(mask)
    within = inside(parts.boxes, mask.shape)
    frames = _frames(parts, within)
    groups = _groups(parts, within & ~frames, max(mask.shape))
    found = [_cut(parts, group) for group in groups]
    heights = parts.boxes[:, 3] - parts.boxes[:, 1]
    alone = [group[[np.argmax(heights[group])]] for group in groups if len(group) > 1]
    found += [_cut(parts, part, is_part=True) for part in alone]
    found += [_cut(parts, zero) for zero in _slashed(parts, frames)]
    if not within.all():
        every = np.ones(len(within), bool)
        groups = _groups(parts, every & ~_frames(parts, every), max(mask.shape))
        found += [_cut(parts, group) for group in groups if not within[group].all()]
    return found


def _cut(parts: Parts, group: np.ndarray, is_part: bool = False) -> Group:
    left, top, right, bottom = (int(edge) for edge in _joint(parts.boxes[group]))
    rim = np.concatenate([parts.labels[[0, -1]].ravel(), parts.labels[:, [0, -1]].ravel()])
    of_rim = float(np.isin(rim, group + 1).mean())
    return Group(np.isin(parts.labels[top:bottom, left:right], group + 1), top, left, of_rim, is_part)


def line_of(mask: np.ndarray) -> np.ndarray:
    """A mask of ink, bool (h, w), of one line of digits: without frames, and without what is far smaller than the
    tallest group of parts, or far above or below it."""
    parts = _coarse_parts_of(mask)
    numbers = np.flatnonzero(~_frames(parts, np.ones(len(parts.areas), bool)))
    if not len(numbers):
        return parts.labels > 0
    group, boxes = _boxed(parts, numbers, max(mask.shape))
    height, middle = boxes[:, 3] - boxes[:, 1], (boxes[:, 3] + boxes[:, 1]) / 2
    tallest = int(np.argmax(height))
    sides = np.maximum(height, boxes[:, 2] - boxes[:, 0])
    of_line = (sides > _MARK * height[tallest]) & (np.abs(middle - middle[tallest]) < _ROW * height[tallest])
    return np.isin(parts.labels, numbers[of_line[group]] + 1)


def _groups(parts: Parts, kept: np.ndarray, side: int) -> list[np.ndarray]:
    """The numbers of the parts of each of the largest groups."""
    numbers = np.flatnonzero(kept)
    if not len(numbers):
        return []
    group, boxes = _boxed(parts, numbers, side)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(1)
    order = np.argsort(-sides, kind="stable")[:_MOST]
    return [_without_specks(parts, numbers[group == at]) for at in order if sides[at] >= _SMALLEST * side]


def _boxed(parts: Parts, numbers: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Of these parts the number of each one's group, from 0, and the boxes of the groups, (n, 4)."""
    _, group = np.unique(_grouped(parts, numbers, side), return_inverse=True)
    boxes = np.full((group.max() + 1, 4), parts.labels.size)
    boxes[:, 2:] = 0
    np.minimum.at(boxes[:, :2], group, parts.boxes[numbers, :2])
    np.maximum.at(boxes[:, 2:], group, parts.boxes[numbers, 2:])
    return group, boxes


def _coarse_parts_of(mask: np.ndarray) -> Parts:
    """The parts of a mask, made coarser as long as it is speckled all over."""
    while is_speckled(mask):
        mask = _coarser(mask)
    return parts_of(mask)


def is_speckled(mask: np.ndarray) -> bool:
    """Whether a mask, bool (h, w), has more runs of ink in its rows than a drawing has."""
    return int((mask[:, 1:] & ~mask[:, :-1]).sum()) > _MANY


def _coarser(mask: np.ndarray) -> np.ndarray:
    """A mask without what is smaller than two pixels: ink where most of a square of 3x3 is."""
    count = np.pad(mask, 1).astype(np.int8)
    count = count[:-2] + count[1:-1] + count[2:]
    return count[:, :-2] + count[:, 1:-1] + count[:, 2:] > 6


def inside(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Which boxes, (n, 4), do not touch the rim of a picture of a shape: bool (n,)."""
    return np.asarray((boxes[:, :2] > 0).all(1) & (boxes[:, 2:] < shape[::-1]).all(1))


def _frames(parts: Parts, kept: np.ndarray) -> np.ndarray:
    """Which parts are a frame around others that are not much smaller, in all."""
    boxes, sides = parts.boxes, parts.sides
    hollow = kept & (parts.areas < 0.5 * (boxes[:, 2:] - boxes[:, :2]).prod(1)) & (sides > 0.3 * sides.max(initial=0))
    frames = np.zeros(len(sides), bool)
    for frame in np.flatnonzero(hollow)[np.argsort(-sides[hollow], kind="stable")[:_MOST_FRAMES]]:
        within = parts.within(frame)
        if not within.any():
            continue
        alone = parts.alone(frame)
        of_boxes = _is_of_boxes(alone)
        if of_boxes or parts.areas[within].sum() > _HOLDS_INK * parts.areas[frame]:
            left, top, right, bottom = _joint(boxes[within])
            side = min(alone.shape) if of_boxes else sides[frame]
            frames[frame] = max(right - left, bottom - top) > _HOLDS * side
    return frames


def _slashed(parts: Parts, frames: np.ndarray) -> list[np.ndarray]:
    """The numbers of the parts of each frame that is a 0 with what stands in it, its slash."""
    found = []
    for ring in np.flatnonzero(frames).tolist():
        slash = np.flatnonzero(parts.within(ring))
        if is_slashed(parts.alone(ring), np.isin(parts.labels[parts.place(ring)], slash + 1)):
            found.append(np.array([ring, *slash]))
    return found


def _is_of_boxes(frame: np.ndarray) -> bool:
    """Whether a part, cut out, is the frame of a row or column of boxes, with two straight sides along it."""
    if is_row(frame):
        along = frame
    elif is_column(frame):
        along = frame.T
    else:
        return False
    return upper_side(along) is not None and upper_side(along[::-1]) is not None


def is_row(frame: np.ndarray) -> bool:
    """Whether a frame, cut out, is as wide as that of boxes in a row."""
    height, width = frame.shape
    return width > _ROW_OF_BOXES * height


def is_column(frame: np.ndarray) -> bool:
    """Whether a frame, cut out, is as high as that of boxes one below the other."""
    height, width = frame.shape
    return height > _COLUMN_OF_BOXES * width


def _grouped(parts: Parts, numbers: np.ndarray, side: int) -> np.ndarray:
    """Of each of these parts the number of its group. Of very many, the largest alone make groups."""
    if len(numbers) > _MOST_PARTS:
        group = np.arange(len(numbers))
        large = np.sort(np.argsort(-parts.sides[numbers], kind="stable")[:_MOST_PARTS])
        group[large] = large[_grouped(parts, numbers[large], side)]
        return group
    boxes = parts.boxes[numbers].astype(float)
    gap = np.maximum(boxes[:, None, :2] - boxes[None, :, 2:], boxes[None, :, :2] - boxes[:, None, 2:]).clip(0)
    away = np.hypot(gap[..., 0], gap[..., 1])
    larger = np.maximum(parts.sides[numbers][:, None], parts.sides[numbers])
    first, second = np.nonzero(away <= np.maximum(_NEAR * larger, _NEAR_ANY * side))
    return _rooted(len(numbers), first, second)


def _without_specks(parts: Parts, group: np.ndarray) -> np.ndarray:
    """A group without its specks, unless it is made of them."""
    sides = parts.sides[group]
    whole = sides > _SPECK * sides.max()
    return group[whole] if parts.areas[group][whole].sum() > 0.8 * parts.areas[group].sum() else group


def _joint(boxes: np.ndarray) -> np.ndarray:
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])
