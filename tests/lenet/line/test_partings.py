"""The likeliest parting of a line, of all and of those that read as given digits, against every one there is."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lenet.line.partings import APART, TOUCHING, Partings
from lenet.line.segment import extents


def bar(left, right, top=0.0, bottom=1.0):
    return np.array([[left, top], [right, bottom]])


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


def gain(parts, boxes, height, touching, logp, kind, digits=None):
    """The log-probability of a parting by its definition, and its parts; None for a part too wide.

    digits: what each part is taken for, or 10; the likelier of these if left out.
    """
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
        none = row[10] - junk - wide * max(0, width / (0.7 * height) - 1)
        if digits is None:
            total += max(*row[:10], none)
        else:
            total += none if digits[number] == 10 else row[digits[number]]
        before += part
    return total, {tuple(sorted(part)) for part in parts}


class Drawn:
    """A random line, and a reader of it that says anything."""

    def __init__(self, random, trial, most=4):
        count = most + 2 if trial % 10 == 0 else int(random.integers(1, most + 1))
        height = random.uniform(0.5, 2)
        lefts = np.cumsum(random.uniform(-0.1, 0.8, count)) * height + 3
        tops = random.uniform(0, 0.3, count) * height + 1
        strokes = [
            np.array([[left, top], [left + width * height, top + 0.7 * height]])
            for left, top, width in zip(lefts, tops, random.choice([0.1, 0.5, 0.9, 1.4, 2.3], count), strict=True)
        ]
        self.strokes = [strokes[i] for i in random.permutation(count)] if trial % 2 else strokes
        self.boxes = extents(self.strokes)
        self.middles = (self.boxes[:, 0] + self.boxes[:, 2]) / 2
        near = np.triu(random.random((count, count)) < 0.3, 1)
        self.touching = near | near.T
        self.random = random
        self.logp: dict[tuple[int, ...], np.ndarray] = {}

    def read(self, groups):
        for group in groups:
            logits = self.random.normal(0, 2, 11)
            logits[10] += self.random.uniform(-2, 12)
            self.logp[group] = logits - np.log(np.exp(logits).sum())
        return np.stack([self.logp[group] for group in groups])

    def ways(self, kinds, labels=lambda parts: [None]):
        """Every parting's gain and groups; labels: of parts, all ways to read them."""
        tall = self.boxes[:, 3].max() - self.boxes[:, 1].min()
        for order in (list(range(len(self.strokes))), np.argsort(self.middles).tolist()):
            for parts, kind in itertools.product(partings(order), kinds):
                for digits in labels(parts):
                    way = gain(parts, self.boxes, tall, self.touching, self.logp, kind, digits)
                    if way:
                        yield way


@pytest.mark.parametrize("kind", [*KINDS, "either"])
def test_no_other_parting_is_likelier(kind):
    random = np.random.default_rng(len(kind))
    kinds = {"apart": [APART], "touching": [TOUCHING], "either": [APART, TOUCHING]}[kind]
    wholes = 0
    for trial in range(200):
        drawn = Drawn(random, trial)
        found = Partings(drawn.strokes, drawn.read, kinds, drawn.touching).best().parts
        _, best = max(drawn.ways(KINDS if kind == "either" else [kind]), key=lambda way: way[0])
        assert {part.group for part in found} == best
        places = [np.mean(drawn.middles[list(part.group)]) for part in found]
        assert places == sorted(places)
        assert all((part.logp == drawn.logp[part.group]).all() for part in found)
        for part in found:
            assert part.digit in (10, part.logp[:10].argmax())
        wholes += any(len(part.group) > 1 for part in found)
    assert wholes > 20


def test_no_other_parting_that_reads_so_is_likelier():
    random = np.random.default_rng(7)
    possible, backwards = 0, 0
    for trial in range(60):
        drawn = Drawn(random, trial, 3)
        texts = [tuple(random.integers(0, 10, length).tolist()) for length in range(5)]
        all_of_them = Partings(drawn.strokes, drawn.read, touching=drawn.touching)
        bounds = all_of_them.bounds(texts)
        for text, bound in zip(texts, bounds, strict=True):

            def labels(parts, text=text):
                for places in itertools.combinations(range(len(parts)), len(text)):
                    given = dict(zip(places, text, strict=True))
                    yield [given.get(number, 10) for number in range(len(parts))]

            best, groups = max(drawn.ways(KINDS, labels), key=lambda way: way[0], default=(-np.inf, None))
            assert bound == pytest.approx(best)
            spelt = all_of_them.spelling(text)
            assert (spelt is None) == (groups is None)
            if spelt is None:
                continue
            assert spelt.digits == text
            if spelt.gain == pytest.approx(best):
                assert {part.group for part in spelt.parts} == groups
                possible += 1
            else:  # the best one reads so in the order of writing only
                assert spelt.gain < best
                backwards += 1
    assert possible > 100
    assert 0 < backwards < 30


def test_what_was_written_last_and_stands_first_is_read_first():
    strokes = [bar(1, 1.4), bar(0, 0.4)]
    line = Partings(strokes, knowing(((0,), 7), ((1,), 2)))
    assert line.best().digits == (2, 7)
    spelt = line.spelling((2, 7))
    assert spelt
    assert [part.group for part in spelt.parts] == [(1,), (0,)]
    assert line.spelling((4, 4, 4)) is None


def test_a_digit_has_at_most_five_strokes():
    strokes = [bar(0.1 * k, 0.1 * k + 0.3) for k in range(6)]
    asked: list[tuple[int, ...]] = []

    def read(groups):
        asked.extend(groups)
        return np.full((len(groups), 11), -1.0)

    Partings(strokes, read)
    assert max(map(len, asked)) == 5
    assert len(asked) == len(set(asked)) == 6 + 5 + 4 + 3 + 2


def knowing(*digits):
    """A reader that knows these groups, {group: digit}, and takes every other one for no digit."""

    def read(groups):
        logp = np.full((len(groups), 11), -9.0)
        for row, group in zip(logp, groups, strict=True):
            row[dict(digits).get(group, 10)] = -0.01
        return logp

    return read


def said(found):
    """Each group, and what it is taken for."""
    return [(part.group, part.digit) for part in found]


def test_the_reader_decides_where_digits_touch():
    strokes = [bar(0, 0.6), bar(0.3, 0.7), bar(0.55, 1.1)]
    found = Partings(strokes, knowing(((0, 1), 4), ((2,), 7))).best().parts
    assert said(found) == [((0, 1), 4), ((2,), 7)]


def test_a_stroke_that_came_late_finds_its_digit():
    strokes = [bar(0, 0.5), bar(1, 1.5), bar(0.1, 0.4)]
    found = Partings(strokes, knowing(((0, 2), 7), ((1,), 3))).best().parts
    assert said(found) == [((0, 2), 7), ((1,), 3)]


def test_what_nobody_knows_is_no_digit():
    strokes = [bar(0, 0.5), bar(1, 1.5)]
    found = Partings(strokes, knowing(((0,), 3))).best().parts
    assert said(found) == [((0,), 3), ((1,), 10)]


@pytest.mark.parametrize("gap", [0.3, 0.6])
def test_a_gap_speaks_against_one_digit(gap):
    strokes = [bar(0, 0.4), bar(0.4 + gap, 0.8 + gap)]
    found = Partings(strokes, knowing(((0, 1), 4), ((0,), 1), ((1,), 1))).best().parts
    assert len(found) == 2


def test_strokes_that_touch_stay_together_in_a_line_with_room_to_spare():
    """A T is a bar and a stem that look like a 7 and a 1; in a crowded line they may be just that."""
    bar_and_stem = [bar(0, 0.5, 0, 0), bar(0.25, 0.25)]
    known = {(0,): 7, (1,): 1, **{(k,): 3 for k in range(2, 6)}}
    spaced = [*bar_and_stem, *(bar(x, x + 0.4) for x in (1, 1.8, 2.6, 3.4))]
    crowded = [*bar_and_stem, *(bar(x, x + 0.45) for x in (0.55, 1.05, 1.55, 2.05))]
    assert [each for _, each in said(Partings(spaced, knowing(*known.items())).best().parts)] == [10, 3, 3, 3, 3]
    assert {each for _, each in said(Partings(crowded, knowing(*known.items())).best().parts)} == {1, 3, 7}


def test_a_stroke_under_another_is_part_of_it_in_a_line_with_room_to_spare():
    """Of a letter of three stems under an arch, each would pass for a 1, or with the arch for a 7."""
    roof = np.array([[0, 0.3], [0.1, 0.1], [0.4, 0], [0.7, 0.1], [0.8, 1]])
    letter = [bar(-0.1, -0.1, 0.35), roof, bar(0.4, 0.4, 0.15)]
    known = {(0,): 1, (1,): 7, (2,): 1, **{(k,): 3 for k in range(3, 6)}}
    line = [*letter, *(bar(x, x + 0.4) for x in (1.2, 2, 2.8))]
    assert (0, 1, 2) not in dict(said(Partings(line, knowing(*known.items()), [replace(APART, over=0)]).best().parts))
    assert (1, 2) in dict(said(Partings(line, knowing(*known.items())).best().parts))
