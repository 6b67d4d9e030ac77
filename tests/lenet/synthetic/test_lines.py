from dataclasses import replace

import numpy as np
import pytest

from lenet.synthetic.lines import SPACED, compose

GLYPHS = [[np.array([[0.0, 0.0], [0.3, 1.0]]), np.array([[0.0, 0.5], [0.4, 0.5]])] for _ in range(3)]


def test_a_pen_that_joins_all_neighbours_lifts_only_within_a_digit():
    apart = compose(GLYPHS, SPACED, np.random.default_rng(1))
    assert [len(stroke) for stroke in apart] == [2, 2] * 3
    joined = compose(GLYPHS, replace(SPACED, joined=1.0), np.random.default_rng(1))
    assert [len(stroke) for stroke in joined] == [2, 4, 4, 2]
    # From where one digit's last stroke ends to where the next one's first begins, further right.
    assert joined[1][1, 0] < joined[1][2, 0]


def test_a_pen_that_joins_some_neighbours_leaves_the_rest_apart():
    random = np.random.default_rng(2)
    strokes = [len(compose(GLYPHS, replace(SPACED, joined=0.25), random)) for _ in range(400)]
    assert set(strokes) == {4, 5, 6}
    assert np.mean(6 - np.array(strokes)) / 2 == pytest.approx(0.25, abs=0.04)
