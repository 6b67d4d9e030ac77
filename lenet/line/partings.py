"""All ways to part a line into digits and other things, and the likeliest.

Strokes are put together; those that may hold two digits were cut before (cut.py). To put together what overlaps in x
is the obvious way (segment.py) and fails as soon as digits touch. Here every run of a few strokes is weighed by what
the network says of it, and the best way to part the line into such runs is found, as a graph of segmentations: of all,
or of those that read as given digits.
Source: LeCun et al. 1998, section V, "heuristic over-segmentation", and VI, "constrained Viterbi".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..model import NO_DIGIT
from .segment import Group, Stroke, extents, height_of, touches

MOST_STROKES = 5  # a digit is written in
_NEXT = 0.1  # line heights
_HALF = 0.02  # line heights: half as wide as the pen's line is taken to be
_NEVER, _ANY = NO_DIGIT, NO_DIGIT + 1  # where a digit is asked for: none will do; whichever is likeliest

Digits = tuple[int, ...]


@dataclass(frozen=True)
class Costs:
    """What speaks against a way to part a line, in units of log-probability."""

    prior: float = 0.0  # against lines of this kind
    junk: float = 2.0  # calling a group no digit
    wide: float = 8.0  # the same, for each digit's width more than one
    gap: float = 8.0  # a gap inside a group, for each line height
    contact: float = 4.0  # each pair of strokes that touch and are parted
    over: float = 0.0  # the same, as far as one lies over the other, of the narrower one's width
    apart: float = 0.0  # the free space between two groups, for each line height more than _NEXT


# Most people keep their digits apart. Then strokes that touch, or lie over one another, are one thing, a digit or
# something else; but a line may also be written so closely that this says little, if it is so throughout.
APART = Costs(over=8.0)
TOUCHING = Costs(prior=1.0, wide=2.0, contact=0.7, apart=10.0)


@dataclass(frozen=True)
class Part:
    """A run of strokes in a parting.

    logp: log-probabilities (11,) of the digits and, last, of no digit. digit: what it is taken for, or NO_DIGIT.
    """

    group: Group
    logp: np.ndarray
    digit: int


@dataclass(frozen=True)
class Parting:
    """A way to part a line: its log-probability, and its parts from left to right."""

    gain: float
    parts: list[Part]

    @property
    def digits(self) -> Digits:
        """What it reads as."""
        return tuple(part.digit for part in self.parts if part.digit != NO_DIGIT)


@dataclass(frozen=True)
class _Run:
    """Strokes first to last - 1 of an order.

    Of every kind of line, (kinds,): what parting them from those before costs, with the gap in it, and what calling
    them no digit costs.
    """

    first: int
    last: int
    group: Group
    cost: np.ndarray
    junk: np.ndarray


class Partings:
    """All partings of a line's strokes.

    read: groups -> log-probabilities (n, 11) that each is this digit, or no digit. kinds: of line; the one that
    explains it best counts. touching: `touches(strokes)`, where it is known already.
    Runs of strokes are taken in the order of writing and in the order from left to right, whichever reads
    better: most people finish one digit before the next, but some cross their sevens at the end.
    """

    def __init__(
        self,
        strokes: Sequence[Stroke],
        read: Callable[[list[Group]], np.ndarray],
        kinds: Sequence[Costs] = (APART, TOUCHING),
        touching: np.ndarray | None = None,
    ) -> None:
        boxes = extents(strokes)
        self._middles = (boxes[:, 0] + boxes[:, 2]) / 2
        self._prior = np.array([costs.prior for costs in kinds])
        self.touching = touches(strokes) if touching is None else touching
        # Mostly the two orders are one, and are then weighed once.
        in_x = tuple(np.argsort(self._middles, kind="stable").tolist())
        orders = list(dict.fromkeys([tuple(range(len(strokes))), in_x]))
        self._runs = [_runs(order, boxes, self.touching, kinds) for order in orders]
        groups = list(dict.fromkeys(run.group for runs in self._runs for run in runs))
        self._logp = dict(zip(groups, read(groups), strict=True))

    def best(self) -> Parting:
        """The best of all."""
        return max(self._walked((_ANY,)), key=lambda each: each.gain)

    def spelling(self, digits: Digits) -> Parting | None:
        """The best that reads as these digits, of the best in the order of writing and from left to right; None where
        there is none."""
        spelt = [each for each in self._walked((_NEVER, *digits)) if each.digits == digits]
        return max(spelt, key=lambda each: each.gain, default=None)

    def bounds(self, texts: Sequence[Digits]) -> np.ndarray:
        """(n,): what the gain of a parting that reads as each may be at most: that of the best which reads so in the
        order of writing or from left to right; minus infinity where there is none."""
        states = [(_NEVER, *digits) for digits in texts]
        found: np.ndarray = np.max([_Walk(runs, self._logp, self._prior, states).totals for runs in self._runs], 0)
        return found

    def _walked(self, states: Digits) -> list[Parting]:
        """The best parting of every order, if there is one."""
        walks = [_Walk(runs, self._logp, self._prior, [states]) for runs in self._runs]
        return [
            Parting(
                float(walk.totals[0]),
                sorted(walk.parts(), key=lambda part: float(self._middles[list(part.group)].mean())),
            )
            for walk in walks
            if walk.totals[0] > -np.inf
        ]


class _Walk:
    """Dynamic programming over the strokes of one order, for all kinds of line and several texts at once.

    texts: of each its states: what is read to come there, _NEVER for where it begins, or _ANY alone, which may be come
    to again and again.
    """

    def __init__(
        self, runs: Sequence[_Run], logp: dict[Group, np.ndarray], prior: np.ndarray, texts: Sequence[Digits]
    ) -> None:
        self._runs, self._logp = runs, logp
        self._read = np.concatenate([np.array(text) for text in texts])
        starts = np.cumsum([0, *map(len, texts)])
        self._before = np.where(self._read == _ANY, 0, -1) + np.arange(len(self._read))  # the state before each
        shape = (runs[-1].last + 1, len(prior), len(self._read))
        self._best, self._came = np.full(shape, -np.inf), np.zeros(shape, int)
        self._taken = np.zeros(shape, bool)  # for a digit, the last run
        self._best[0][:, starts[:-1]] = -prior[:, None]
        for number, run in enumerate(runs):
            self._step(number, run)
        self._ends = starts[1:] - 1
        self.totals: np.ndarray = self._best[-1][:, self._ends].max(0)

    def _step(self, number: int, run: _Run) -> None:
        logp, best = self._logp[run.group], self._best[run.last]
        before = self._best[run.first] - run.cost[:, None]
        none = before + (logp[NO_DIGIT] - run.junk)[:, None]
        digit = before[:, self._before] + np.append(logp[:NO_DIGIT], [-np.inf, logp[:NO_DIGIT].max()])[self._read]
        total = np.maximum(digit, none)
        better = total > best
        best[better] = total[better]
        self._came[run.last][better] = number
        self._taken[run.last][better] = (digit >= none)[better]

    def parts(self) -> list[Part]:
        """The best way to read the first text, from its end back."""
        place, state = len(self._best) - 1, int(self._ends[0])
        kind = int(self._best[-1][:, state].argmax())
        found = []
        while place:
            run = self._runs[self._came[place, kind, state]]
            digit = NO_DIGIT
            if self._taken[place, kind, state]:
                is_any = self._read[state] == _ANY
                digit = int(self._logp[run.group][:NO_DIGIT].argmax() if is_any else self._read[state])
                state = int(self._before[state])
            found.append(Part(run.group, self._logp[run.group], digit))
            place = run.first
        return found


def _runs(order: Group, boxes: np.ndarray, touching: np.ndarray, kinds: Sequence[Costs]) -> list[_Run]:
    """The runs of an order, those that end first before the others."""
    height = height_of(boxes)
    over, free = _over(boxes, height)[np.ix_(order, order)], _free(order, boxes, height)
    touching = touching[np.ix_(order, order)]
    runs = []
    for first in range(len(order)):
        for last in range(first + 1, min(len(order), first + MOST_STROKES) + 1):
            group = tuple(sorted(order[first:last]))
            width, gap = _span(boxes[list(group)])
            if last > first + 1 and width > 2 * height:
                break
            parted = touching[first:last, :first].sum(), over[first:last, :first].sum(), free[first], gap / height
            cost = [np.dot(parted, (costs.contact, costs.over, costs.apart, costs.gap)) for costs in kinds]
            wide = max(0.0, width / (0.7 * height) - 1)
            junk = [costs.junk + costs.wide * wide for costs in kinds]
            runs.append(_Run(first, last, group, np.array(cost), np.array(junk)))
    return sorted(runs, key=lambda run: run.last)


def _span(boxes: np.ndarray) -> tuple[float, float]:
    """How wide boxes are together, and the widest gap between them."""
    boxes = boxes[np.argsort(boxes[:, 0])]
    reach = np.maximum.accumulate(boxes[:, 2])
    return float(reach[-1] - boxes[0, 0]), float(np.maximum(boxes[1:, 0] - reach[:-1], 0).max(initial=0))


def _over(boxes: np.ndarray, height: float) -> np.ndarray:
    """float (n, n), 0 to 1: how much of the narrower of two strokes lies over or under the other."""
    left, right = boxes[:, 0] - _HALF * height, boxes[:, 2] + _HALF * height
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    return np.clip(shared / np.minimum(right - left, (right - left)[:, None]), 0, 1)


def _free(order: Group, boxes: np.ndarray, height: float) -> np.ndarray:
    """(n,): how much more than _NEXT lies free before the i-th stroke of an order, in line heights."""
    left, right = boxes[list(order), 0], boxes[list(order), 2]
    begins = np.minimum.accumulate(left[::-1])[::-1]
    ends = np.concatenate([begins[:1], np.maximum.accumulate(right)[:-1]])
    return np.maximum(0, (begins - ends) / height - _NEXT)
