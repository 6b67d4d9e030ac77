"""A 0 whose slash does not touch its ring is told from a 1 in a circle or box."""

import numpy as np
import pytest

import lenet
from lenet.parts import parts_of
from lenet.slashed import is_slashed
from tests.lenet.test_boxes import inked

BOX = [(80, 40), (160, 40), (160, 170), (80, 170), (80, 40)]


def ring(wide, high):
    turn = np.linspace(0, 2 * np.pi, 80)
    return np.stack([120 + wide * np.sin(turn), 105 - high * np.cos(turn)], 1)


def slash(across, up):
    return [(120 - across, 105 + up), (120 + across, 105 - up)]


def slashed(around, within):
    mask = inked(around, width=5) > 0.5
    outer = parts_of(mask).place(0)
    return is_slashed(mask[outer], (inked(within, width=5) > 0.5)[outer])


@pytest.mark.parametrize("within", [slash(25, 48), slash(23, 44), slash(-20, 50), slash(37, 10), slash(-32, 36)])
def test_a_slash_that_nearly_meets_the_ring_is_the_zeros(within):
    assert slashed(ring(45, 70), within)
    assert lenet.recognize(1 - 0.9 * inked(ring(45, 70), within, width=5)).digit == 0


@pytest.mark.parametrize(
    ("around", "within"),
    [
        (ring(70, 70), slash(30, 55)),  # a circle
        (ring(45, 70), slash(2, 55)),  # upright
        (ring(45, 70), slash(17, 32)),  # short
        (ring(45, 70), [(115, 75), (145, 65), (95, 148)]),  # a 1 with its upstroke
        (ring(45, 70), [(120, 105)]),  # a dot
        (ring(45, 70), [(96, 110), (142, 65), (138, 90), (102, 148)]),  # a flagged 1
        (BOX, slash(25, 52)),
        (ring(45, 70)[np.r_[60:79, :40]], slash(30, 45)),  # open where it points to
    ],
)
def test_what_else_stands_in_a_ring_is_no_slash(around, within):
    assert not slashed(around, within)


@pytest.mark.parametrize("around", [ring(75, 75), ring(80, 85), ring(64, 80), ring(56, 80), BOX])
@pytest.mark.parametrize("one", [slash(10, 45), slash(14, 50), [(100, 85), (128, 62), (112, 150)]])
def test_a_one_that_leans_in_a_circle_an_oval_or_a_box_stays_a_one(around, one):
    assert lenet.recognize(1 - 0.9 * inked(around, one, width=5)).digit == 1
