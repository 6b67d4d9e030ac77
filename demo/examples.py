"""Example drawings to load with one click: strokes of the project's own synthetic hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from lenet.synthetic import digits as synth
from lenet.synthetic import junk
from lenet.synthetic.digits import Glyph
from lenet.synthetic.lines import SPACED, TOUCHING, Setting, compose

# (label, what is drawn, seed of the hand): chosen by eye, for variety.
_DIGITS = ((7, 3), (1, 11), (4, 5), (2, 8), (0, 2), (3, 4), (5, 6), (6, 1), (8, 9), (9, 7))

LINE_PAD = 3.0  # width of the wide pad on a small screen, in pad heights
_LINES = {
    "2026": ("2026", replace(SPACED, size=0.1), 4),
    "31415": ("31415", replace(TOUCHING, size=0.15), 2),
    "with a letter": ("17?4", replace(SPACED, size=0.1), 6),
}


@dataclass(frozen=True)
class Example:
    """A drawing: name for the button's label, strokes in pad fractions."""

    name: str
    strokes: list[list[list[float]]]


def examples() -> list[Example]:
    """Ten digits and a scribble."""
    digits = [
        Example(f"a {label}", _on_pad(synth.digit(label, np.random.default_rng([label, seed]))))
        for label, seed in _DIGITS
    ]
    scribble = _on_pad(junk.EVALUATION["scribbles"](np.random.default_rng(5)))
    return [*digits, Example("a scribble", scribble)]


def as_json(drawings: list[Example]) -> list[dict[str, object]]:
    """Examples as the page takes them."""
    return [asdict(example) for example in drawings]


def lines() -> list[Example]:
    """Three lines of digits: apart, touching, and with a letter among them."""
    return [Example(f"the line {name}", _line(*arguments)) for name, arguments in _LINES.items()]


def _line(text: str, setting: Setting, seed: int) -> list[list[list[float]]]:
    random = np.random.default_rng(seed)
    glyphs = [synth.digit(int(c), random) if c.isdigit() else junk.EVALUATION["letters"](random) for c in text]
    line = compose(glyphs, setting, random)
    points = np.concatenate(line.strokes)
    shift = np.array([LINE_PAD / 2, 0.55]) - (points.min(0) + points.max(0)) / 2
    return [np.round(stroke + shift, 4).tolist() for stroke in line.strokes]


def _on_pad(glyph: Glyph, height: float = 0.62) -> list[list[list[float]]]:
    """Scale a glyph to the middle of the pad."""
    points = np.concatenate(glyph)
    low, high = points.min(0), points.max(0)
    scale = height / (high - low).max()
    middle = (low + high) / 2
    return [np.round((stroke - middle) * scale + 0.5, 4).tolist() for stroke in glyph]
