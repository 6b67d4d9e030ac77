"""Which strokes of a line overlap, and which touch."""

import itertools

import numpy as np
import pytest

from lenet.ink import InkError
from lenet.line.segment import by_overlap, contacts, neighbours, touches


def bar(left, right, top=0.0, bottom=1.0):
    return np.array([[left, top], [right, bottom]])


def test_overlapping_strokes_are_one_group():
    assert by_overlap([bar(0, 0.5), bar(0.8, 1.2), bar(0.3, 0.6), bar(1.3, 1.5)]) == [(0, 2), (1,), (3,)]


def test_a_touch_of_overlap_is_none():
    assert by_overlap([bar(0, 1), bar(0.96, 2)]) == [(0,), (1,)]
    assert by_overlap([bar(0, 1), bar(0.94, 2)]) == [(0, 1)]


def test_groups_by_overlap_as_the_definition_says():
    random = np.random.default_rng(1)
    for _ in range(100):
        lefts, widths = random.uniform(0, 5, 6), random.uniform(0.05, 1, 6)
        strokes = [bar(left, left + width) for left, width in zip(lefts, widths, strict=True)]
        # From left to right, a stroke belongs to the last group if it lies over it by more than a twentieth of the
        # narrower of the two.
        groups: list[list[int]] = []
        for i in np.argsort(lefts).tolist():
            if groups:
                start, end = min(lefts[k] for k in groups[-1]), max(lefts[k] + widths[k] for k in groups[-1])
                if end - lefts[i] > 0.05 * min(widths[i], end - start):
                    groups[-1].append(i)
                    continue
            groups.append([i])
        expected = [tuple(sorted(group)) for group in groups]
        assert by_overlap(strokes) == expected
        for scale, shift in ((1, 9), (1, -9), (4, 3), (0.25, 0)):
            assert by_overlap([stroke * scale + [shift, 2] for stroke in strokes]) == expected


def test_a_bare_edge_puts_nothing_together():
    assert by_overlap([bar(0, 1), bar(1, 2), bar(2, 2), bar(2, 2)]) == [(0,), (1,), (2,), (3,)]


def test_contacts_are_what_comes_near_enough():
    random = np.random.default_rng(2)
    fine = np.linspace(0, 1, 50)[:, None]
    near, seen = 0.3, set()
    for _ in range(30):
        strokes = [np.cumsum(random.normal(0, 0.5, (4, 2)), 0) + random.uniform(0, 2, 2) for _ in range(4)]
        lines = [np.concatenate([a + fine * (b - a) for a, b in itertools.pairwise(stroke)]) for stroke in strokes]
        touching = contacts(strokes, near)
        assert (touching == touching.T).all()
        assert not touching.diagonal().any()
        for i, j in itertools.combinations(range(4), 2):
            away = np.hypot(*(lines[i][:, None] - lines[j][None]).transpose(2, 0, 1)).min()
            # Strokes are looked at every half of `near`.
            if away < near / 2 or away > near:
                assert touching[i, j] == (away < near / 2)
                seen.add(bool(touching[i, j]))
    assert seen == {True, False}
    assert not contacts([np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])], 5).any()  # closer, not as close


def test_contacts_are_found_all_along_a_stroke_and_at_both_its_ends():
    near = 0.3
    for length in (0.05, 0.1, 0.5, 2.03, 9.7):
        stroke = np.array([[1.0, 1.0], [1.0 + length, 1.0]])
        for at in np.linspace(0, length, 40):
            dots = [np.array([[1.0 + at, 1.0 + away]]) for away in (0.28, 0.31)]
            assert contacts([stroke, *dots], near)[0].tolist() == [False, True, False]
        ends = [np.array([[1.0 + x, 1.0]]) for x in (-0.28, -0.31, length + 0.28, length + 0.31)]
        assert contacts([stroke, *ends], near)[0].tolist() == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("height", "gap", "touch"), [(1, 0.075, True), (1, 0.085, False), (3, 0.225, True), (3, 0.255, False)]
)
def test_strokes_touch_within_eight_percent_of_the_lines_height(height, gap, touch):
    strokes = [np.array([[5.0, 1.0], [5.0, 1.0 + height]]), np.array([[5.0 + gap, 1.0], [5.0 + gap, 1.0 + height]])]
    assert touches(strokes)[0, 1] == touch


def test_contacts():
    touching = contacts([bar(0, 0.5), bar(0.5, 1, 1, 0), bar(3, 4)], 0.05)
    assert touching.tolist() == [[False, True, False], [True, False, False], [False, False, False]]


def test_groups_touch_when_strokes_of_them_do():
    strokes = [bar(0, 0.5), bar(3, 4), bar(0.5, 1, 1, 0)]
    touching = touches(strokes)
    assert neighbours([(0, 1), (2,)], touching).tolist() == [[False, True], [True, False]]
    assert not neighbours([(0, 2), (1,)], touching).any()


def test_strokes_that_lie_on_top_of_one_another_are_refused_before_they_are_compared():
    random = np.random.default_rng(1)
    heap = [random.uniform(0, 1, (100, 2)) for _ in range(100)]
    with pytest.raises(InkError, match="too much ink"):
        touches(heap)
    row = [stroke * 0.6 + [i * 0.8, 0] for i, stroke in enumerate(heap)]
    assert touches(row).shape == (100, 100)  # as much ink, side by side
