"""The drawing prepared otherwise than MNIST was: the commonest mistakes of programs that read digits, on purpose.

MNIST's steps, as lenet/ink.py takes them. Source: LeCun et al. 1998, section III-A.

    crop    the box of the ink counts, not the whole pad
    scale   the longest side of what counts becomes 20 of the 28 pixels; without it the pad's height becomes 28
    line    lines are 2.5 pixels wide; without it as wide as on the pad, 0.05 of its height, times the scale
    centre  the centre of mass comes to the middle; without it the middle of what counts, so that the whole pad's
            ink stays where it was
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from demo.experiments.settings import Settings
from demo.experiments.subject import Subject, probabilities
from demo.wire import RequestError, flag
from lenet.ink import BOX, LINE_WIDTH, SMALLEST, centre_of_mass, draw, segments
from lenet.specks import without_specks

_SIDE = 28  # pixels
_PEN = 0.05  # pad heights; of the lines on the page's pad
_PAD = 280  # pixels of the pad's own picture
_MOST_WORK = 15_000_000  # pixels that pieces of ink may touch in all drawings together, some 0.2 s
_CLOSE = 2.5  # points a pixel; where there are more, they are joined before anything is drawn


@dataclass(frozen=True)
class Way:
    """How ink is prepared: MNIST's steps, and two other mistakes.

    inverted: ink and paper change places. shrunk: instead of all steps the pad's own picture, of 280x280 pixels, is
    averaged to 28x28.
    """

    crop: bool = True
    scale: bool = True
    line: bool = True
    centre: bool = True
    inverted: bool = False
    shrunk: bool = False


MNIST = Way()
MISTAKES = {name: replace(MNIST, **{name: not value}) for name, value in asdict(MNIST).items()}


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: each field of a Way, true or false; MNIST's where nothing is said.

    Returns "mistakes": the names of all, in order; "pictures" (n, 28, 28), first as set, then as MNIST, then with each
    mistake alone; of each "read", its answer, null where it is no digit, and "probabilities" (n, outputs).
    Raises RequestError for a photo, and for too much ink.
    """
    way = Way(**{name: flag(settings.get(name, value), name) for name, value in asdict(MNIST).items()})
    strokes = subject.strokes()
    ways = [way, MNIST, *MISTAKES.values()]
    subject.passes(len(ways), len(ways))
    if sum(_work(strokes, each) for each in ways) > _MOST_WORK:
        raise RequestError("There is too much ink to be prepared in so many ways. Undo a few strokes.")
    # To the last bit what the page shows where it is prepared so.
    pictures = np.stack([subject.picture if each == MNIST else prepared(strokes, each) for each in ways])
    with torch.inference_mode():
        logits = subject.model(torch.from_numpy(pictures)[:, None])
    return {
        "mistakes": list(MISTAKES),
        "pictures": pictures,
        "probabilities": probabilities(logits),
        "read": subject.answers(logits),
    }


def prepared(strokes: Sequence[np.ndarray], way: Way) -> np.ndarray:
    """Checked strokes prepared in a way: float32 (28, 28) in [0, 1], ink = 1, or 0 where it is inverted."""
    picture = _shrunk(strokes) if way.shrunk else _stepped(without_specks(strokes), way)
    return 1 - picture if way.inverted else picture


def _shrunk(strokes: Sequence[np.ndarray]) -> np.ndarray:
    start, end = segments(strokes)
    pad = draw(start * _PAD, end * _PAD, _PAD, _PAD, _PEN * _PAD)
    return pad.reshape(_SIDE, _PAD // _SIDE, _SIDE, -1).mean((1, 3), dtype=np.float32)


def _stepped(strokes: Sequence[np.ndarray], way: Way) -> np.ndarray:
    scale, offset = _placement(strokes, way)
    start, end = (each * scale + offset for each in segments(strokes))
    line = _line(scale, way)
    picture = draw(start, end, _SIDE, _SIDE, line)
    if not way.centre:
        return picture
    shift = _SIDE / 2 - centre_of_mass(picture)
    return draw(start + shift, end + shift, _SIDE, _SIDE, line)


def _placement(strokes: Sequence[np.ndarray], way: Way) -> tuple[float, np.ndarray]:
    """Pixels a pad height, and where the pad's origin comes to in pixels, (2,), before anything is centred by mass."""
    points = np.concatenate(strokes)
    low, high = (points.min(0), points.max(0)) if way.crop else (np.zeros(2), np.ones(2))
    # The ink's box goes through the middle of its lines.
    room = BOX - LINE_WIDTH if way.crop else BOX
    scale = room / max(float((high - low).max()), SMALLEST) if way.scale else float(_SIDE)
    return scale, _SIDE / 2 - (low + high) / 2 * scale


def _line(scale: float, way: Way) -> float:
    return LINE_WIDTH if way.line else _PEN * scale


def _work(strokes: Sequence[np.ndarray], way: Way) -> float:
    """How many pixels the pieces of ink touch at most."""
    if way == MNIST:
        return 0
    scale = float(_PAD) if way.shrunk else _placement(without_specks(strokes), way)[0]
    line = _PEN * _PAD if way.shrunk else _line(scale, way)
    start, end = segments(strokes)
    pixels = float(np.hypot(*(end - start).T).sum()) * scale
    pieces = pixels + min(len(start), _CLOSE * pixels + len(strokes))
    drawings = 2 if way.centre and not way.shrunk else 1
    return drawings * pieces * (line + 4) ** 2
