"""Letters of no alphabet, built as most alphabets build theirs: upright stems, joined by bars, arches, bowls, slants.

No list of scripts is ever complete. Of these, no two are alike, and none is a digit: two stems of which one is
shorter, with a bar, would be a 4, a closed frame of two stems a 0, and one stem with something on one side a 1, 6, 7
or 9, so these are left out.
"""

from __future__ import annotations

import itertools

import numpy as np

from .hand import Glyph, Random, arc, curve, straight, written

_PAIRS = (("top", "middle"), ("middle", "bottom"), ("arch", "middle"), ("bowl", "middle"))  # on two stems


def letter(random: Random) -> Glyph:
    """One such letter, written by a random hand."""
    return written(_stems(random) if random.random() < 0.65 else _branches(random), random)


def _stems(random: Random) -> Glyph:
    """Two or three stems side by side and what joins them."""
    count = int(random.integers(2, 4))
    x = np.linspace(0, random.uniform(0.28, 0.45) * count, count)
    if count == 2 and random.random() < 0.4:
        joins = set(_PAIRS[random.integers(len(_PAIRS))])
    else:
        many = 1 if count == 2 else int(random.integers(1, 3))
        joins = set(random.choice(["top", "middle", "bottom", "arch", "bowl", "slant"], many, replace=False))
    tops, bottoms = np.zeros(count), np.ones(count)
    neighbours = list(itertools.pairwise(x))
    whole = count == 2 or random.random() < 0.5  # one arch or bowl over all stems, or one between neighbours
    spans = [(x[0], x[-1])] if whole else neighbours
    drop = random.uniform(0.2, 0.45)
    glyph: Glyph = []
    if "arch" in joins:
        tops[[0, -1]] = drop
        glyph += [arc((a + b) / 2, drop, (b - a) / 2, drop, 180, -180) for a, b in spans]
    if "bowl" in joins:
        # Over three stems the outer ones may be prongs.
        raised = random.uniform(0.3, 0.6) if count == 3 and whole and random.random() < 0.5 else 1.0
        bottom = raised - min(drop, raised / 2)
        bottoms[[0, -1]] = bottom
        glyph += [arc((a + b) / 2, bottom, (b - a) / 2, raised - bottom, 180, 180) for a, b in spans]
    over = random.uniform(0, 0.15)
    for name, y in (("top", 0.0), ("middle", random.uniform(0.35, 0.65)), ("bottom", 1.0)):
        if name in joins:
            glyph.append(straight((x[0] - over, y), (x[-1] + over, y)))
    if "slant" in joins:
        down = random.random() < 0.5
        glyph += [straight((a, 1 - down), (b, down)) for a, b in neighbours]
    return [straight((at, top), (at, bottom)) for at, top, bottom in zip(x, tops, bottoms)] + glyph


def _branches(random: Random) -> Glyph:
    """One stem with arms to both sides: a fork at its top, straight or round, or bars across it."""
    wide = random.uniform(0.25, 0.45)
    if random.random() < 0.5:
        start = random.uniform(0.3, 0.6)
        bars = [random.uniform(0.6, 0.8)] if random.random() < 0.5 else []
        x, y = 0.9 * wide, 0.7 * start
        arms = curve((-wide, 0), (-x, y), (0, start), (x, y), (wide, 0))
        if random.random() < 0.5:
            arms = straight((-wide, 0), (0, start), (wide, 0))
        glyph = [straight((0, start), (0, 1)), arms]
    else:
        bars = sorted(random.choice([0.0, 0.3, 0.6, 1.0], int(random.integers(2, 4)), replace=False))
        if bars == [0.0, 1.0]:  # a 1 with serif and foot
            bars = [0.0, 0.5, 1.0]
        glyph = [straight((0, 0), (0, 1))]
    return glyph + [straight((-wide, y), (wide, y)) * [random.uniform(0.7, 1), 1] for y in bars]
