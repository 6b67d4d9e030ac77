"""Ruled lines are found wherever they run, and ink that crosses them stays."""

import numpy as np
import pytest

from lenet.ink import draw
from lenet.rules import rules_of

SIZE = (300, 360)


def lines(*ends, width=2.0):
    """A mask with straight lines from (x, y) to (x, y)."""
    points = np.array(ends, float)
    return draw(points[:, 0], points[:, 1], *SIZE, width) > 0.5


@pytest.mark.parametrize("rise", [0, 6, -12])
@pytest.mark.parametrize("width", [1.2, 2.0, 4.0])
def test_a_line_through_the_picture_is_a_rule(rise, width):
    rule = lines(((-5, 150 - rise), (365, 150 + rise)), width=width)
    assert (rules_of(rule) == rule).mean() > 0.999
    assert rules_of(rule).sum() > 0.95 * rule.sum()


def test_squares_are_rules_too():
    across = [((-5, y), (365, y + 3)) for y in range(20, 300, 40)]
    down = [((x, -5), (x - 3, 305)) for x in range(20, 360, 40)]
    squares = lines(*across, *down)
    assert rules_of(squares).sum() > 0.95 * squares.sum()


def test_ink_that_crosses_a_rule_stays():
    digit = lines(((150, 60), (210, 60)), ((210, 60), (165, 240)), width=8)
    rule = lines(((-5, 150), (365, 150)), ((-5, 200), (365, 200)))
    rules = rules_of(digit | rule)
    assert not (rules & digit).any()
    assert rules.sum() > 0.9 * (rule & ~digit).sum()


def test_what_does_not_run_through_the_picture_is_no_rule():
    for shape in (lines(((100, 150), (200, 150))), lines(((60, 150), (250, 150)), width=8), np.zeros(SIZE, bool)):
        assert not rules_of(shape).any()
    dashes = lines(*(((x, 150), (x + 10, 150)) for x in range(0, 360, 25)))
    assert not rules_of(dashes).any()
    thick = lines(((-5, 150), (365, 150)), width=24)
    assert not rules_of(thick).any()


def test_a_picture_too_small_for_rules_has_none():
    assert not rules_of(np.ones((3, 5), bool)).any()


def test_ink_that_runs_along_a_rule_goes_on_between_what_is_left_of_it():
    digit = lines(((150, 60), (150, 150)), ((164, 150), (164, 60)), width=8)
    rule = lines(((-5, 150), (365, 150)), width=2)
    rules = rules_of(digit | rule)
    assert not rules[150, 146:168].any()
    assert rules[150, :130].all()


def test_a_foot_that_runs_along_a_rule_stays_however_wide_the_pen():
    for width in (5, 9):
        foot = lines(((60, 205), (200, 199)), width=width)
        rule = lines(((-5, 210), (365, 205)))
        assert not (rules_of(foot | rule) & foot).any()
        assert rules_of(foot | rule).sum() > 0.5 * (rule & ~foot).sum()
