"""Letters and symbols as pen strokes, for junk: ink that is no digit. They stand in letters.json.

A character is strokes parted by spaces, a stroke points "xy" on a grid from 0 to 9, y down; a stroke that begins
with "~" is smooth. None of these is measured on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from .hand import Glyph, Random, curve, straight, written

_SETS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
FITTING = _SETS["FITTING"]  # most of the Latin letters
# How these may be turned without becoming a digit, or one that is measured on: a quarter to the left or right, half,
# mirrored left to right, flipped upside down.
TURNS = _SETS["TURNS"]
LATIN = _SETS["LATIN"]  # the other ones, some in another shape, and characters of other scripts
MORE = _SETS["MORE"]  # of other scripts, none of which looks like a digit, even in haste
SCRIPTS = _SETS["SCRIPTS"]  # Greek, Cyrillic, katakana, mathematics and others

# Of a point (x, y) as a row, y down.
_MATRICES = {"": np.eye(2), "l": np.array([(0, -1), (1, 0)]), "r": np.array([(0, 1), (-1, 0)])}
_MATRICES |= {"h": np.diag([-1, -1]), "m": np.diag([-1, 1]), "f": np.diag([1, -1])}


def character(notation: str, turn: str = "") -> Glyph:
    """The strokes of a character, in [0, 1] or near it; turn: one of the letters in TURNS, or none."""
    glyph = []
    for stroke in notation.split():
        pairs = stroke.lstrip("~")
        points = [(int(x) / 9, int(y) / 9) for x, y in zip(pairs[::2], pairs[1::2])]
        glyph.append((curve if stroke.startswith("~") else straight)(*points) @ _MATRICES[turn])
    return glyph


def alphabet(*sets: Mapping[str, str]) -> list[Glyph]:
    """All characters of some sets."""
    return [character(notation) for each in sets for notation in each.values()]


def any_of(characters: Sequence[Glyph]) -> Callable[[Random], Glyph]:
    """A pen that writes one of these characters at a time, its strokes a little out of place."""

    def pick(random: Random) -> Glyph:
        glyph = characters[int(random.integers(len(characters)))]
        return written([stroke + random.normal(0, 0.03, (1, 2)) for stroke in glyph], random)

    return pick
