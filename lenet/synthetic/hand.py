"""The pen and the hand of synthetic ink: curves and arcs to build a skeleton of, and a random hand laid over it.

Coordinates: a box about 1 high, y down.
"""

from __future__ import annotations

import numpy as np

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
    tremor = strength * abs(random.normal(0, 0.01))
    sway = strength * abs(random.normal(0, 0.018))
    glyph = [
        stroke + tremor * _noise(len(stroke), 3, random) + sway * _noise(len(stroke), 12, random) for stroke in glyph
    ]
    aspect = np.exp(strength * random.normal(0, 0.15))
    slant = strength * np.clip(random.normal(0.06, 0.17), -0.4, 0.55)
    turn = strength * np.clip(random.normal(0, 0.13), -0.3, 0.3)
    cos, sin = np.cos(turn), np.sin(turn)
    hand = np.array([[cos, -sin], [sin, cos]]) @ np.array([[aspect, -slant], [0, 1]])
    return [stroke @ hand.T for stroke in glyph]


def curve(*points: tuple[float, float], steps: int = 8) -> Stroke:
    """A smooth stroke through points: a Catmull-Rom spline, `steps` pieces between two points."""
    given = np.array(points, float)
    if len(given) < 3:
        return given
    padded = np.concatenate([[2 * given[0] - given[1]], given, [2 * given[-1] - given[-2]]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    before, a, b, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    pieces = [
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
        for p, q, r, s in zip(before, a, b, after)
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


def _resampled(stroke: Stroke, spacing: float = 0.03) -> Stroke:
    stroke = np.asarray(stroke, float)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    if along[-1] < spacing:
        return stroke
    at = np.linspace(0, along[-1], int(along[-1] / spacing) + 2)
    return np.stack([np.interp(at, along, stroke[:, 0]), np.interp(at, along, stroke[:, 1])], 1)


def _rounded(stroke: Stroke, window: int) -> Stroke:
    if len(stroke) < 2 * window + 3:
        return stroke
    kernel = np.ones(2 * window + 1) / (2 * window + 1)
    smooth = stroke.copy()
    for axis in (0, 1):
        smooth[window:-window, axis] = np.convolve(stroke[:, axis], kernel, "valid")
    return smooth


def _noise(count: int, smoothness: int, random: Random) -> np.ndarray:
    knots = random.normal(size=(count // smoothness + 2, 2))
    at = np.arange(count) / smoothness
    grid = np.arange(len(knots))
    return np.stack([np.interp(at, grid, knots[:, 0]), np.interp(at, grid, knots[:, 1])], 1)
