"""Styles of digits: two extremes, and pens that lie between them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenet.ink import rasterize
from lenet.model import NO_DIGIT
from lenet.synthetic import styles

ALL = [(label, name) for label, of_label in enumerate(styles.STYLES) for name in of_label]


class Still:
    """Random numbers that do nothing, but for a share of the way between the extremes."""

    def __init__(self, share: float) -> None:
        self.share = share

    def uniform(self, low, high, size=None):
        return np.full(size, self.share)

    def normal(self, mean, spread, size=None):
        return np.zeros(size) if size else 0.0

    def random(self):
        return 1.0


def still(share) -> Any:
    return Still(share)


def test_every_digit_has_styles_and_so_has_what_is_none():
    assert len(styles.STYLES) == NO_DIGIT + 1
    assert all(len(of_label) >= 5 for of_label in styles.STYLES)
    known = json.loads(Path(styles.__file__).with_suffix(".json").read_text("utf-8"))
    assert list(styles.STYLES[7]) == list(known["7"])
    assert list(styles.STYLES[NO_DIGIT]) == list(known["no digit"])


@pytest.mark.parametrize(("label", "name"), ALL)
def test_a_style_varies_and_stays_one_thing(label, name):
    random = np.random.default_rng(1)
    pictures = [rasterize(styles.between(styles.STYLES[label][name], random)).ravel() for _ in range(20)]
    unit = np.stack([each / np.linalg.norm(each) for each in pictures])
    alike = (unit @ unit.T)[np.triu_indices(20, 1)]
    assert alike.max() < 0.999
    assert alike.mean() > 0.35


def test_a_pen_lies_between_the_extremes(monkeypatch):
    monkeypatch.setattr(styles, "written", lambda glyph, random, strength: glyph)
    style = styles.STYLES[1]["long upstroke"]
    first, middle, last = (styles.between(style, still(share))[0] for share in (0.0, 0.5, 1.0))
    assert np.allclose(first, style[0][1])
    assert np.allclose(last, style[0][2])
    assert np.allclose(middle, (first + last) / 2)


def test_strokes_are_smooth_where_it_says_so(monkeypatch):
    monkeypatch.setattr(styles, "written", lambda glyph, random, strength: glyph)
    known = json.loads(Path(styles.__file__).with_suffix(".json").read_text("utf-8"))["0"]
    square, wide = (styles.between(styles.STYLES[0][name], still(0.0))[0] for name in ("square", "wide"))
    assert len(square) == len(known["square"][0].split())  # its corners alone
    assert len(wide) > 3 * len(known["wide"][0].split())


def test_all_styles_of_a_label_come():
    random = np.random.default_rng(3)
    drawn = [np.concatenate(styles.style(0, random)) for _ in range(200)]
    counts = {len(each) for each in drawn}
    assert len(counts) > 20
