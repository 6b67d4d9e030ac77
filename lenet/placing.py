"""A digit as it was found in a picture -> the 28x28 picture, prepared as MNIST was."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .ink import BOX, LINE_WIDTH, centre_of_mass
from .paper import largest

_THINNEST, _THICKEST = 0.85, 1.2  # times MNIST's width: lines between are left as they are
_NONE = 0.1  # of full ink: columns and rows with no more have none
_PALEST = 0.2  # of full ink: paler ink is not made dark
_CROSSES = 0.59  # of the steps that make an octagon are crosses, the rest squares
_DIGIT = 160  # pixels; a longer side is brought down to this before its lines are made wider or thinner


def prepared(crop: np.ndarray, size: int = 28) -> np.ndarray:
    """A digit's ink, float32 (h, w) in [0, 1], cut out -> float32 (size, size) in [0, 1], its lines as wide as
    MNIST's."""
    scale = _DIGIT / max(crop.shape)
    if scale < 1:
        height, width = (max(1, round(side * scale)) for side in crop.shape)
        crop = np.array(Image.fromarray(crop).resize((width, height), Image.Resampling.BOX))
    return placed(with_line_width(_dark(crop)), size)


def _dark(ink: np.ndarray) -> np.ndarray:
    """Ink as dark as where half of its columns, or its rows, are darkest: lines that became thinner than a pixel when
    the picture was made smaller are pale."""
    inked = [darkest[darkest > _NONE] for darkest in (ink.max(0), ink.max(1))]
    if not len(inked[0]):
        return ink
    return np.minimum(ink / max(_PALEST, *(float(np.median(darkest)) for darkest in inked)), 1)


def with_line_width(ink: np.ndarray) -> np.ndarray:
    """Thicken or thin the lines of a cropped digit to about MNIST's width for its size."""
    longest = max(ink.shape)
    solid = ink > 0.5
    if longest <= 1.5 * BOX or not solid.any():  # too coarse, or too fine, to do better
        return ink
    rim = solid & ~(np.pad(solid, 1)[:-2, 1:-1] & np.pad(solid, 1)[2:, 1:-1]
                    & np.pad(solid, 1)[1:-1, :-2] & np.pad(solid, 1)[1:-1, 2:])  # fmt: skip
    width = 2 * solid.sum() / rim.sum()
    wanted = LINE_WIDTH / BOX * longest
    if _THINNEST < width / wanted < _THICKEST:
        return ink
    grow = round(float(wanted - width) / 2)
    if grow > 0:
        return _thicker(np.pad(ink, grow), grow)
    # A third of the mean line's width at most is thinned away, half of that at each side.
    return -_thicker(-np.pad(ink, 1), min(-grow, int(width / 6)))[1:-1, 1:-1]


def _thicker(ink: np.ndarray, reach: int) -> np.ndarray:
    """The largest of an octagon around each pixel: by a square alone, slanted lines would grow more than upright."""
    crosses = round(_CROSSES * reach)
    ink = largest(ink, 2 * (reach - crosses) + 1)
    for _ in range(crosses):
        ink = np.maximum(largest(ink, 3, (0,)), largest(ink, 3, (1,)))
    return ink


def placed(ink: np.ndarray, size: int = 28) -> np.ndarray:
    """Ink (h, w) in [0, 1], as it was found -> float32 (size, size), as MNIST was prepared: longest side 20 of 28
    pixels, centre of mass in the middle, in one resampling. All zeros when nothing is darker than 0.3."""
    rows, columns = np.flatnonzero(ink.max(1) > 0.3), np.flatnonzero(ink.max(0) > 0.3)
    if len(rows) == 0:
        return np.zeros((size, size), np.float32)
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    scale = BOX * size / 28 / max(height, width)
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    picture = picture.resize(small, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    left, top = np.rint(size / 2 - centre_of_mass(np.asarray(picture, np.float32))).astype(int)
    canvas = Image.new("L", (size, size))
    canvas.paste(picture, (int(left), int(top)))
    return np.asarray(canvas, np.float32) / 255
