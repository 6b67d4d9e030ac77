"""Lines of several digits, composed from single ones: for training, tuning and measuring `scan`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .hand import Glyph, Random


@dataclass(frozen=True)
class Setting:
    """How a line is set. Lengths in digit heights."""

    gap: tuple[float, float]  # from one box to the next, drawn anew for every pair
    size: float = 0.3  # each digit is up to this fraction taller or shorter
    wobble: float = 0.06  # standard deviation of its distance from the base line
    joined: float = 0.0  # share of the neighbours that the pen does not leave the paper between


SPACED = Setting((0.15, 0.5))
CLOSE = Setting((0.0, 0.15))
TOUCHING = Setting((-0.15, 0.0))


def compose(glyphs: Sequence[Glyph], setting: Setting, random: Random, height: float = 0.4) -> Glyph:
    """Set glyphs side by side on a base line. height: of a digit of middle size, in the unit of the result."""
    line: Glyph = []
    right = 0.3 * height
    for glyph in glyphs:
        points = np.concatenate(glyph)
        low, high = points.min(0), points.max(0)
        # Flat glyphs, a dash or a lying line, are not blown up to the height of a digit.
        tall = max(high[1] - low[1], 0.5 * (high[0] - low[0]), 1e-6)
        scale = height * (1 + random.uniform(-setting.size, setting.size)) / tall
        gap = random.uniform(*setting.gap) * height if line else 0.0
        base = 1.5 * height + random.normal(0, setting.wobble) * height
        shift = np.array([right + gap, base - (high[1] - low[1]) * scale])
        placed = [(stroke - low) * scale + shift for stroke in glyph]
        if line and setting.joined and random.random() < setting.joined:
            line[-1] = np.concatenate([line[-1], placed.pop(0)])
        line.extend(placed)
        right = float(shift[0] + (high[0] - low[0]) * scale)
    return line
