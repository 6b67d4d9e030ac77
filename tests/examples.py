"""`python -m tests.examples`: writes demo/examples.json, the drawings that the page offers, by the synthetic hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np

from lenet.synthetic import digits
from lenet.synthetic.lines import SPACED, TOUCHING, Setting, compose
from tests.junk import KINDS, dense_scribble
from tests.serving import ROOT

# (digit, seed of the hand): chosen by eye, for variety.
_DIGITS = ((7, 3), (1, 11), (4, 5), (2, 8), (0, 2), (3, 4), (5, 6), (6, 1), (8, 9), (9, 7))
_WIDTH = 3.0  # of the wide pad on a small screen, in pad heights
_LINES = {
    "2026": ("2026", replace(SPACED, size=0.1), 4),
    "31415": ("31415", replace(TOUCHING, size=0.15), 2),
    "with a letter": ("17?4", replace(SPACED, size=0.1), 6),
}

FILE = ROOT / "demo" / "examples.json"

Strokes = list[list[list[float]]]


def examples() -> dict[str, Any]:
    """{"digits", "lines"}: lists of {"name", "strokes"}, in pad fractions; "width": of the lines' pad, in its heights.

    Ten digits and a scribble; three lines of digits: apart, touching, and with a letter among them.
    """
    drawings = {f"a {k}": digits.digit(k, np.random.default_rng([k, seed])) for k, seed in _DIGITS}
    drawings["a scribble"] = dense_scribble(np.random.default_rng(5))
    return {
        "digits": [{"name": name, "strokes": _on_pad(drawing)} for name, drawing in drawings.items()],
        "lines": [{"name": f"the line {name}", "strokes": _line(*line)} for name, line in _LINES.items()],
        "width": _WIDTH,
    }


def _line(text: str, setting: Setting, seed: int) -> Strokes:
    random = np.random.default_rng(seed)
    glyphs = [digits.digit(int(c), random) if c.isdigit() else KINDS["letters"](random) for c in text]
    line = compose(glyphs, setting, random)
    points = np.concatenate(line)
    shift = np.array([_WIDTH / 2, 0.55]) - (points.min(0) + points.max(0)) / 2
    return [np.round(stroke + shift, 4).tolist() for stroke in line]


def _on_pad(glyph: digits.Glyph, height: float = 0.62) -> Strokes:
    """Scale a glyph to the middle of the pad."""
    points = np.concatenate(glyph)
    low, high = points.min(0), points.max(0)
    scale = height / (high - low).max()
    middle = (low + high) / 2
    return [np.round((stroke - middle) * scale + 0.5, 4).tolist() for stroke in glyph]


def text() -> str:
    """What stands in the file."""
    return json.dumps(examples(), separators=(",", ":")) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
