"""What makes ink that was found in a picture less likely to be the digit, however well it reads."""

from __future__ import annotations

import numpy as np

from .parts import Group, inside

_ALONE = 3.0  # of likeness that a part loses by being alone where others are near: a digit may be broken
_AT_RIM = 2.0  # and ink by touching the rim: a neighbour,
_ALONG_RIM = 20.0  # and for each whole of it that it covers,
_ALONG_FROM = 0.2  # beyond so much: the table, a window's bars
_STRAIGHT = 4.0  # and by being a straight line: an edge, a rule. Where there is nothing else, it is a 1.
_THIN = 0.1  # a straight line's width beside its length
_LYING = 3.0  # and by lying: a digit with the rule that it stands on,
_LYING_FROM = 1.8  # of its height, at least, is its width
_EVEN = 0.7  # of full strength is a digit's ink in the mean, with the soft edges of its lines
_MOTTLED = 40.0  # of likeness that ink loses for each whole that its mean is lower: grain, or what is left of squares
_TRACE = 0.05  # of full strength: less is no ink
_LARGE = 0.25  # of the picture's longer side: a digit that is smaller loses likeness,
_FOR_SIZE = 2.0  # so much for each e-th part
_NEIGHBOUR = 3.0  # of likeness that ink at the rim loses beside a digit,
_SOUND = 3.0  # which has such a likeness
_BESIDE = 0.6  # and so much of its side, at least
_INNER = 1.5  # of likeness that ink loses within a digit, as a ring of an 8,
_WELL = 5.5  # which has such a likeness
_OUTER = 1.2  # and so many times its side, at least


def doubt_of(group: Group, side: int) -> float:
    """What makes a group less likely to be the digit, however well it reads. side: the picture's longer one."""
    height, width = group.mask.shape
    places = np.stack(np.nonzero(group.mask))
    across, along = np.linalg.eigvalsh(np.cov(places)) if places.shape[1] > 2 else (0.0, 0.0)
    smaller = max(0.0, float(np.log(_LARGE * side / max(height, width))))
    return (
        _ALONE * group.is_part
        + _AT_RIM * (group.of_rim > 0)
        + _ALONG_RIM * max(0.0, group.of_rim - _ALONG_FROM)
        + _LYING * (width > _LYING_FROM * height)
        + _STRAIGHT * bool(across <= _THIN**2 * along)
        + _FOR_SIZE * smaller
    )


def mottled(ink: np.ndarray) -> float:
    """What makes ink, (h, w) in [0, 1], less likely to be a digit's by its being weaker in the mean."""
    inked = ink[ink > _TRACE]
    return _MOTTLED * max(0.0, _EVEN - float(inked.mean())) if len(inked) else 0.0


def doubts_beside(places: np.ndarray, likeness: np.ndarray, doubted: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What makes each of several places less likely to be the digit's by the others, (n,): what touches the rim by a
    digit beside it, what lies within a digit by that, and what is smaller by larger ink that is like a digit.

    places: int (n, 4), left, top, right and bottom, the last two exclusive. likeness: (n,), how much each is like a
    digit; doubted: the same less its own doubts. shape: the picture's.
    """
    sides = _sides(places)
    within_rim = inside(places, shape)
    apart = ((places[:, None, :2] >= places[:, 2:]) | (places[:, :2] >= places[:, None, 2:])).any(2)
    beside = (apart & within_rim & (likeness > _SOUND) & (sides > _BESIDE * sides[:, None])).any(1)
    within = within_one(places, places[within_rim & (likeness > _WELL)], _OUTER)
    largest_one = sides[doubted > 0].max(initial=0)
    return _NEIGHBOUR * (beside & ~within_rim) + _INNER * within + np.log(np.maximum(largest_one / sides, 1))


def within_one(places: np.ndarray, others: np.ndarray, larger: float = 1.0) -> np.ndarray:
    """Which places, (n, 4), lie within one of the others, (m, 4), whose side is more than so many times theirs: bool
    (n,)."""
    holds = (others[:, :2] <= places[:, None, :2]).all(2) & (others[:, 2:] >= places[:, None, 2:]).all(2)
    return np.asarray((holds & (_sides(others) > larger * _sides(places)[:, None])).any(1))


def _sides(places: np.ndarray) -> np.ndarray:
    return np.asarray((places[:, 2:] - places[:, :2]).max(1, initial=0))
