"""Synthetic digits as pen strokes, in the styles the world writes and MNIST has little of.

Each digit has a few skeletons (the 1 with and without upstroke and foot, the 7 with and without bar, the open and the
closed 4 ...), drawn with random proportions in a box about 1 high, y down; then a random hand is laid over it. The
result is ink, so that training sees exactly what `ink.rasterize` makes of a pen.

`python -m tests.gallery --out FILE.png` draws a sheet of them to look at.
"""

from __future__ import annotations

import numpy as np

from .hand import Glyph, Random, Stroke, arc, curve, joined, straight, written


def digit(label: int, random: Random) -> Glyph:
    """One synthetic digit `label` (0 to 9) as ink, in a random style and hand."""
    return written(_SKELETONS[label](random), random)


def lookalike(label: int, random: Random) -> Glyph:
    """A 1 with a long upstroke, or a 7 without bar, that only their slants tell apart: label 1 or 7.

    The 1 has a stem near upright, whatever its upstroke does; the 7 has a flat top and a slanted stem.
    """
    if label == 1:
        steep, slant = random.uniform(8, 42), random.uniform(-0.12, 0.46)
        # The flatter the upstroke, the more upright the stem, or nobody could tell.
        slant = min(slant, 0.26 + 0.012 * (steep - 8))
        across = random.uniform(0.3, 0.85)
    else:
        steep, slant = random.uniform(-6, 18), random.uniform(0.3, 0.8)
        slant = max(slant, 0.38 + 0.012 * steep)
        across = random.uniform(0.4, 0.9)
    top = (slant, 0.0)
    start = (slant - across, across * np.tan(np.radians(steep)))
    bow = _near(random, -0.02, 0.03)
    middle = ((start[0] + top[0]) / 2, (start[1] + top[1]) / 2 + random.uniform(-0.05, 0.05))
    stem = curve(top, (slant / 2 + bow, 0.5), (_near(random, 0, 0.03), 1.0))
    return written(_lifted(random, curve(start, middle, top), stem, 0.08, 0.03), random, 0.25)


def _near(random: Random, value: float, spread: float) -> float:
    return float(value + np.clip(random.normal(0, spread), -2 * spread, 2 * spread))


def _lifted(random: Random, first: Stroke, second: Stroke, chance: float, gap: float) -> Glyph:
    """Two strokes in one go, or, as it chances, with the pen lifted between them, about so far apart."""
    if random.random() < chance:
        return [first, second + random.normal(0, gap, 2)]
    return [joined(first, second)]


def _zero(random: Random) -> Glyph:
    width = random.uniform(0.22, 0.5)
    start, sweep = _near(random, 95, 35), _near(random, 362, 22)
    ring = arc(0, 0.5, width, 0.5, start, sweep if random.random() < 0.8 else -sweep)
    # The pen closes the ring a little inside or outside of where it began.
    drift = np.linspace(0, 1, len(ring))[:, None]
    ring = ring + (drift - 0.5) * random.normal(0, [0.06, 0.05])
    style = random.random()
    if style < 0.1:  # a tail
        return [joined(ring, ring[-1] + [[_near(random, 0.02, 0.06), random.uniform(0.05, 0.3)]])]
    if style < 0.24:  # struck through, lying to upright, within the ring or far beyond it
        angle = np.radians(random.uniform(-5, 110))
        end = random.uniform(0.7, 1.6) * np.array([width * np.cos(angle), -0.5 * np.sin(angle)])
        middle = random.normal([0, 0.5], 0.05)
        return [ring, straight(middle + end, middle - end)]
    if style < 0.27:  # dotted
        dot = random.uniform([-0.5, -0.4], [0.5, 1.4])
        return [ring, straight(dot, dot + random.normal(0, 0.01, 2))]
    if style < 0.31:  # square
        corners = random.normal([(-width, 0), (-width, 1), (width, 1), (width, 0), (-width, 0)], 0.05)
        return [straight(*corners)]
    if style < 0.35:  # a loop
        x, y = ring[-1]
        return [joined(ring, arc(x, y + 0.04, 0.1, 0.07, 90, -random.uniform(120, 400), 12))]
    return [ring]


def _one(random: Random) -> Glyph:
    lean, bow = _near(random, 0.0, 0.1), _near(random, 0, 0.03)
    top = np.array([lean, 0.0])
    stem = curve(top, (lean / 2 + bow, 0.5), (0, 1))
    style = random.random()
    if style < 0.24:
        return [stem if random.random() < 0.8 else stem[::-1]]
    # The upstroke: from a short flag to one as long as the stem. Its slope, not its length, tells it
    # from the bar of a 7, which lies flat.
    if style < 0.6:  # wide: these are the ones read as 7
        across = random.uniform(0.25, 0.62)
        down = across * np.tan(np.radians(random.uniform(18, 46)))
    else:
        down = random.uniform(0.1, 0.95) ** 0.9
        across = min(down / np.tan(np.radians(random.uniform(32, 80))), 0.6)
    start = top + [-across, down]
    bend = (start + top) / 2 + random.normal(0, 0.025, 2) + [0, random.uniform(-0.03, 0.04)]
    glyph = _lifted(random, curve(start, bend, top), stem, 0.12, 0.035)
    if random.random() < 0.25:  # a foot
        half, tilt = random.uniform(0.12, 0.5), _near(random, 0, 0.03)
        glyph.append(straight((-half, 1 + tilt), (half * random.uniform(0.7, 1.2), 1 - tilt)))
    if random.random() < 0.05:  # a hook
        hook = stem[-1] + [[random.uniform(-0.12, 0.12), random.uniform(-0.05, 0.02)]]
        glyph[-1] = joined(glyph[-1], hook)
    return glyph


def _two(random: Random) -> Glyph:
    width = random.uniform(0.26, 0.4)
    start = (-width, random.uniform(0.1, 0.34))
    shoulder = random.uniform(0.28, 0.4)
    heel_x = -width * random.uniform(0.8, 1.2)
    heel = (heel_x, 0.97)
    top = curve(
        start, (-width * 0.55, random.uniform(0.0, 0.08)), (width * 0.2, -0.02), (width * 0.95, shoulder * 0.6),
        (width * random.uniform(0.6, 0.9), shoulder + 0.12), (0, random.uniform(0.66, 0.76)), heel,
    )  # fmt: skip
    end = width * random.uniform(0.9, 1.7)
    style = random.random()
    if style < 0.3:  # a loop at the heel
        loop = random.uniform(0.05, 0.14)
        foot = curve(
            heel, (heel_x - loop * 0.9, 0.97 - loop * 0.8), (heel_x + loop * 0.5, 0.95 - loop * 1.3),
            (heel_x + loop * 2, 0.96 - loop * 0.2), (end * 0.6, 1.0), (end, _near(random, 0.95, 0.05)),
        )  # fmt: skip
    elif style < 0.6:  # a wave
        foot = curve(heel, (0, _near(random, 0.92, 0.03)), (end * 0.6, 1.0), (end, _near(random, 0.96, 0.05)))
    else:
        foot = curve(heel, (0, _near(random, 0.98, 0.02)), (end, _near(random, 0.98, 0.06)))
    if random.random() < 0.3:  # an angular neck, written like a Z with a round head
        head = curve(start, (-width * 0.2, _near(random, 0.02, 0.02)), (width, random.uniform(0.04, 0.2)))
        top = joined(head, straight((width, random.uniform(0.1, 0.25)), heel))
    return [joined(top, foot)]


def _three(random: Random) -> Glyph:
    width, waist = random.uniform(0.24, 0.42), random.uniform(0.38, 0.5)
    notch = (width * random.uniform(-0.5, 0.15), waist)
    belly = width * random.uniform(0.85, 1.25)
    below = curve(
        notch, (belly * 0.75, waist + 0.1), (belly, (waist + 1) / 2 + 0.04), (belly * 0.4, 0.97),
        (-width * 0.4, _near(random, 0.99, 0.03)), (-width * random.uniform(0.8, 1.3), _near(random, 0.86, 0.06)),
    )  # fmt: skip
    if random.random() < 0.35:  # a flat top
        right, level = width * random.uniform(0.8, 1.2), _near(random, 0.02, 0.03)
        left = (-width * random.uniform(0.7, 1.1), level + _near(random, 0, 0.04))
        above = straight(left, (right, level), notch)
    else:
        above = curve(
            (-width * random.uniform(0.7, 1.1), random.uniform(0.03, 0.3)),
            (-width * random.uniform(0.1, 0.5), random.uniform(-0.02, 0.03)),
            (width * random.uniform(0.7, 1), waist * 0.42), (width * 0.4, waist * 0.85), notch,
        )  # fmt: skip
    if random.random() < 0.12:  # a loop at the waist
        above = joined(above, arc(notch[0] - 0.02, waist + 0.03, 0.05, 0.035, 90, 330, 10))
    if random.random() < 0.15:  # a zigzag
        slope = straight(notch, (belly * 0.9, waist + random.uniform(0.08, 0.25)))
        end = (-width * random.uniform(0.4, 1.1), 1.0)
        below = joined(slope, curve((belly * 0.95, waist + 0.25), (belly * 0.3, 0.9), end))
    return [joined(above, below)]


def _four(random: Random) -> Glyph:
    bar, left, right = random.uniform(0.5, 0.74), -random.uniform(0.3, 0.5), random.uniform(0.12, 0.5)
    corner = (left, bar)
    style = random.random()
    foot = (_near(random, -0.02, 0.05), 1.0)
    if style < 0.3:  # closed: down the slope, along the bar, then the stem, with or without lifting the pen
        top = (_near(random, 0.06, 0.05), 0.0)
        if random.random() < 0.5:
            return [straight(top, corner, (right, _near(random, bar, 0.03))), straight(top, foot)]
        return [straight(top, corner, (_near(random, 0.1, 0.04), _near(random, bar, 0.03)), top, foot)]
    start = (left + random.uniform(0.0, 0.4), _near(random, 0.02, 0.05))
    tilt = _near(random, 0, 0.04)
    if style < 0.8:  # open, two strokes: an L or a slope and a bar, then a stem that crosses it
        end = (right, bar + tilt)
        if random.random() < 0.35:
            hook = curve(start, (left, bar - random.uniform(0.0, 0.12)), (left + 0.12, bar + 0.01), end)
        else:
            hook = straight(start, corner, end)
        top_y, x = random.uniform(0.0, bar - 0.06), random.uniform(-0.2, min(0.2, right))
        foot = (x + _near(random, -0.03, 0.05), random.uniform(bar + 0.14, 1.05))
        return [hook, curve((x + _near(random, 0.05, 0.04), top_y), (x, (top_y + foot[1]) / 2), foot)]
    # open, like a y or a lightning: a cup and a stem in one or two strokes
    rim = random.uniform(0.1, 0.25)
    cup = curve(start, (left + 0.02, bar - 0.1), (left + 0.16, bar), (rim - 0.1, bar - 0.04), (rim, bar - 0.2))
    stem = curve((rim + _near(random, 0.02, 0.03), random.uniform(-0.04, 0.2)), (rim, 0.5), foot)
    return [joined(cup, stem)] if random.random() < 0.5 else [cup, stem]


def _five(random: Random) -> Glyph:
    width, neck_y = random.uniform(0.24, 0.38), random.uniform(0.34, 0.5)
    belly = width * random.uniform(0.9, 1.3)
    corner = (-width * random.uniform(0.6, 1.0), _near(random, 0.02, 0.02))
    neck = (-width * random.uniform(0.75, 1.1), neck_y)
    bowl = curve(
        neck, (width * 0.1, neck_y - random.uniform(-0.02, 0.1)), (belly, (neck_y + 1) / 2 - 0.04),
        (belly * 0.5, 0.96), (-width * 0.4, _near(random, 1.0, 0.02)),
        (-width * random.uniform(0.8, 1.3), _near(random, 0.88, 0.06)),
    )  # fmt: skip
    if random.random() < 0.2:  # an angular bowl
        elbow = (belly * 0.9, neck_y + random.uniform(0.02, 0.16))
        bowl = straight(neck, elbow, (belly, neck_y + 0.25), (-width * random.uniform(0.5, 1.1), 0.99))
    end = (width * random.uniform(0.6, 1.9), _near(random, 0.0, 0.05))
    style = random.random()
    if style < 0.45:  # two strokes: the bar is put on afterwards, not always where it belongs
        gap = random.normal([0.02, 0.0], [0.04, 0.025])
        return [joined(straight(corner), bowl), straight(corner, end) + gap]
    if style < 0.8:  # one stroke
        return [joined(straight(end, corner), bowl)]
    back = curve(end, (0, _near(random, 0.0, 0.03)), (-width * 0.9, neck_y * 0.5), neck)
    return [joined(back, bowl)]


def _six(random: Random) -> Glyph:
    width, loop_top = random.uniform(0.24, 0.38), random.uniform(0.42, 0.62)
    middle = (1 + loop_top) / 2
    top = random.uniform(-0.1, 0.34)
    back = ((top - width) / 2 - random.uniform(0, 0.1), 0.22)
    stem = curve((top, 0.0), back, (-width * random.uniform(0.95, 1.12), middle - 0.08))
    loop = arc(0, middle, width, (1 - loop_top) / 2, 180, _near(random, 340, 28))
    if random.random() < 0.25:  # the loop ends inside the bowl
        loop = joined(loop, straight((-width * 0.4, middle + 0.03)))
    return [joined(stem, loop)]


def _seven(random: Random) -> Glyph:
    width, rise = random.uniform(0.26, 0.46), _near(random, 0.0, 0.035)
    left = (-width, rise)
    right = (width * random.uniform(0.75, 1.1), -rise)
    foot = (random.uniform(-0.28, 0.16), 1.0)
    style = random.random()
    top = curve(left, (0, random.uniform(-0.05, 0.06)), right)
    if style < 0.25:  # a serif
        drop = (left[0] + _near(random, 0, 0.03), left[1] + random.uniform(0.05, 0.2))
        top = joined(straight(drop), top)
    elif style < 0.5:  # a wave, or a hook as that of a 2
        start = (left[0], left[1] + random.uniform(0.04, 0.3))
        top = curve(start, (-width * random.uniform(0.1, 0.6), 0), (0.1, random.uniform(0.0, 0.15)), right)
    bend = ((right[0] + foot[0]) / 2 + random.uniform(-0.14, 0.03), 0.5)
    glyph = [joined(top, curve(right, bend, foot) if random.random() < 0.6 else straight(right, foot))]
    if random.random() < 0.55:  # a bar
        height = random.uniform(0.38, 0.66)
        middle = right[0] + (foot[0] - right[0]) * height + random.uniform(-0.06, 0.04)
        half, tilt = random.uniform(0.13, 0.36), _near(random, 0, 0.04)
        glyph.append(straight((middle - half, height + tilt), (middle + half, height - tilt)))
    return glyph


def _eight(random: Random) -> Glyph:
    width = random.uniform(0.2, 0.34)
    upper, waist = width * random.uniform(0.45, 1.05), random.uniform(0.32, 0.54)
    middle = (1 + waist) / 2  # of the belly
    if random.random() < 0.25:  # two rings
        gap = _near(random, 0, 0.02)
        head = arc(_near(random, 0, 0.03), waist / 2, upper, waist / 2, 90, _near(random, 362, 10))
        return [head, arc(0, middle + gap, width, (1 - waist) / 2, 90, _near(random, 362, 10))]
    # One stroke from the top right: left round the head, an S down, round the belly, and up again.
    start = (upper * random.uniform(0.1, 1.1), random.uniform(0.0, 0.22))
    end = (start[0] + _near(random, 0.04, 0.12), start[1] + _near(random, -0.04, 0.09))
    stroke = curve(
        start, (0, -0.01), (-upper, waist * 0.45), (0, waist), (width, middle), (0, 1.0), (-width, middle),
        (0, waist + _near(random, 0, 0.03)), (upper * random.uniform(0.8, 1.1), waist * 0.45), end,
    )  # fmt: skip
    if random.random() < 0.2:
        stroke = stroke * [-1, 1]
    return [stroke if random.random() < 0.8 else stroke[::-1]]


def _nine(random: Random) -> Glyph:
    width, height = random.uniform(0.12, 0.36), random.uniform(0.14, 0.3)
    ring = arc(0, height, width, height, _near(random, 40, 30), _near(random, 330, 30))

    def closed_at(touch: tuple[float, float]) -> Stroke:
        return joined(ring, straight(touch)) if random.random() < 0.85 else ring

    touch = (width * random.uniform(0.8, 1.15), height * random.uniform(0.1, 1.0))
    head = closed_at(touch)
    style = random.random()
    foot = width + random.uniform(-0.3, 0.12)
    if style < 0.35:  # straight
        stem = curve(touch, ((touch[0] + foot) / 2, 0.6), (foot, 1.0))
    elif style < 0.55:  # curved
        stem = curve(touch, (width * 1.05, 0.55), (width * 0.6, 0.85), (foot - 0.25, 1.0))
    elif style < 0.7:  # bulging, like an open 3 under a small ring
        touch = (width * random.uniform(0.3, 1.0), height * random.uniform(0.9, 1.8))
        bulge = width * random.uniform(1.0, 1.9)
        head = closed_at(touch)
        stem = curve(
            touch, (bulge * 0.9, random.uniform(0.55, 0.68)), (bulge, random.uniform(0.7, 0.85)),
            (bulge * random.uniform(0.3, 0.7), 1.0), (-width * random.uniform(0.2, 1.6), random.uniform(0.9, 1.0)),
        )  # fmt: skip
    else:  # hooked
        hook = random.uniform(0.2, 0.8)
        stem = curve(
            touch, (width * random.uniform(0.95, 1.1), 0.62), (width * random.uniform(0.6, 0.95), 0.9),
            (width - hook * 0.6, 1.0), (width - hook, random.uniform(0.78, 0.98)),
        )  # fmt: skip
    return [ring, stem] if random.random() < 0.12 else [joined(head, stem)]


_SKELETONS = (_zero, _one, _two, _three, _four, _five, _six, _seven, _eight, _nine)
