"""The line under a digit is told from the digit that touches it, and from the foot of a 2."""

import numpy as np
import pytest

import lenet
from lenet.ink import draw, segments
from lenet.parts import parts_of
from lenet.underline import underline_in
from tests.lenet.test_boxes import inked
from tests.lenet.test_finding import written

SEVEN = [(90, 60), (150, 60), (110, 200)]
LINE = [(60, 200), (190, 200)]


@pytest.mark.parametrize("fall", [0, 9, -9])
@pytest.mark.parametrize("width", [3, 7])
def test_the_line_is_found_and_not_the_digit_that_it_touches(fall, width):
    line = inked([(60, 200 - fall / 2), (190, 200 + fall / 2)], width=width) > 0.5
    seven = inked(SEVEN, width=6) > 0.5
    found = underline_in(parts_of(line | seven))
    assert found[line & ~seven].mean() > 0.9
    assert found[seven & ~line].mean() < 0.05


@pytest.mark.parametrize(
    "lines",
    [
        [SEVEN],
        [LINE],
        [SEVEN, [(60, 215), (190, 215)]],  # apart
        [[(70, 90), (120, 60), (150, 110), (62, 200), (180, 200)]],  # a 2
        [SEVEN, [(112, 200), (190, 200)]],  # on one side alone
        [[(120, 185), (120, 200)], LINE],  # no digit stands there
    ],
    ids=["seven", "line", "apart", "two", "one side", "low"],
)
def test_what_is_no_line_under_a_digit_is_left(lines):
    assert not underline_in(parts_of(inked(*lines, width=5) > 0.5)).any()


@pytest.mark.parametrize("beyond", [10, 40])
def test_a_digit_that_touches_a_line_is_read(beyond):
    random, right = np.random.default_rng(3), 0
    for number in range(20):
        strokes = written(number % 10, random, 150, (75, 75))
        points = np.concatenate(strokes)
        line = [(points[:, 0].min() - beyond, points[:, 1].max()), (points[:, 0].max() + beyond, points[:, 1].max())]
        ink = np.maximum(inked(line, width=4), draw(*segments(strokes), 300, 300, 7))
        right += lenet.recognize((1 - ink).astype(np.float32)).digit == number % 10
    assert right >= 18
