"""Ink that is no digit, to learn from: letters, shapes, lines, blots, two digits on one pad, digits crossed out.

The answer "no digit" is measured on other kinds, which lie with the tests, out of reach. Letters commonly written like
a digit (B b D G g I i l O o Q q S s Z z) are in neither.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import letters
from .digits import digit
from .hand import Glyph, Random, arc, curve, rotation, straight, written
from .letters import alphabet, any_of, character
from .lines import CLOSE, compose

Kinds = tuple[tuple[float, Callable[[Random], Glyph]], ...]  # each with how often it comes, beside the others

_LETTERS = alphabet(letters.FITTING, letters.LATIN, letters.MORE, letters.SCRIPTS)
_TURNED = [character(letters.FITTING[name], turn) for name, turns in letters.TURNS.items() for turn in turns]
# A letter of the whole Latin alphabet, those written like a digit aside, or of another script.
letter = any_of(_LETTERS)
# A letter turned so that it is none, or one of another script: the junk that most resembles digits.
turned_letter = any_of(_TURNED + alphabet(letters.MORE))


def compound(random: Random) -> Glyph:
    """A letter of no alphabet: two letters in the place of one, one beside or above the other."""
    first, second = ((_LETTERS + _TURNED)[at] for at in random.integers(len(_LETTERS + _TURNED), size=2))
    along, share = np.eye(2)[random.integers(2)], random.uniform(0.35, 0.65)
    shift = along * (share + random.uniform(-0.05, 0.05))
    rest = [stroke * (1 - along * share) + shift for stroke in second]
    return written([stroke * (1 - along * (1 - share)) for stroke in first] + rest, random)


def fitting(random: Random) -> Glyph:
    """One piece of junk of any kind, to fit the rejection on."""
    return _one_of(_FITTING, random)


def stranger(random: Random) -> Glyph:
    """One piece of junk to set among digits: a single thing, which holds no digit that could be read."""
    return _one_of(((0.3, letter), (0.2, compound), (0.5, lambda random: _one_of(_SINGLE, random))), random)


def _one_of(kinds: Kinds, random: Random) -> Glyph:
    weights = np.array([weight for weight, _ in kinds])
    return kinds[random.choice(len(kinds), p=weights / weights.sum())][1](random)


def _spline(random: Random) -> Glyph:
    return [curve(*random.uniform(0, 1, (random.integers(5, 14), 2)))]


def _invented(random: Random) -> Glyph:
    """A character of no alphabet: two to five lines, arcs and hooks."""
    glyph: Glyph = []
    for _ in range(random.integers(2, 6)):
        x, y = random.uniform(0, 1, 2)
        if random.random() < 0.5:
            glyph.append(straight((x, y), random.uniform(0, 1, 2)))
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
        glyph.append(outline[random.integers(0, corners, 2)])
    return written(glyph, random)


def _on_top(random: Random) -> Glyph:
    """Two digits on top of each other, shifted so that neither hides in the other."""
    first, second = random.choice(10, 2, replace=False)
    shift = random.choice([-1, 1], 2) * random.uniform([0.1, 0.05], [0.3, 0.35])
    return digit(first, random) + [stroke + shift for stroke in digit(second, random)]


def _side_by_side(random: Random) -> Glyph:
    glyphs = [digit(label, random) for label in random.integers(0, 10, random.integers(2, 5))]
    return compose(glyphs, CLOSE, random)


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
    points = np.stack([x, y], 1) @ rotation(random.uniform(0, np.pi))
    return [curve(*points) if random.random() < 0.5 else points]


def _flat(random: Random) -> Glyph:
    """A dash, or two or three lines that do not meet."""
    count = int(random.integers(1, 5))
    if count == 1:
        tilt = random.uniform(-0.45, 0.45)
        return written([straight((0, 0.5), (np.cos(tilt), 0.5 + np.sin(tilt)))], random, 0.3)
    return list(random.uniform(0, 1, (count, 2, 2)))


def _dots(random: Random) -> Glyph:
    count = int(random.integers(1, 6))
    spread = 0.0 if count == 1 else random.uniform(0.1, 1)
    return [random.uniform(0, spread, (1, 2)) + random.normal(0, 0.004, (2, 2)) for _ in range(count)]


def _filled(random: Random) -> Glyph:
    """A triangle, a quadrangle or an ellipse, hatched until it is black."""
    if random.random() < 0.5:
        corners = random.uniform(0, 1, (random.integers(3, 5), 2))
    else:
        ellipse = arc(0, 0, random.uniform(0.2, 1), 1, random.uniform(0, 360), 340)
        corners = ellipse @ rotation(random.uniform(0, np.pi))
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


_FITTING: Kinds = (
    (5, any_of(alphabet(letters.FITTING))), (2.5, _spline), (3, _invented), (1, _regular),
    (2, _on_top), (1, _side_by_side), (1.5, _turned), (1, _crossed_out), (1, _zigzag), (0.7, _flat),
    (0.3, _dots), (1.5, _filled), (1.5, _wander),
)  # fmt: skip
_SINGLE = tuple(each for each in _FITTING if each[1] not in (_side_by_side, _on_top, _crossed_out))
