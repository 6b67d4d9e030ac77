"""Ink that is no digit: letters, symbols, scribbles, shapes, two digits on one pad.

Two collections that differ in kind, so that "this is no digit" is measured on what it was not fitted to.
FITTING: part of the Latin letters, invented characters, splines, polygons, digits on top of each other,
turned or crossed out. EVALUATION: other letters, Greek and Cyrillic, symbols, hand scribbles, blobs, lines.
Letters commonly written like a digit (B b D G g I i l O o Q q S s Z z) are in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .synth import Glyph, Random, arc, curve, digit, joined, written

# A character is strokes parted by spaces, a stroke points "xy" on a grid from 0 to 9, y down; a stroke
# that begins with "~" is smooth.
_FITTING_LETTERS = {
    "A": "0940 4079 1666", "C": "~71401235496978", "E": "6000 0009 0969 0454", "F": "6000 0009 0454",
    "H": "0009 6069 0565", "K": "0009 6005 0569", "L": "000969", "M": "0900457089", "N": "09006960",
    "P": "0900 ~0050624505", "R": "0900 ~0050624505 3569", "V": "004970", "W": "0029345980",
    "X": "0069 6009", "a": "~6435173949675544 6469", "d": "~6545174959676655 6069",
    "f": "~602031293929 0454", "h": "0009 ~051444655969", "k": "0009 5405 1559",
    "m": "0409 ~0634443749 ~4664748779", "n": "0409 ~061444655969", "r": "0409 ~06246474",
    "w": "0429456984", "c": "~64341618396968",
}  # fmt: skip
_EVALUATION_LETTERS = {
    "J": "~606639190807 3080", "T": "0080 4049", "U": "~000639697660", "Y": "0044 8044 4449",
    "e": "~065656352516093969", "j": "~54581919 5252", "p": "0309 ~05345474674716", "t": "3038 1363",
    "u": "~040739576564 6469", "v": "043964", "x": "0459 5409",
    "alpha": "~84573916134357 5789", "gamma": "~033469491949664",
    "delta": "0940 4089 8909", "theta": "~4010050949898540 0585", "lambda": "1049 3308",
    "xi": "0070 1555 0979", "pi": "0070 1019 6069", "sigma": "7000450979", "phi": "~4213165777644442 4049",
    "psi": "~000444748480 4049", "omega": "0929 ~291503306083695969 5989", "mu": "0309 ~030757 5357",
    "zhe": "4049 0044 8044 4409 4489", "ya": "6069 ~6030123555 3509", "i-kratkoye": "0009 0960 6069",
    "yu": "0009 0434 ~5332365976735332", "sha": "0009 4049 8089 0989",
    "shch": "000979 3039 7079 7989",
}  # fmt: skip
_SYMBOLS = {
    "arrow right": "0585 5285 5885", "arrow up": "4940 1340 4073", "plus": "4149 0585", "star": "2940690489 8929",
    "check": "053884", "hash": "2019 6059 0373 0676", "house": "0409 0989 8984 0440 4084",
    "heart": "~4925023020424142 ~4262728285694949", "smiley": "~4010044989864140 3333 6363 ~26385866",
    "note": "~38171939484838 4841 4173", "triangle": "4089 8909 0940", "square": "0080 8089 8909 0900",
    "lightning": "60254429", "ampersand": "~89232050544207294985", "at": "~645366576744104989",
    "euro": "~81301638398978 0464 0665", "dollar": "~80412345697649281 5059".replace("281 ", "28 "),
    "percent": "8009 ~2021131425242320 ~6666686979886", "asterisk": "4048 0783 0387", "equals": "0373 0676",
    "spiral": "~45354456654325163869877430", "cloud": "~18052332306184768818", "tree": "4049 4410 4480 4620",
    "envelope": "0288 8208 0282 0888 0208", "flag": "0009 0083 8305", "cup": "0029 2969 6980 0080",
    "fish": "~0525306384 ~0527588582 8488", "wave": "~0515345575855",
    "infinity": "~45230527458367858345",
}  # fmt: skip


def fitting(random: Random) -> Glyph:
    """One piece of junk to fit the rejection on."""
    return _one_of(_FITTING, random)


def evaluation(random: Random) -> Glyph:
    """One piece of junk to measure the rejection on."""
    kinds = tuple(EVALUATION.values())
    return kinds[random.integers(len(kinds))](random)


def _one_of(kinds: tuple[tuple[float, Callable[[Random], Glyph]], ...], random: Random) -> Glyph:
    weights = np.array([weight for weight, _ in kinds])
    return kinds[random.choice(len(kinds), p=weights / weights.sum())][1](random)


def _character(notation: str) -> Glyph:
    glyph = []
    for stroke in notation.split():
        pairs = stroke.lstrip("~")
        points = [(int(x) / 9, int(y) / 9) for x, y in zip(pairs[::2], pairs[1::2])]
        smooth = stroke.startswith("~")
        glyph.append(curve(*points) if smooth else np.array(points))
    return glyph


def _from(alphabet: Mapping[str, str]) -> Callable[[Random], Glyph]:
    glyphs = [_character(notation) for notation in alphabet.values()]

    def pick(random: Random) -> Glyph:
        glyph = glyphs[random.integers(len(glyphs))]
        glyph = [stroke + random.normal(0, 0.03, stroke[:1].shape) for stroke in glyph]
        return written(glyph, random)

    return pick


def _spline(random: Random) -> Glyph:
    count = int(random.integers(5, 14))
    return [curve(*map(tuple, random.uniform(0, 1, (count, 2))))]


def _polyline(random: Random) -> Glyph:
    return [random.uniform(0, 1, (int(random.integers(4, 12)), 2))]


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
    glyph: Glyph = []
    right = 0.0
    for label in random.integers(0, 10, random.integers(2, 5)):
        strokes = digit(label, random)
        left = min(stroke[:, 0].min() for stroke in strokes)
        strokes = [stroke + [right - left, random.normal(0, 0.05)] for stroke in strokes]
        right = max(stroke[:, 0].max() for stroke in strokes) + random.uniform(0.05, 0.4)
        glyph += strokes
    return glyph


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


def _hand_scribble(random: Random) -> Glyph:
    """What a child does with a pen: loops that wander, run over and over the same place."""
    turns = random.uniform(3, 9)
    t = np.linspace(0, 2 * np.pi * turns, int(40 * turns))
    wobble = np.cumsum(random.normal(0, 0.06, (len(t), 2)), 0) * random.uniform(0.3, 1)
    radius = 1 + 0.5 * np.sin(t * random.uniform(0.1, 0.6) + random.uniform(0, 6))
    drift = random.uniform(-0.08, 0.08, 2)
    loops = radius[:, None] * np.stack([np.cos(t), random.uniform(0.4, 1.2) * np.sin(t)], 1)
    return [loops + wobble + t[:, None] * drift]


def _blob(random: Random) -> Glyph:
    """A filled patch with a bumpy edge."""
    bumps = random.normal(0, 0.12, 4)
    phases = random.uniform(0, 2 * np.pi, 4)
    stretch = random.uniform(0.6, 1.3)
    glyph: Glyph = []
    for scale in np.arange(0.05, 1.0, 0.09):
        t = np.linspace(0, 2 * np.pi, 40)
        radius = scale * (1 + sum(b * np.sin((k + 2) * t + p) for k, (b, p) in enumerate(zip(bumps, phases))))
        glyph.append(np.stack([radius * np.cos(t), stretch * radius * np.sin(t)], 1))
    return glyph


def _lines(random: Random) -> Glyph:
    """A lying line, parallel lines, a grid, a cross: never one line that could be a 1."""
    kind = int(random.integers(4))
    if kind == 0:
        return written([np.array([(0, 0), (1, 0)])], random)
    if kind == 1:
        count = int(random.integers(2, 5))
        lines = [np.array([(0, y), (1, y)]) for y in np.linspace(0, random.uniform(0.3, 1), count)]
        if random.random() < 0.5:
            lines = [line[:, ::-1] for line in lines]
        return written(lines, random)
    if kind == 2:
        at = (0.25, 0.5, 0.75)
        return written([np.array([(0, y), (1, y)]) for y in at] + [np.array([(x, 0), (x, 1)]) for x in at], random)
    return written([np.array([(0, 0.5), (1, 0.5)]), np.array([(0.5, 0), (0.5, 1)])], random)


def _letters_joined(random: Random) -> Glyph:
    """Two letters run together, as in a hasty word."""
    pick = EVALUATION["letters"]
    first, second = pick(random), pick(random)
    return [*first, joined(first[-1][-1:], second[0] + [0.8, 0.0]), *[s + [0.8, 0.0] for s in second[1:]]]


_FITTING: tuple[tuple[float, Callable[[Random], Glyph]], ...] = (
    (5, _from(_FITTING_LETTERS)), (1.5, _spline), (1, _polyline), (3, _invented), (1, _regular),
    (2, _on_top), (1, _side_by_side), (1.5, _turned), (1, _crossed_out), (1, _zigzag), (0.7, _flat),
    (0.3, _dots), (1.5, _filled), (1.5, _wander),
)  # fmt: skip

EVALUATION: dict[str, Callable[[Random], Glyph]] = {
    "letters": _from(_EVALUATION_LETTERS),
    "symbols": _from(_SYMBOLS),
    "scribbles": _hand_scribble,
    "blobs": _blob,
    "lines": _lines,
    "letters joined": _letters_joined,
}
