"""Many digits: from a line of ink, or a photo of one, to boxes with a digit each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image

from .grouping import Group, best_parting, by_overlap, extents
from .ink import Ink, checked, rasterize
from .photo import ink_of
from .recognize import WEIGHTS, card, load
from .scan import STRIDE, WINDOW, decode, log_probabilities, string_scores, sweep
from .strip import Strip, strip_of_ink, strip_of_photo

SCAN_WEIGHTS = WEIGHTS.with_name("scan.pt")
METHODS = ("best", "swept", "grouped")

# The height of a line does not tell the height of its digits, which differ: a line is looked at in several sizes,
# and in each a second time half a column farther on. Chosen on synthetic lines, as are the next two.
_ZOOMS = (0.9, 1.0, 1.12, 1.25)
_DIGIT_GAINS = 0.6  # log-probability, or views that miss a digit would win
_SOFTLY = 2.0  # a view votes with a string's probability to the power of 1 / this
_SURELY_JUNK = -3.0  # log-odds of "a digit"
_STRICT = 2.0  # the same: what a digit must have in a line that holds something else


@dataclass(frozen=True)
class Detection:
    """A digit found. box: left, top, right, bottom in the unit of what was read: pad heights of ink, or pixels of
    the strip of a photo. confidence: the probability of this digit against nine others and "no digit".
    strokes: the numbers of its strokes; none when it was found without them."""

    digit: int
    confidence: float
    box: tuple[float, float, float, float]
    strokes: tuple[int, ...] = ()


@dataclass(frozen=True)
class LineReading:
    """What a line is read as: detections left to right, the strip, and its score map, logits (10, columns)."""

    detections: list[Detection]
    strip: Strip
    logits: np.ndarray

    @property
    def text(self) -> str:
        """The digits in a row."""
        return "".join(str(found.digit) for found in self.detections)


def read_line(ink_or_image: Ink | np.ndarray | Image.Image | Strip, method: str = "best") -> LineReading:
    """Find and read the digits of a line.

    method: "swept" looks at the picture alone, "grouped" reads strokes that overlap in x, "best" weighs all
    partings of the strokes by what each part is read as. A picture or strip has no strokes and is always swept.
    Raises InkError or PhotoError for what cannot be drawn or looked at, ValueError for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}.")
    if isinstance(ink_or_image, Strip):
        logits = score_map(ink_or_image)
        return LineReading(swept(ink_or_image, logits), ink_or_image, logits)
    if isinstance(ink_or_image, (np.ndarray, Image.Image)):
        photographed = ink_of(ink_or_image)
        strip, logits = best_view(lambda zoom: strip_of_photo(photographed, zoom))
        return LineReading(swept(strip, logits), strip, logits)
    strokes = checked(ink_or_image)
    strip, logits = best_view(lambda zoom: strip_of_ink(strokes, zoom))
    if not strip.picture.any():
        return LineReading([], strip, logits)
    if method != "swept":
        return LineReading(_by_strokes(ink_or_image, strokes, method), strip, logits)
    found = [replace(each, box=strip.back(each.box)) for each in swept(strip, logits)]
    return LineReading(found, strip, logits)


def by_strokes(ink: Ink, method: str = "best") -> list[Detection]:
    """What `read_line` finds with "best" or "grouped", which need no score map. Raises InkError as it does."""
    strokes = checked(ink)
    return _by_strokes(ink, strokes, method) if strokes else []


def _by_strokes(ink: Ink, strokes: list[np.ndarray], method: str) -> list[Detection]:
    """The same of strokes that are checked already, at least one."""
    numbers = [i for i, stroke in enumerate(ink) if len(stroke)]
    found = grouped(strokes) if method == "grouped" else parted(strokes)
    return [replace(each, strokes=tuple(numbers[i] for i in each.strokes)) for each in found]


def best_view(strip_at: Callable[[float], Strip]) -> tuple[Strip, np.ndarray]:
    """Of a line in several sizes, the strip that the swept network reads best, and its score map.

    strip_at: size -> strip. Every string that one of the views reads is weighed by all of them, for one view alone
    errs easily where digits touch; of those that read the winning string, the surest is returned.
    """
    strips: list[Strip] = []
    maps: list[np.ndarray] = []
    for zoom in _ZOOMS:
        strip = strip_at(zoom)
        pair = (strip, strip.shifted(STRIDE // 2))
        strips += pair
        maps += list(_score_maps(pair))
    texts = [tuple(digit for _, digit, _ in decode(logits)[0]) for logits in maps]
    candidates = sorted(set(texts))
    scores = string_scores(maps, candidates)
    votes = np.logaddexp.reduce(scores / _SOFTLY, 0) * _SOFTLY + _DIGIT_GAINS * np.array(list(map(len, candidates)))
    best = int(votes.argmax())
    surest = max((i for i, text in enumerate(texts) if text == candidates[best]), key=lambda i: scores[i, best])
    return strips[surest], maps[surest]


def score_map(strip: Strip) -> np.ndarray:
    """The swept network over a strip: logits (10, columns)."""
    return _score_maps((strip,))[0]


def _score_maps(strips: Sequence[Strip]) -> np.ndarray:
    with torch.inference_mode():
        return sweep(load(SCAN_WEIGHTS), torch.from_numpy(np.stack([s.picture for s in strips]))[:, None]).numpy()


def swept(strip: Strip, logits: np.ndarray) -> list[Detection]:
    """Detections in a strip from its score map alone; boxes in pixels of the strip."""
    found, _ = decode(logits)
    middles = [column * STRIDE + WINDOW / 2 for column, _, _ in found]
    # Between two digits, the border is where the least ink is.
    ink = strip.picture.sum(0)
    borders = [_thinnest(ink, a, b) for a, b in itertools.pairwise(middles)]
    detections = []
    for i, (_, digit, probability) in enumerate(found):
        left = borders[i - 1] if i else middles[i] - WINDOW / 2
        right = borders[i] if i < len(borders) else middles[i] + WINDOW / 2
        box = _inked(strip.picture, max(left, middles[i] - WINDOW / 2), min(right, middles[i] + WINDOW / 2))
        if box:
            detections.append(Detection(digit, probability, box))
    return detections


def _thinnest(ink: np.ndarray, start: float, end: float) -> float:
    columns = np.arange(int(start) + 1, max(int(start) + 2, int(end)))
    middle = (start + end) / 2
    return float(columns[np.argmin(ink[columns] + 0.05 * np.abs(columns - middle))]) + 0.5


def _inked(picture: np.ndarray, left: float, right: float) -> tuple[float, float, float, float] | None:
    first = max(0, int(left))
    solid = picture[:, first : int(np.ceil(right))] > 0.3
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if len(rows) == 0:
        return None
    return float(first + columns[0]), float(rows[0]), float(first + columns[-1] + 1), float(rows[-1] + 1)


def grouped(strokes: list[np.ndarray]) -> list[Detection]:
    """Strokes that overlap in x are put together and each group is read by the network for single digits."""
    groups = by_overlap(strokes)
    logp = _read(strokes, groups)
    limit = card()["rejection"]["threshold"]
    return [_detection(strokes, g, p, int(p[:10].argmax())) for g, p in zip(groups, logp) if _odds(p) >= limit]


def parted(strokes: list[np.ndarray]) -> list[Detection]:
    """The best parting of the strokes into digits and other things, by the network for single digits."""
    readings = best_parting(strokes, lambda groups: _read(strokes, groups))
    odds = [_odds(reading.logp) for reading in readings]
    # Where something surely is no digit, what looks like one by half is less likely one.
    strange = any(r.digit is None and o < _SURELY_JUNK for r, o in zip(readings, odds, strict=True))
    limit = _STRICT if strange else card()["rejection"]["threshold"]
    return [
        _detection(strokes, r.group, r.logp, r.digit)
        for r, o in zip(readings, odds, strict=True)
        if r.digit is not None and o >= limit
    ]


def _read(strokes: list[np.ndarray], groups: list[Group]) -> np.ndarray:
    """Log-probabilities (n, 11) of groups of strokes, by the network for single digits."""
    pictures = np.stack([rasterize([strokes[i] for i in group]) for group in groups])
    with torch.inference_mode():
        logits = load()(torch.from_numpy(pictures)[:, None])
    return log_probabilities(logits.numpy().T).T


def _odds(logp: np.ndarray) -> float:
    """The log-odds of "a digit" against "no digit"."""
    return float(np.logaddexp.reduce(logp[:10]) - logp[10])


def _detection(strokes: list[np.ndarray], group: Group, logp: np.ndarray, digit: int) -> Detection:
    boxes = extents([strokes[i] for i in group])
    box = (*boxes[:, :2].min(0), *boxes[:, 2:].max(0))
    return Detection(digit, float(np.exp(logp[digit])), tuple(map(float, box)), group)  # type: ignore[arg-type]
