"""Digits in the styles of other countries and of single pens: the struck zero, the seven with bar and hook, the one
with a foot, and others that `digits.py` has none of; and letters and signs as people write them, which are no digits.
They stand in styles.json.

A style is two extremes that people's pens lie between, of as many strokes and points: strokes parted by "|", points
"x,y" in hundredths of a box 1 high, y down; a stroke that begins with "~" is smooth.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from .hand import Glyph, Random, Stroke, curve, straight, written

_NOISE = 0.025  # of each point, in heights
_BEYOND = 0.15  # of the way between the extremes that a pen may go beyond them

Style = list[tuple[bool, np.ndarray, np.ndarray]]  # of each stroke: whether it is smooth, and its points (n, 2) twice


def style(label: int, random: Random) -> Glyph:
    """One digit `label` (0 to 9), or with NO_DIGIT a letter or sign, as ink, in any style, by a random hand."""
    of_label = list(STYLES[label].values())
    return between(of_label[int(random.integers(len(of_label)))], random)


def between(extremes: Style, random: Random) -> Glyph:
    """A style as one pen writes it."""
    share = random.uniform(-_BEYOND, 1 + _BEYOND, 2)  # across and down, for the pen makes these apart
    glyph = []
    for is_smooth, first, second in extremes:
        points = first + share * (second - first) + random.normal(0, _NOISE, first.shape)
        glyph.append((curve if is_smooth else straight)(*points))
    return written(glyph, random, 0.8)


def _read(notation: list[str]) -> Style:
    extremes = [[_stroke(each) for each in one.split("|")] for one in notation]
    return [(is_smooth, first, second) for (is_smooth, first), (_, second) in zip(*extremes, strict=True)]


def _stroke(notation: str) -> tuple[bool, Stroke]:
    points = [point.split(",") for point in notation.strip().lstrip("~").split()]
    return notation.strip().startswith("~"), np.array(points, float) / 100


# By label, by name: the ten digits, then what is none.
STYLES: list[dict[str, Style]] = [
    {name: _read(notation) for name, notation in of_label.items()}
    for _, of_label in sorted(json.loads(Path(__file__).with_suffix(".json").read_text("utf-8")).items())
]
