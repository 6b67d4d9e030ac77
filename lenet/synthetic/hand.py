"""The pen and the hand of synthetic ink: curves and arcs to build a skeleton of, and a random hand laid over it.

Coordinates: a box about 1 high, y down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Point = Sequence[float] | np.ndarray  # x, y
Stroke = np.ndarray  # float (n, 2), x first
Glyph = list[Stroke]
Random = np.random.Generator


def written(glyph: Glyph, random: Random, strength: float = 1.0) -> Glyph:
    """Lay a random hand over a skeleton: rounding, tremor, aspect, slant, turn.

    strength: 1 is the range people write in; 0 leaves the skeleton as it is.
    """
    glyph = [_resampled(stroke) for stroke in glyph]
    if random.random() < 0.7:
        window = int(random.integers(1, 4))
        glyph = [_rounded(stroke, window) for stroke in glyph]
    tremor, sway = (strength * abs(random.normal(0, spread)) for spread in (0.01, 0.018))
    glyph = [each + tremor * _noise(len(each), 3, random) + sway * _noise(len(each), 12, random) for each in glyph]
    aspect = np.exp(strength * random.normal(0, 0.15))
    slant = strength * np.clip(random.normal(0.06, 0.17), -0.4, 0.55)
    turn = strength * np.clip(random.normal(0, 0.13), -0.3, 0.3)
    cos, sin = np.cos(turn), np.sin(turn)
    hand = np.array([[cos, -sin], [sin, cos]]) @ np.array([[aspect, -slant], [0, 1]])
    return [stroke @ hand.T for stroke in glyph]


def straight(*points: Point) -> Stroke:
    """A stroke of straight lines from point to point."""
    return np.array(points, float)


def curve(*points: Point, steps: int = 8) -> Stroke:
    """A smooth stroke through points: a Catmull-Rom spline, `steps` pieces between two points."""
    given = np.array(points, float)
    if len(given) < 3:
        return given
    padded = np.concatenate([[2 * given[0] - given[1]], given, [2 * given[-1] - given[-2]]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
        for p, q, r, s in zip(padded, padded[1:], padded[2:], padded[3:])
    ]
    return np.concatenate([*pieces, given[-1:]])


def arc(x: float, y: float, width: float, height: float, start: float, sweep: float, steps: int = 28) -> Stroke:
    """Part of an ellipse around (x, y) with half axes width, height.

    start, sweep: degrees, 0 to the right, 90 up, positive counter-clockwise as seen on the page.
    """
    angle = np.radians(start + sweep * np.linspace(0, 1, steps))
    return np.stack([x + width * np.cos(angle), y - height * np.sin(angle)], 1)


def joined(*strokes: Stroke) -> Stroke:
    """One stroke that runs through the given ones without lifting the pen."""
    return np.concatenate(strokes)


def rotation(angle: float) -> np.ndarray:
    """The matrix (2, 2) that turns strokes, `stroke @ rotation(angle)`, by an angle in radians."""
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _resampled(stroke: Stroke, spacing: float = 0.03) -> Stroke:
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    if along[-1] < spacing:
        return stroke
    return _between(np.linspace(0, along[-1], int(along[-1] / spacing) + 2), along, stroke)


def _rounded(stroke: Stroke, window: int) -> Stroke:
    if len(stroke) < 2 * window + 3:
        return stroke
    kernel = np.ones(2 * window + 1) / (2 * window + 1)
    middle = np.stack([np.convolve(axis, kernel, "valid") for axis in stroke.T], 1)
    return np.concatenate([stroke[:window], middle, stroke[-window:]])


def _noise(count: int, smoothness: int, random: Random) -> np.ndarray:
    knots = random.normal(size=(count // smoothness + 2, 2))
    return _between(np.arange(count) / smoothness, np.arange(len(knots)), knots)


def _between(at: np.ndarray, along: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The places `at` on the way through points that lie at `along`."""
    return np.stack([np.interp(at, along, axis) for axis in points.T], 1)
