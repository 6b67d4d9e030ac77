"""When it changed its mind: what the network reads after one pen point and another, until the drawing is whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from demo.experiments.settings import Settings, whole
from demo.experiments.subject import Subject, probabilities
from demo.wire import RequestError
from lenet.ink import BOX, LINE_WIDTH, MAX_POINTS, SMALLEST, draw_digit

_MOST = 60  # beginnings
_LEAST = 8  # fewer would miss what happens in between
# Pieces of ink, of 2.3 µs each, that all beginnings may have; and what else costs as much as so many pieces.
_MOST_PIECES = 60_000
_BEGINNING, _STROKE, _POINT = 100, 4, 0.05
_CLOSE = 2.5  # points a pixel; where there are more, they are joined before anything is drawn
_REST = 1e-4  # seconds after each beginning, in which live answers get the interpreter


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "at", the point that the page's slider is at, which changes nothing here.

    Returns "points": how many the ink has; "starts": of each stroke the number of its first point, from 1; "ends":
    how many points each beginning has, (n,), the last one all; "probabilities" (n, outputs); "read": of each
    beginning its answer, null where it is no digit. Raises RequestError for a photo, and for too much ink.
    """
    whole(settings, "at", MAX_POINTS + 1)
    strokes = subject.strokes()
    points = sum(map(len, strokes))
    ends = _affordable(strokes, subject.passes(_LEAST, _MOST))
    pictures = [_drawn(strokes, end) for end in ends[:-1]]
    with torch.inference_mode():
        logits = subject.model(torch.from_numpy(np.stack([*pictures, subject.picture]))[:, None])
    return {
        "points": points,
        "starts": (1 + np.cumsum([0, *map(len, strokes[:-1])])).tolist(),
        "ends": ends,
        "probabilities": probabilities(logits),
        "read": subject.answers(logits),
    }


def beginning(strokes: Sequence[np.ndarray], points: int) -> list[np.ndarray]:
    """The first so many points of strokes, float (n, 2) each."""
    found = []
    for stroke in strokes:
        if points <= 0:
            break
        found.append(stroke[:points])
        points -= len(stroke)
    return found


def _drawn(strokes: Sequence[np.ndarray], end: int) -> np.ndarray:
    time.sleep(_REST)
    return draw_digit(beginning(strokes, end)).picture


def _affordable(strokes: Sequence[np.ndarray], most: int) -> list[int]:
    """Where beginnings end, at most so many, evenly along the points; fewer where they are more work to draw."""
    works = _works(strokes)
    while most >= _LEAST:
        ends = np.unique(np.linspace(1, len(works), most).round().astype(int))
        if works[ends[:-1] - 1].sum() <= _MOST_PIECES:
            return [int(end) for end in ends]
        most //= 2
    raise RequestError("There is too much ink to be read again and again from its beginning. Undo a few strokes.")


def _works(strokes: Sequence[np.ndarray]) -> np.ndarray:
    """How much work each beginning is at most, in pieces of ink, (points,)."""
    ways = np.concatenate([np.r_[0, np.hypot(*np.diff(stroke, axis=0).T)] for stroke in strokes])
    # Specks do not count towards the size, so what is left may be as small as the largest stroke.
    sides = [(np.maximum.accumulate(stroke) - np.minimum.accumulate(stroke)).max(1) for stroke in strokes]
    side = np.maximum.accumulate(np.concatenate(sides))
    pixels = np.cumsum(ways) * (BOX - LINE_WIDTH) / np.maximum(side, SMALLEST)
    begun = np.repeat(np.arange(1, len(strokes) + 1), [len(stroke) for stroke in strokes])
    points = np.arange(1, len(ways) + 1)
    pieces = pixels + np.minimum(points, _CLOSE * pixels + begun)
    return _BEGINNING + _STROKE * begun + _POINT * points + pieces
