"""What makes ink less likely to be the digit of a picture."""

import numpy as np
import pytest

from lenet.doubts import doubt_of, mottled
from lenet.ink import draw, segments
from lenet.paper import largest
from lenet.parts import Group


def drawn(*places):
    mask = np.zeros((200, 240), bool)
    for row, column in places:
        mask[row, column] = True
    return largest(mask.astype(np.uint8), 5) > 0


def doubt(mask, of_rim=0.0):
    return doubt_of(Group(mask[mask.any(1)][:, mask.any(0)], 0, 0, of_rim), 240)


def test_edges_the_rim_and_small_ink_are_doubted():
    straight = drawn(*((row, 100) for row in range(40, 160)))
    bent = drawn(*((row, 100 + abs(row - 100)) for row in range(40, 160)))
    small = drawn(*((row, 100 + abs(row - 100)) for row in range(90, 110)))
    assert doubt(bent) == 0
    assert doubt(bent, 0.01) == doubt(bent, 0.1) > 1
    assert doubt(bent, 0.6) > doubt(bent, 0.4) > 1 + doubt(bent, 0.1)  # a table, a window's bars
    assert doubt(straight) > doubt(bent, 0.1)
    assert doubt(bent.T) > 1  # it lies: with a rule, perhaps
    assert doubt(small) == pytest.approx(2 * np.log(0.25 * 240 / 24), rel=0.1)
    assert doubt(np.ones((1, 1), bool)) > doubt(small)


def test_grain_is_less_like_a_digit_than_even_ink():
    even = draw(*segments([np.array([(10.0, 10.0), (60.0, 90.0)])]), 100, 100, 8.0)
    grain = np.where(np.random.default_rng(0).random((100, 100)) < 0.5, even, 0.2 * even)
    assert mottled(even) == mottled(np.zeros_like(even)) == 0
    assert mottled(grain) > 2
