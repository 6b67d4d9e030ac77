"""A digit as it was found in a picture -> the 28x28 picture, prepared as MNIST was."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .ink import BOX, LINE_WIDTH, centre_of_mass
from .paper import largest

_DIGIT = 160  # pixels; a longer side is brought down to this before its lines are made wider or thinner


def prepared(crop: np.ndarray, size: int = 28) -> np.ndarray:
    """A digit's ink, float32 (h, w) in [0, 1], cut out -> float32 (size, size) in [0, 1], its lines as wide as
    MNIST's."""
    scale = _DIGIT / max(crop.shape)
    if scale < 1:
        height, width = (max(1, round(side * scale)) for side in crop.shape)
        crop = np.array(Image.fromarray(crop).resize((width, height), Image.Resampling.BOX))
    return placed(with_line_width(crop), size)


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
    grow = round(float(wanted - width) / 2)
    if 0.7 < width / wanted < 1.5:  # people's pens differ as much in MNIST
        return ink
    if grow > 0:
        return largest(np.pad(ink, grow), 2 * grow + 1)
    # Never thin away more than a third of the line.
    return -largest(-ink, 2 * min(-grow, int(width / 3)) + 1)


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
