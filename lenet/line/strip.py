"""A line of ink, from strokes or from a photo, brought to the height that the swept network reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..ink import BOX, LINE_WIDTH, affordable, draw, segments
from ..model import INPUT
from ..placing import placed
from .sweep import STRIDE

Box = tuple[float, float, float, float]  # left, top, right, bottom

WIDEST = 2_800  # pixels of a strip; a longer line is scaled down
_MARGIN = INPUT.width // 2  # of blank on both sides, so that a window can stand on the first and last digit


@dataclass(frozen=True)
class Strip:
    """A line of ink made ready for the sweep.

    picture: float32 (28, width) in [0, 1], a digit of middle size about 20 pixels high in it. A point p of the pad or
    of the photo, in heights of it, lies at p * scale + offset in the picture, in pixels, x first; scale is 0 when
    there is no ink.
    """

    picture: np.ndarray
    scale: float
    offset: tuple[float, float]

    def shifted(self, pixels: int) -> Strip:
        """The same line, so many pixels farther to the right. It must end as far from the rim as it does."""
        x, y = self.offset
        return Strip(np.roll(self.picture, pixels, 1), self.scale, (x + pixels, y))

    def back(self, box: Sequence[float]) -> Box:
        """A box of the strip (left, top, right, bottom), in pixels, as one of the pad or photo, in its heights."""
        (x, y), scale = self.offset, self.scale
        return ((box[0] - x) / scale, (box[1] - y) / scale, (box[2] - x) / scale, (box[3] - y) / scale)

    def cut(self, box: Box) -> np.ndarray:
        """What is in a box of the pad or photo, prepared as MNIST was: float32 (28, 28)."""
        (x, y), scale = self.offset, self.scale
        left, top, right, bottom = (round(edge * scale + start) for edge, start in zip(box, (x, y, x, y), strict=True))
        return placed(self.picture[max(0, top) : bottom, max(0, left) : right])


BLANK = Strip(np.zeros((INPUT.height, INPUT.width), np.float32), 0.0, (0.0, 0.0))


def strip_of_ink(strokes: Sequence[np.ndarray], zoom: float = 1.0) -> Strip:
    """Draw a line of checked ink for the sweep, `zoom` times as large as seems right. Raises InkError for too much."""
    start, end = segments(strokes)
    if len(start) == 0:
        return BLANK
    (left, top), (right, bottom) = np.minimum(start, end).T, np.maximum(start, end).T
    amount = np.hypot(*(end - start).T) + 1e-6
    height, middle = _middle_size(left, right, top, bottom, amount)
    span = float(right.max() - left.min())
    scale = min(zoom * (BOX - LINE_WIDTH) / height, (WIDEST - 2 * _MARGIN) / max(span, 1e-9))
    affordable(4 * scale * amount.sum())  # a line is looked at in so many sizes
    width = 2 * _MARGIN + STRIDE * int(np.ceil(span * scale / STRIDE))
    offset = np.array([_MARGIN - left.min() * scale, INPUT.height / 2 - middle * scale])
    picture = draw(start * scale + offset, end * scale + offset, INPUT.height, width)
    return Strip(picture, float(scale), (float(offset[0]), float(offset[1])))


def _middle_size(
    left: np.ndarray, right: np.ndarray, top: np.ndarray, bottom: np.ndarray, amount: np.ndarray
) -> tuple[float, float]:
    """Height of a digit of middle size, and the height above the origin of the line's middle.

    The pieces (n,) are put together where they overlap in x; of the parts, the median counts by amount of ink.
    """
    order = np.argsort(left, kind="stable")
    left, right, top, bottom, amount = (values[order] for values in (left, right, top, bottom, amount))
    reach = np.maximum.accumulate(right)
    begins = np.flatnonzero(np.concatenate([[True], left[1:] > reach[:-1]]))
    low, high = np.minimum.reduceat(top, begins), np.maximum.reduceat(bottom, begins)
    weight = np.add.reduceat(amount, begins)
    width, height = np.maximum.reduceat(right, begins) - left[begins], high - low
    # A part that is wider than high is several digits that touch; the tallest of them makes it higher than most.
    height = np.where(width > height, height / 1.3, height)
    # A dash counts as an eighth as high as it is long, or it would be blown up.
    height = np.maximum(height, width / 8)
    by_height = np.argsort(height)
    median = np.searchsorted(np.cumsum(weight[by_height]), weight.sum() / 2)
    middle = float((weight * (low + high)).sum() / weight.sum() / 2)
    return max(float(height[by_height][median]), 0.02), middle


def strip_of_photo(ink: np.ndarray, zoom: float = 1.0) -> Strip:
    """Bring the ink of a photo of a line, as `photo.ink_of` finds it, to the strip's height times `zoom`."""
    solid = ink > 0.5
    columns = np.flatnonzero(solid.any(0))
    if len(columns) == 0:
        return BLANK
    amount = solid[:, columns].sum(0).astype(float)
    top = solid[:, columns].argmax(0)
    bottom = len(solid) - solid[::-1, columns].argmax(0)
    height, middle = _middle_size(columns, columns + 1, top, bottom, amount)
    first, last = int(columns[0]), int(columns[-1]) + 1
    scale = min(zoom * BOX / height, (WIDEST - 2 * _MARGIN) / (last - first))
    crop = Image.fromarray(np.rint(ink[:, first:last] * 255).astype(np.uint8))
    small = (max(1, round(crop.width * scale)), max(1, round(crop.height * scale)))
    crop = crop.resize(small, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    width = 2 * _MARGIN + STRIDE * -(-crop.width // STRIDE)
    y = round(INPUT.height / 2 - middle * scale)
    canvas = Image.new("L", (width, INPUT.height))
    canvas.paste(crop, (_MARGIN, y))
    return Strip(np.asarray(canvas, np.float32) / 255, scale * len(ink), (_MARGIN - first * scale, float(y)))
