"""A synthetic 1 has no top of a 7, nor a 7 without bar the upstroke of a 1."""

import numpy as np
import pytest

from lenet.synthetic.digits import digit
from tests.upstroke import LIES_UP_TO, OF_SLANT, RISES_FROM, ambiguous, rise, told, told_apart


def hook(steep: float, slant: float = 0.0, length: float = 0.6) -> list[np.ndarray]:
    """A straight way up, so many degrees steep, and a stem."""
    up = length * np.array([np.cos(np.radians(steep)), -np.sin(np.radians(steep))])
    corner = np.array([slant, 0.0])
    return [np.array([corner - up, corner, [0.0, 1.0]])]


@pytest.mark.parametrize(("steep", "slant"), [(0, 0), (12, 0.2), (30, 0.1), (40, 0.6), (-10, 0.4)])
def test_the_rise_is_the_slope_beyond_what_the_stem_slants(steep, slant):
    assert rise(hook(steep, slant)) == pytest.approx(steep - OF_SLANT * slant)


def test_a_lifted_pen_and_another_order_of_magnitude_change_nothing():
    (line,) = hook(30, 0.2)
    lifted = [line[:2], line[1:] + [0.02, 0.04]]
    assert rise(lifted) == pytest.approx(rise([line]), abs=6)
    assert rise([stroke * 200 + 30 for stroke in lifted]) == pytest.approx(rise(lifted))
    assert rise([line[:2], line[1:] + 0.2]) is None
    assert rise([np.zeros((1, 2))]) is None


@pytest.mark.parametrize(
    "glyph",
    [
        [np.array([(0.0, 0), (0, 1)])],  # a stem
        hook(30, length=0.15),  # a flag
        [*hook(5), np.array([(-0.3, 0.5), (0.3, 0.5)])],  # a bar
        [np.array([(0, 0.1), (0.5, 0), (0.3, 1.0), (0.6, 0.7)])],  # a kick
        [np.array([(0, 0.4), (0, 0.1), (0.3, 0), (0.6, 0.05), (0.4, 1)])],  # a hook
    ],
    ids=["stem", "flag", "bar", "kick", "hook"],
)
def test_what_is_no_upstroke_and_stem_alone_is_no_matter(glyph):
    assert rise(glyph) is None
    assert not any(ambiguous(label, glyph) for label in range(10))


def test_between_a_one_and_a_seven_is_neither():
    middle = (RISES_FROM + LIES_UP_TO) / 2
    assert [ambiguous(1, hook(steep)) for steep in (LIES_UP_TO - 5, middle, RISES_FROM + 5)] == [True, True, False]
    assert [ambiguous(7, hook(steep)) for steep in (LIES_UP_TO - 5, middle, RISES_FROM + 5)] == [False, True, True]
    assert not ambiguous(4, hook(middle))


def test_what_is_another_digit_is_drawn_again_but_not_for_ever():
    slopes = iter([0, 5, 30])
    glyph = told(1, lambda random: hook(next(slopes)), np.random.default_rng(0))
    assert rise(glyph) == pytest.approx(30)
    assert rise(told(1, lambda random: hook(0), np.random.default_rng(0))) == pytest.approx(0)


@pytest.mark.parametrize("label", [1, 7])
def test_no_digit_on_everyday_paper_is_ambiguous(label):
    random = np.random.default_rng(1)
    glyphs = [told_apart(label, random) for _ in range(500)]
    assert not any(ambiguous(label, glyph) for glyph in glyphs)
    assert sum(rise(glyph) is not None for glyph in glyphs) > 100
    assert any(ambiguous(label, digit(label, random)) for _ in range(200))  # as the random hand has it
