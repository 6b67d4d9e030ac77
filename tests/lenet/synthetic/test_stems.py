"""Letters of no alphabet: many different ones, each more than one stem, and none with something on one side only."""

import numpy as np

from lenet.ink import rasterize
from lenet.synthetic import stems as built
from lenet.synthetic.hand import written


def drawn(count):
    random = np.random.default_rng(4)
    return [built.letter(random) for _ in range(count)]


def test_no_two_are_alike():
    pictures = {rasterize(glyph).tobytes() for glyph in drawn(200)}
    assert len(pictures) == 200


def test_each_has_a_stem_with_something_on_both_sides_or_several_stems(monkeypatch):
    # As they are before a hand is laid over them.
    monkeypatch.setattr("lenet.synthetic.stems.written", lambda glyph, random: written(glyph, random, 0))
    for glyph in drawn(200):
        stems = sum(np.ptp(stroke[:, 0]) < 0.05 for stroke in glyph)
        points = np.concatenate(glyph)
        assert len(glyph) >= 2
        assert np.ptp(points[:, 0]) > 0.4
        middle = (points[:, 0].min() + points[:, 0].max()) / 2
        stem = next(stroke for stroke in glyph if np.ptp(stroke[:, 0]) < 0.05)
        assert stems > 1 or abs(stem[:, 0].mean() - middle) < 0.05


def test_two_stems_are_never_a_closed_frame(monkeypatch):
    monkeypatch.setattr("lenet.synthetic.stems.written", lambda glyph, random: glyph)
    for glyph in drawn(400):
        stems = [stroke for stroke in glyph if np.ptp(stroke[:, 0]) == 0]
        rest = [stroke for stroke in glyph if np.ptp(stroke[:, 0]) > 0]
        if len(stems) == 2:
            at_the_top = {i for i, stroke in enumerate(rest) if stroke[:, 1].min() < 0.01}
            at_the_bottom = {i for i, stroke in enumerate(rest) if stroke[:, 1].max() > 0.99}
            assert not at_the_top or not at_the_bottom or at_the_top == at_the_bottom  # one slant
