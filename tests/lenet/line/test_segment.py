"""Which strokes make one digit: by overlap, and by the best parting."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lenet.ink import InkError
from lenet.line.segment import APART, TOUCHING, best_parting, by_overlap, contacts, extents, neighbours, touches


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


# By hand: against a line of this kind; for no digit; for each width of 0.7 heights more than one of it; for the widest
# gap in a group; for a pair that touches and is parted; for one that lies over another and is parted; for free
# space of more than a tenth before a group.
KINDS = {"apart": (0.0, 2.0, 8.0, 8.0, 4.0, 8.0, 0.0), "touching": (1.0, 2.0, 2.0, 8.0, 0.7, 0.0, 10.0)}


def partings(order):
    """Every way to cut an order of strokes into runs of at most five."""
    if not order:
        yield []
    for length in range(1, min(5, len(order)) + 1):
        for rest in partings(order[length:]):
            yield [order[:length], *rest]


def gain(parts, boxes, height, touching, logp, kind):
    """The log-probability of a parting by its definition, and its parts; None for a part too wide."""
    prior, junk, wide, gap, contact, over, apart = KINDS[kind]
    total = -prior
    before: list[int] = []
    for number, part in enumerate(parts):
        spans = sorted((boxes[i, 0], boxes[i, 2]) for i in part)
        width = max(right for _, right in spans) - spans[0][0]
        if len(part) > 1 and width > 2 * height:
            return None
        reach, widest = spans[0][1], 0.0
        for left, right in spans[1:]:
            widest, reach = max(widest, left - reach), max(reach, right)
        total -= gap * widest / height
        total -= contact * sum(touching[i, j] for i in part for j in before)
        for i, j in itertools.product(part, before):
            spans = sorted((boxes[k, 0] - 0.02 * height, boxes[k, 2] + 0.02 * height) for k in (i, j))
            shared = min(spans[0][1], spans[1][1]) - spans[1][0]
            total -= over * max(0, shared) / min(right - left for left, right in spans)
        if before:
            begins = min(boxes[i, 0] for later in parts[number:] for i in later)
            ends = max(boxes[i, 2] for i in before)
            total -= apart * max(0, (begins - ends) / height - 0.1)
        row = logp[tuple(sorted(part))]
        total += max(*row[:10], row[10] - junk - wide * max(0, width / (0.7 * height) - 1))
        before += part
    return total, {tuple(sorted(part)) for part in parts}


@pytest.mark.parametrize("kind", [*KINDS, "either"])
def test_no_other_parting_is_likelier(kind):
    random = np.random.default_rng(len(kind))
    kinds = {"apart": [APART], "touching": [TOUCHING], "either": [APART, TOUCHING]}[kind]
    wholes = 0
    for trial in range(200):
        count = 6 if trial % 10 == 0 else int(random.integers(1, 5))
        height = random.uniform(0.5, 2)
        lefts = np.cumsum(random.uniform(-0.1, 0.8, count)) * height + 3
        tops = random.uniform(0, 0.3, count) * height + 1
        strokes = [
            np.array([[left, top], [left + width * height, top + 0.7 * height]])
            for left, top, width in zip(lefts, tops, random.choice([0.1, 0.5, 0.9, 1.4, 2.3], count), strict=True)
        ]
        strokes = [strokes[i] for i in random.permutation(count)] if trial % 2 else strokes
        boxes = extents(strokes)
        tall = boxes[:, 3].max() - boxes[:, 1].min()
        near = np.triu(random.random((count, count)) < 0.3, 1)
        touching = near | near.T
        logp: dict[tuple[int, ...], np.ndarray] = {}

        def read(groups, logp=logp):
            for group in groups:
                logits = random.normal(0, 2, 11)
                logits[10] += random.uniform(-2, 12)
                logp[group] = logits - np.log(np.exp(logits).sum())
            return np.stack([logp[group] for group in groups])

        found = best_parting(strokes, read, kinds, touching)
        middles = (boxes[:, 0] + boxes[:, 2]) / 2
        ways = [
            gain(parts, boxes, tall, touching, logp, each)
            for order in (list(range(count)), np.argsort(middles).tolist())
            for parts in partings(order)
            for each in (KINDS if kind == "either" else [kind])
        ]
        _, best = max((way for way in ways if way), key=lambda way: way[0])
        assert {group for group, _ in found} == best
        places = [np.mean(middles[list(group)]) for group, _ in found]
        assert places == sorted(places)
        assert all((row == logp[group]).all() for group, row in found)
        wholes += any(len(group) > 1 for group, _ in found)
    assert wholes > 20


def test_a_digit_has_at_most_five_strokes():
    strokes = [bar(0.1 * k, 0.1 * k + 0.3) for k in range(6)]
    asked: list[tuple[int, ...]] = []

    def read(groups):
        asked.extend(groups)
        return np.full((len(groups), 11), -1.0)

    best_parting(strokes, read)
    assert max(map(len, asked)) == 5
    assert len(asked) == len(set(asked)) == 6 + 5 + 4 + 3 + 2


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


def said(found):
    """Each group, and the likeliest of ten digits and, as 10, no digit."""
    return [(group, int(logp.argmax())) for group, logp in found]


def test_the_reader_decides_where_digits_touch():
    strokes = [bar(0, 0.6), bar(0.3, 0.7), bar(0.55, 1.1)]
    found = best_parting(strokes, knowing(((0, 1), 4), ((2,), 7)))
    assert said(found) == [((0, 1), 4), ((2,), 7)]


def test_a_stroke_that_came_late_finds_its_digit():
    strokes = [bar(0, 0.5), bar(1, 1.5), bar(0.1, 0.4)]
    found = best_parting(strokes, knowing(((0, 2), 7), ((1,), 3)))
    assert said(found) == [((0, 2), 7), ((1,), 3)]


def test_what_nobody_knows_is_no_digit():
    strokes = [bar(0, 0.5), bar(1, 1.5)]
    found = best_parting(strokes, knowing(((0,), 3)))
    assert said(found) == [((0,), 3), ((1,), 10)]


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
    assert [each for _, each in said(best_parting(spaced, knowing(*known.items())))] == [10, 3, 3, 3, 3]
    assert {each for _, each in said(best_parting(crowded, knowing(*known.items())))} == {1, 3, 7}


def test_a_stroke_under_another_is_part_of_it_in_a_line_with_room_to_spare():
    """Of a letter of three stems under an arch, each would pass for a 1, or with the arch for a 7."""
    roof = np.array([[0, 0.3], [0.1, 0.1], [0.4, 0], [0.7, 0.1], [0.8, 1]])
    letter = [bar(-0.1, -0.1, 0.35), roof, bar(0.4, 0.4, 0.15)]
    known = {(0,): 1, (1,): 7, (2,): 1, **{(k,): 3 for k in range(3, 6)}}
    line = [*letter, *(bar(x, x + 0.4) for x in (1.2, 2, 2.8))]
    assert (0, 1, 2) not in dict(said(best_parting(line, knowing(*known.items()), [replace(APART, over=0)])))
    assert (1, 2) in dict(said(best_parting(line, knowing(*known.items()))))


def test_strokes_that_lie_on_top_of_one_another_are_refused_before_they_are_compared():
    random = np.random.default_rng(1)
    heap = [random.uniform(0, 1, (100, 2)) for _ in range(100)]
    with pytest.raises(InkError, match="too much ink"):
        touches(heap)
    row = [stroke * 0.6 + [i * 0.8, 0] for i, stroke in enumerate(heap)]
    assert touches(row).shape == (100, 100)  # as much ink, side by side
