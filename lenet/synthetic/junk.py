"""Ink that is no digit: letters, symbols, scribbles, shapes, two digits on one pad.

Two collections that differ in kind, so that "this is no digit" is measured on what it was not fitted to.
For fitting: Latin letters, characters of some scripts, invented ones, splines, polygons, lines, blots, digits on top
of each other, turned or crossed out. EVALUATION: characters of other scripts (Hebrew, Arabic, Indian, Thai, Georgian,
Ethiopic ...), symbols, scribbles, coils, letters run together: few of these have a twin among what is fitted.
Letters commonly written like a digit (B b D G g I i l O o Q q S s Z z) are in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from . import letters, stems
from .digits import digit
from .hand import Glyph, Random, arc, curve, joined, written
from .letters import character
from .lines import CLOSE, compose


def fitting(random: Random) -> Glyph:
    """One piece of junk to fit the rejection on."""
    return _one_of(_FITTING, random)


def turned_letter(random: Random) -> Glyph:
    """A letter turned so that it is none, or one of another script: the junk that most resembles digits."""
    return _TURNED(random)


def letter(random: Random) -> Glyph:
    """A letter of the whole Latin alphabet, those written like a digit aside, or of another script."""
    return _LETTERS(random)


def script(random: Random) -> Glyph:
    """A character of Greek, Cyrillic, katakana, mathematics, or a letter of no alphabet."""
    return _SCRIPTS(random) if random.random() < 0.6 else stems.letter(random)


def stranger(random: Random) -> Glyph:
    """One piece of junk to set among digits: a single thing, which holds no digit that could be read."""
    if random.random() < 0.5:
        return letter(random) if random.random() < 0.5 else script(random)
    return _one_of(_SINGLE, random)


def evaluation(random: Random) -> Glyph:
    """One piece of junk to measure the rejection on."""
    kinds = tuple(EVALUATION.values())
    return kinds[random.integers(len(kinds))](random)


def _one_of(kinds: tuple[tuple[float, Callable[[Random], Glyph]], ...], random: Random) -> Glyph:
    weights = np.array([weight for weight, _ in kinds])
    return kinds[random.choice(len(kinds), p=weights / weights.sum())][1](random)


def _from(characters: Sequence[Glyph]) -> Callable[[Random], Glyph]:
    def pick(random: Random) -> Glyph:
        glyph = characters[int(random.integers(len(characters)))]
        glyph = [stroke + random.normal(0, 0.03, stroke[:1].shape) for stroke in glyph]
        return written(glyph, random)

    return pick


def _alphabet(notations: Mapping[str, str]) -> list[Glyph]:
    return [character(notation) for notation in notations.values()]


def _spline(random: Random) -> Glyph:
    count = int(random.integers(5, 14))
    return [curve(*map(tuple, random.uniform(0, 1, (count, 2))))]


def _invented(random: Random) -> Glyph:
    """A character of no alphabet: two to five lines, arcs and hooks."""
    glyph: Glyph = []
    for _ in range(random.integers(2, 6)):
        x, y = random.uniform(0, 1, 2)
        if random.random() < 0.5:
            glyph.append(np.array([(x, y), tuple(random.uniform(0, 1, 2))]))
        else:
            width, height = random.uniform(0.12, 0.5, 2)
            sweep = random.choice([-1, 1]) * random.uniform(90, 360)
            glyph.append(arc(x, y, width, height, random.uniform(0, 360), sweep))
    return written(glyph, random, 0.5)


def _regular(random: Random) -> Glyph:
    """A polygon or star, turned at random."""
    corners = int(random.integers(3, 7))
    skip = 2 if corners > 4 else 1
    angle = random.uniform(0, 2 * np.pi) + 2 * np.pi * skip * np.arange(corners + 1) / corners
    outline = np.stack([np.cos(angle), np.sin(angle)], 1)
    glyph = [outline]
    if random.random() < 0.4:
        first, second = random.integers(0, corners, 2)
        glyph.append(outline[[first, second]])
    return written(glyph, random)


def _on_top(random: Random) -> Glyph:
    """Two digits on top of each other, shifted so that neither hides in the other."""
    first, second = random.choice(10, 2, replace=False)
    shift = random.choice([-1, 1], 2) * random.uniform([0.1, 0.05], [0.3, 0.35])
    return digit(first, random) + [stroke + shift for stroke in digit(second, random)]


def _side_by_side(random: Random) -> Glyph:
    return compose(
        [digit(label, random) for label in random.integers(0, 10, random.integers(2, 5))], CLOSE, random
    ).strokes


def _turned(random: Random) -> Glyph:
    """A digit that turned or mirrored is no digit any more."""
    label = int(random.choice([3, 4, 7, 2, 5]))
    strokes = digit(label, random)
    if label in (2, 5):  # upside down they are themselves, so a quarter turn
        quarter = random.choice([-1, 1])
        return [stroke[:, ::-1] * [quarter, -quarter] for stroke in strokes]
    if label == 3 or random.random() < 0.6:
        return [stroke * [-1, 1] for stroke in strokes]
    if label == 7:
        return [stroke * [1, -1] for stroke in strokes]
    return [stroke[:, ::-1] for stroke in strokes]


def _crossed_out(random: Random) -> Glyph:
    count = int(random.integers(5, 11))
    x = np.linspace(-0.6, 0.6, count) + random.normal(0, 0.04, count)
    y = np.where(np.arange(count) % 2, 0.1, 0.9) + random.normal(0, 0.15, count)
    scratches = np.stack([x, y], 1)
    if random.random() < 0.4:
        scratches = scratches[:, ::-1] + [-0.5, 0.5]
    return [*digit(int(random.integers(10)), random), scratches]


def _zigzag(random: Random) -> Glyph:
    count = int(random.integers(6, 20))
    x = np.linspace(0, random.uniform(0.4, 2), count) + random.normal(0, 0.03, count)
    y = (np.arange(count) % 2) * random.uniform(0.3, 1) + random.normal(0, 0.08, count)
    points = np.stack([x, y], 1) @ _turn(random.uniform(0, np.pi))
    return [curve(*map(tuple, points)) if random.random() < 0.5 else points]


def _turn(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _flat(random: Random) -> Glyph:
    """A dash, or two or three lines that do not meet."""
    count = int(random.integers(1, 5))
    if count == 1:
        tilt = random.uniform(-0.45, 0.45)
        return written([np.array([(0, 0.5), (np.cos(tilt), 0.5 + np.sin(tilt))])], random, 0.3)
    return [random.uniform(0, 1, (2, 2)) for _ in range(count)]


def _dots(random: Random) -> Glyph:
    count = int(random.integers(1, 6))
    spread = 0.0 if count == 1 else random.uniform(0.1, 1)
    return [random.uniform(0, spread, (1, 2)) + random.normal(0, 0.004, (2, 2)) for _ in range(count)]


def _filled(random: Random) -> Glyph:
    """A triangle, a quadrangle or an ellipse, hatched until it is black."""
    if random.random() < 0.5:
        corners = random.uniform(0, 1, (int(random.integers(3, 5)), 2))
    else:
        width = random.uniform(0.2, 1)
        corners = arc(0, 0, width, 1, random.uniform(0, 360), 340) @ _turn(random.uniform(0, np.pi))
    centre = corners.mean(0)
    ring = np.concatenate([corners, corners[:1]])
    return [centre + scale * (ring - centre) for scale in np.arange(0.1, 1.01, 0.1)]


def _wander(random: Random) -> Glyph:
    """A pen that wanders with a heading of its own and crosses its track again and again."""
    count = int(random.integers(60, 300))
    heading = np.cumsum(random.normal(random.normal(0, 0.08), random.uniform(0.1, 0.5), count))
    steps = np.stack([np.cos(heading), np.sin(heading)], 1)
    home = np.cumsum(steps, 0) / 40
    return [home - np.linspace(0, random.uniform(0.3, 1), count)[:, None] * home[-1]]


def _scribble(random: Random) -> Glyph:
    """What a child does with a pen: loops that wander."""
    turns = random.uniform(2, 3.5)
    t = np.linspace(0, 2 * np.pi * turns, int(40 * turns))
    wobble = np.cumsum(random.normal(0, 0.06, (len(t), 2)), 0) * random.uniform(0.3, 1)
    radius = 1 + 0.5 * np.sin(t * random.uniform(0.1, 0.6) + random.uniform(0, 6))
    drift = random.choice([-1, 1], 2) * random.uniform(0.08, 0.22, 2)
    loops = radius[:, None] * np.stack([np.cos(t), random.uniform(0.4, 1.2) * np.sin(t)], 1)
    return [loops + wobble + t[:, None] * drift]


def _coil(random: Random) -> Glyph:
    """A row of loops, as a pen is tried out."""
    turns = random.uniform(2.5, 5)
    t = np.linspace(0, 2 * np.pi * turns, int(40 * turns))
    size = 1 + np.cumsum(random.normal(0, 0.02, len(t)))
    x = t * random.uniform(0.16, 0.35) - random.uniform(0.2, 0.6) * np.sin(t) * size
    loops = np.stack([x, -random.uniform(0.8, 1.6) * np.cos(t) * size], 1)
    return [loops + np.cumsum(random.normal(0, 0.01, loops.shape), 0)]


def _letters_joined(random: Random) -> Glyph:
    """Two letters run together, as in a hasty word."""
    pick = EVALUATION["letters"]
    first, second = pick(random), pick(random)
    return [*first, joined(first[-1][-1:], second[0] + [0.8, 0.0]), *[s + [0.8, 0.0] for s in second[1:]]]


_FITTING: tuple[tuple[float, Callable[[Random], Glyph]], ...] = (
    (5, _from(_alphabet(letters.FITTING))), (2.5, _spline), (3, _invented), (1, _regular),
    (2, _on_top), (1, _side_by_side), (1.5, _turned), (1, _crossed_out), (1, _zigzag), (0.7, _flat),
    (0.3, _dots), (1.5, _filled), (1.5, _wander),
)  # fmt: skip

_SINGLE = tuple(each for each in _FITTING if each[1] not in (_side_by_side, _on_top, _crossed_out))
_TURNED = _from(
    [character(letters.FITTING[name], turn) for name, turns in letters.TURNS.items() for turn in turns]
    + _alphabet(letters.MORE)
)

_LETTERS = _from(_alphabet(letters.FITTING) + _alphabet(letters.LATIN) + _alphabet(letters.MORE))
_SCRIPTS = _from(_alphabet(letters.SCRIPTS))

EVALUATION: dict[str, Callable[[Random], Glyph]] = {
    "letters": _from(_alphabet(letters.EVALUATION)),
    "symbols": _from(_alphabet(letters.SYMBOLS)),
    "scribbles": _scribble,
    "coils": _coil,
    "letters joined": _letters_joined,
}
