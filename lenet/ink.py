"""Pen strokes -> the 28x28 picture LeNet-5 expects, prepared as MNIST was.

Strokes are vectors, so they are scaled first and drawn afterwards, at MNIST's line width whatever
the size of the drawing: a shrunk picture of thin or thick lines is what misleads digit demos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .mistake import Mistake
from .specks import without_specks

# A list of strokes, a stroke a list of [x, y] in fractions of the pad's height, y down, origin top left.
Ink = Sequence[Sequence[Sequence[float]] | np.ndarray]

MAX_STROKES = 1_000
MAX_POINTS = 20_000
FARTHEST = 16.0  # pad heights from the origin; a wide pad is a few heights wide
BOX = 20.0  # pixels of the 28 that the longest side of the ink takes, line width included
LINE_WIDTH = 2.5  # pixels; gives pen strokes about the amount of ink that MNIST's digits have
SMALLEST = 0.02  # pad heights; smaller ink is a dot, and is not blown up to full size

_PIECE = 1.0  # pixels; longer segments are cut into pieces at most this long
_FINEST = 0.4  # pixels; points closer together than this add nothing
MOST_PIECES = 60_000  # of ink that one caller may have drawn; a digit has some 50, a pad filled by hand 4,000


class InkError(Mistake):
    """The ink cannot be drawn; the message says what is wrong with it."""


def affordable(pieces: float) -> None:
    """Raise InkError for more work, in pieces of ink to draw, than is done for one caller."""
    if pieces > MOST_PIECES:
        raise InkError("There is too much ink to be read at once. Undo a few strokes, or clear the pad.")


@dataclass(frozen=True)
class Prepared:
    """Ink made ready for the network.

    picture: float32 (size, size) in [0, 1], ink = 1. A point p of the pad lies at p * scale + offset in it, in
    pixels, x first; scale is 0 when there is no ink.
    """

    picture: np.ndarray
    scale: float
    offset: tuple[float, float]


def rasterize(ink: Ink, size: int = 28) -> np.ndarray:
    """Draw pen strokes the way MNIST was prepared.

    ink: strokes in pad fractions. Returns float32 (size, size) in [0, 1], ink = 1; all zeros for no ink.
    Specks far from everything else are left out. Raises InkError for a point that is not a finite pair or
    lies far off the pad, and for too many points.
    Source: LeCun et al. 1998, section III-A: longest side 20 px, centred by centre of mass.
    """
    return prepare(ink, size).picture


def prepare(ink: Ink, size: int = 28, specks: bool = False) -> Prepared:
    """`rasterize`, with the way back from the picture to the pad. Raises InkError as rasterize does.

    specks: whether they are drawn too.
    """
    return draw_digit(checked(ink), size, specks)


def draw_digit(strokes: Sequence[np.ndarray], size: int = 28, specks: bool = False) -> Prepared:
    """`prepare` for strokes as `checked` returns them."""
    start, end = segments(strokes if specks else without_specks(strokes))
    if len(start) == 0:
        return Prepared(np.zeros((size, size), np.float32), 0.0, (0.0, 0.0))
    low = np.minimum(start.min(0), end.min(0))
    high = np.maximum(start.max(0), end.max(0))
    pixels = size / 28
    scale = float((BOX - LINE_WIDTH) * pixels / max((high - low).max(), SMALLEST))
    offset = size / 2 - (low + high) / 2 * scale
    line = LINE_WIDTH * pixels
    start, end = _pieces(*_thinned(start * scale, end * scale))
    centre = centre_of_mass(_inked(start + offset, end + offset, size, size, line))
    offset = offset + size / 2 - centre
    picture = _inked(start + offset, end + offset, size, size, line)
    return Prepared(picture, scale, (float(offset[0]), float(offset[1])))


def checked(ink: Ink) -> list[np.ndarray]:
    """The strokes of ink that have points, float64 (n, 2) each, x first. Raises InkError as rasterize does."""
    if not isinstance(ink, (list, tuple)):
        raise InkError("Ink must be a list of strokes.")
    if len(ink) > MAX_STROKES:
        raise InkError(f"Too many strokes: at most {MAX_STROKES:,} can be read at once.")
    strokes = [stroke for stroke in ink if _length(stroke)]
    total = sum(len(stroke) for stroke in strokes)
    if total > MAX_POINTS:
        raise InkError(f"Too many points: at most {MAX_POINTS:,} can be read at once.")
    return [_points(stroke) for stroke in strokes]


def segments(strokes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Cut checked strokes into straight segments: start, end, float64 (n, 2) each, x first.

    A stroke of one point gives one segment of length 0.
    """
    if not strokes:
        return np.zeros((0, 2)), np.zeros((0, 2))
    lines = [stroke if len(stroke) > 1 else np.repeat(stroke, 2, 0) for stroke in strokes]
    return np.concatenate([line[:-1] for line in lines]), np.concatenate([line[1:] for line in lines])


def draw(start: np.ndarray, end: np.ndarray, height: int, width: int, line: float = LINE_WIDTH) -> np.ndarray:
    """Draw anti-aliased segments with round caps and joints.

    start, end: (n, 2) in pixels, x first. line: width in pixels, by default that of a picture 28 high.
    Returns float32 (height, width) in [0, 1]; ink off the picture is cut off.
    """
    return _inked(*_pieces(*_thinned(start, end)), height, width, line)


def centre_of_mass(picture: np.ndarray) -> np.ndarray:
    """The centre of mass (x, y) of a picture (height, width), in pixels; its middle when it is blank."""
    height, width = picture.shape
    mass = float(picture.sum())
    if mass <= 0:
        return np.array([width / 2, height / 2])
    x = float(picture.sum(0) @ (np.arange(width) + 0.5)) / mass
    y = float(picture.sum(1) @ (np.arange(height) + 0.5)) / mass
    return np.array([x, y])


def _length(stroke: object) -> int:
    if isinstance(stroke, (list, tuple, np.ndarray)):
        return len(stroke)
    raise InkError("A stroke must be a list of [x, y] points.")


def _points(stroke: Sequence[Sequence[float]]) -> np.ndarray:
    complaint = "A point must be a pair of finite numbers [x, y]."
    for point in stroke:
        # Before numpy sees it: a point holding a huge nested list would be walked through.
        if not isinstance(point, (list, tuple, np.ndarray)) or len(point) != 2:
            raise InkError(complaint)
    try:
        points = np.asarray(stroke)
    except ValueError as error:
        raise InkError(complaint) from error
    if points.ndim != 2 or points.dtype.kind not in "iuf":
        raise InkError(complaint)
    points = points.astype(np.float64)
    if not np.isfinite(points).all():
        raise InkError(complaint)
    if np.abs(points).max() > FARTHEST:
        raise InkError(f"A point lies far off the pad: coordinates are fractions of its height, at most {FARTHEST:g}.")
    return points


def _thinned(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join runs of segments shorter than _FINEST, so that a dense pen costs no more than a coarse one."""
    if len(start) < 2:
        return start, end
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*(end - start).T))])
    step = np.floor(along / _FINEST)
    # A segment ends a run when the next step begins there or its stroke does.
    ends_run = step[1:] != step[:-1]
    ends_run[:-1] |= (end[:-1] != start[1:]).any(1)
    ends_run[-1] = True
    last = np.flatnonzero(ends_run)
    first = np.concatenate([[0], last[:-1] + 1])
    return start[first], end[last]


def _pieces(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    length = np.hypot(*(end - start).T)
    count = np.maximum(1, np.ceil(length / _PIECE)).astype(np.int64)
    affordable(count.sum())
    which = np.repeat(np.arange(len(start)), count)
    number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    step = ((end - start) / count[:, None])[which]
    piece_start = start[which] + step * number[:, None]
    return piece_start, piece_start + step


def _inked(start: np.ndarray, end: np.ndarray, height: int, width: int, line: float) -> np.ndarray:
    """Draw segments no longer than _PIECE: every one touches the pixels of a small square window only."""
    # A pixel centre lies at most half a pixel from where its column is counted, hence floor.
    reach = int(line / 2 + _PIECE / 2 + 1)
    window = np.arange(-reach, reach + 1)
    canvas = np.zeros(height * width, np.float32)
    at_once = max(1, 200_000 // len(window) ** 2)
    for first in range(0, len(start), at_once):
        a = start[first : first + at_once].astype(np.float32)
        b = end[first : first + at_once].astype(np.float32)
        middle = np.floor((a + b) / 2).astype(np.int64)
        x, y = middle[:, :1] + window, middle[:, 1:] + window  # (n, side) each
        ink = np.minimum(line / 2 + 0.5 - _distance(x, y, a, b), 1)
        seen = ink > 0
        seen &= ((x >= 0) & (x < width))[:, None, :]
        seen &= ((y >= 0) & (y < height))[:, :, None]
        np.maximum.at(canvas, (y[:, :, None] * width + x[:, None, :])[seen], ink[seen])
    return canvas.reshape(height, width)


def _distance(x: np.ndarray, y: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """From the middles of pixels in columns x and rows y (n, side) to the segments a-b (n, 2): (n, side, side)."""
    along = b - a
    from_x = (x + 0.5).astype(np.float32) - a[:, :1]
    from_y = (y + 0.5).astype(np.float32) - a[:, 1:]
    part = along / np.maximum((along * along).sum(1, keepdims=True), 1e-12)
    t = np.clip((from_x * part[:, :1])[:, None, :] + (from_y * part[:, 1:])[:, :, None], 0, 1)
    away_x = from_x[:, None, :] - t * along[:, 0, None, None]
    away_y = from_y[:, :, None] - t * along[:, 1, None, None]
    return np.sqrt(away_x * away_x + away_y * away_y)
