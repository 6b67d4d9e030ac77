"""What makes ink less likely to be the digit of a picture."""

import numpy as np
import pytest

from lenet.doubts import doubt_of, doubts_beside, mottled, within_one
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


SHAPE = (200, 240)
CUT_OFF = (0, 50, 40, 150)  # by the rim
BESIDE = (100, 50, 150, 150)
RING = (100, 50, 150, 90)  # of BESIDE


def beside(places, likeness=(6.0, 6.0)):
    likeness = np.array(likeness)
    return doubts_beside(np.array(places), likeness, likeness, SHAPE)


def test_what_the_rim_cuts_off_is_doubted_beside_a_digit_of_its_size():
    assert (beside([CUT_OFF, BESIDE])[0] > 1, beside([CUT_OFF, BESIDE])[1]) == (True, 0)
    assert beside([CUT_OFF, BESIDE], (6.0, 1.0))[0] == 0  # that is no digit
    assert beside([CUT_OFF, (100, 50, 130, 105)])[0] == 0  # that is small
    assert beside([CUT_OFF, (200, 50, 240, 150)])[0] == 0  # that is cut off too
    assert beside([CUT_OFF, (140, 100, 190, 200)])[0] == 0
    assert beside([(0, 50, 120, 150), BESIDE])[0] == 0  # that is the same ink in part


def test_what_stands_within_a_digit_is_doubted():
    smaller = np.log(100 / 50)
    assert beside([RING, BESIDE])[0] > 1 + smaller
    assert beside([RING, BESIDE])[1] == 0
    assert beside([RING, BESIDE], (6.0, 4.5))[0] == pytest.approx(smaller)
    assert beside([RING, CUT_OFF])[0] == pytest.approx(smaller)
    assert beside([RING, (98, 48, 152, 92)])[0] == pytest.approx(np.log(54 / 50))  # not by its own soft edges


def test_smaller_ink_is_doubted_beside_larger_that_is_like_a_digit():
    assert beside([(10, 10, 60, 35), (100, 50, 150, 150)])[0] == pytest.approx(np.log(2))
    assert beside([(10, 10, 60, 35), (100, 50, 150, 150)], (6.0, -1.0))[0] == 0


def test_places_within_others():
    places = np.array([RING, BESIDE, CUT_OFF])
    assert within_one(places, places).tolist() == [True, False, False]
    assert within_one(places, places, 2.5).tolist() == [False, False, False]
    assert within_one(places, places[:0]).tolist() == [False, False, False]
