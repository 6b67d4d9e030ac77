"""Which strokes make one digit: by overlap, and by the best parting."""

import numpy as np
import pytest

from lenet.line.segment import best_parting, by_overlap, contacts, neighbours, touches


def bar(left, right, top=0.0, bottom=1.0):
    return np.array([[left, top], [right, bottom]])


def test_overlapping_strokes_are_one_group():
    assert by_overlap([bar(0, 0.5), bar(0.8, 1.2), bar(0.3, 0.6), bar(1.3, 1.5)]) == [(0, 2), (1,), (3,)]


def test_a_touch_of_overlap_is_none():
    assert by_overlap([bar(0, 1), bar(0.96, 2)]) == [(0,), (1,)]
    assert by_overlap([bar(0, 1), bar(0.94, 2)]) == [(0, 1)]


def test_contacts():
    touching = contacts([bar(0, 0.5), bar(0.5, 1, 1, 0), bar(3, 4)], 0.05)
    assert touching.tolist() == [[False, True, False], [True, False, False], [False, False, False]]


def test_groups_touch_when_strokes_of_them_do():
    strokes = [bar(0, 0.5), bar(3, 4), bar(0.5, 1, 1, 0)]
    touching = touches(strokes)
    assert neighbours([(0, 1), (2,)], touching).tolist() == [[False, True], [True, False]]
    assert not neighbours([(0, 2), (1,)], touching).any()


def knowing(*digits):
    """A reader that knows these groups, {group: digit}, and takes every other one for no digit."""

    def read(groups):
        logp = np.full((len(groups), 11), -9.0)
        for row, group in zip(logp, groups, strict=True):
            row[dict(digits).get(group, 10)] = -0.01
        return logp

    return read


def test_the_reader_decides_where_digits_touch():
    strokes = [bar(0, 0.6), bar(0.3, 0.7), bar(0.55, 1.1)]
    found = best_parting(strokes, knowing(((0, 1), 4), ((2,), 7)))
    assert [(reading.group, reading.digit) for reading in found] == [((0, 1), 4), ((2,), 7)]


def test_a_stroke_that_came_late_finds_its_digit():
    strokes = [bar(0, 0.5), bar(1, 1.5), bar(0.1, 0.4)]
    found = best_parting(strokes, knowing(((0, 2), 7), ((1,), 3)))
    assert [(reading.group, reading.digit) for reading in found] == [((0, 2), 7), ((1,), 3)]


def test_what_nobody_knows_is_no_digit():
    strokes = [bar(0, 0.5), bar(1, 1.5)]
    found = best_parting(strokes, knowing(((0,), 3)))
    assert [reading.digit for reading in found] == [3, None]


@pytest.mark.parametrize("gap", [0.3, 0.6])
def test_a_gap_speaks_against_one_digit(gap):
    strokes = [bar(0, 0.4), bar(0.4 + gap, 0.8 + gap)]
    found = best_parting(strokes, knowing(((0, 1), 4), ((0,), 1), ((1,), 1)))
    assert len(found) == 2


def test_strokes_that_touch_stay_together_in_a_line_with_room_to_spare():
    """A T is a bar and a stem that look like a 7 and a 1; in a crowded line they may be just that."""
    bar_and_stem = [bar(0, 0.5, 0, 0), bar(0.25, 0.25)]
    known = {(0,): 7, (1,): 1, **{(k,): 3 for k in range(2, 6)}}
    spaced = [*bar_and_stem, *(bar(x, x + 0.4) for x in (1, 1.8, 2.6, 3.4))]
    crowded = [*bar_and_stem, *(bar(x, x + 0.45) for x in (0.55, 1.05, 1.55, 2.05))]
    assert [r.digit for r in best_parting(spaced, knowing(*known.items()))] == [None, 3, 3, 3, 3]
    assert {r.digit for r in best_parting(crowded, knowing(*known.items()))} == {1, 3, 7}
