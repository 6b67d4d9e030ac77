"""Many digits: from a line of ink, or a photo of one, to boxes with a digit each."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..ink import BOX, SMALLEST, Ink, InkError, affordable, checked, draw_digit
from ..model import NO_DIGIT
from ..photo import ink_of
from ..weights import SCAN, load, threshold
from .cut import pieces_of, whole
from .partings import Part, Partings
from .segment import Group, by_overlap, extents, neighbours
from .strip import Box, Strip, strip_of_ink, strip_of_photo
from .sweep import STRIDE, WINDOW, decode, log_probabilities
from .views import Views, looked_at, score_maps

METHODS = ("best", "swept", "grouped")

# A line is parted so that both networks together find what is written likeliest: so much the sweep counts, and so much
# every digit, or what misses one would win.
_SWEEP = 0.6
_DIGIT = 1.0
# How much of "a digit" a part must have: its log-odds by the network for single digits, at most _SURE, and by the
# sweep at its place, _AGAINST times where they are against a digit, at most _SEEN where they are for one. In a line
# that holds something else every part needs more, and what touches something that is no digit more still, for it may
# be a piece of it; what is of one stroke with it is one. Chosen with the lines of tests/lines.py in view, and with
# half of UNIPEN's numbers and letters.
_SURE = 8.0
_SEEN = 2.0
_AGAINST = 1.5
_ENOUGH = -4.0
_STRICT = 3.0
_PIECE = 4.0
_GROUP = 120  # pieces of ink drawn for one of these: what a group costs besides drawing it; that costs a quarter
_SMALL = 0.2  # times the size of the middle part of a line: what is smaller is a mark


@dataclass(frozen=True)
class Detection:
    """A digit found.

    box: left, top, right, bottom in heights of what was read (the pad, the picture or the strip), from its top left.
    confidence: the probability of this digit against nine others and "no digit".
    strokes: the numbers of its strokes; none when it was found without them, or is a part of one.
    picture: float32 (28, 28), what was read, where it is a part of a stroke.
    """

    digit: int
    confidence: float
    box: Box
    strokes: tuple[int, ...] = ()
    picture: np.ndarray | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class LineReading:
    """What a line is read as: detections left to right, the strip, and its score map, logits (10, columns); read by
    another network, a row for each of its outputs."""

    detections: list[Detection]
    strip: Strip
    logits: np.ndarray

    @property
    def text(self) -> str:
        """The digits in a row."""
        return "".join(str(found.digit) for found in self.detections)


def read_line(
    ink_or_image: Ink | np.ndarray | Image.Image | Strip, method: str = "best", network: str | Path = SCAN
) -> LineReading:
    """Find and read the digits of a line.

    method: "swept" looks at the picture alone, "grouped" reads strokes that overlap in x, "best" weighs all
    partings of the strokes by what each part is read as and by what the sweep makes of the line. A picture or strip
    has no strokes and is always swept.
    network: the one that is swept. Raises InkError or PhotoError for what cannot be drawn or looked at, WeightsError
    for a network that cannot be had, ValueError for an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}.")
    strokes: list[np.ndarray] = []
    if isinstance(ink_or_image, Strip):
        views = Views([ink_or_image], score_maps([ink_or_image], network))
    elif isinstance(ink_or_image, (np.ndarray, Image.Image)):
        views = looked_at(functools.partial(strip_of_photo, ink_of(ink_or_image)), network)
    else:
        strokes = checked(ink_or_image)
        numbers = [i for i, stroke in enumerate(ink_or_image) if len(stroke)]
        views = looked_at(functools.partial(strip_of_ink, strokes), network)
    strip, logits = views.strips[views.best], views.maps[views.best]
    if not strokes or method == "swept":
        found = swept(strip, logits)
    else:
        found = grouped(strokes) if method == "grouped" else parted(strokes, views)
        found = [replace(each, strokes=tuple(numbers[i] for i in each.strokes)) for each in found]
    return LineReading(found, strip, logits)


def swept(strip: Strip, logits: np.ndarray) -> list[Detection]:
    """Detections in a strip from its score map alone, logits (outputs, columns)."""
    found, _ = decode(logits)
    middles = [column * STRIDE + WINDOW / 2 for column, _, _ in found]
    edges = borders(strip.picture, middles)
    detections = []
    for (_, digit, probability), middle, left, right in zip(found, middles, edges, edges[1:]):
        box = _inked(strip.picture, max(left, middle - WINDOW / 2), min(right, middle + WINDOW / 2))
        if box:
            detections.append(Detection(digit, probability, strip.back(box)))
    return detections


def borders(picture: np.ndarray, middles: list[float]) -> list[float]:
    """Where digits end whose middles, in pixels of a strip, are given: without end at both ends of the line, and
    between two where the least ink is."""
    ink = picture.sum(0)
    return [-np.inf, *(_thinnest(ink, a, b) for a, b in itertools.pairwise(middles)), np.inf]


def _thinnest(ink: np.ndarray, start: float, end: float) -> float:
    columns = np.arange(int(start) + 1, max(int(start) + 2, int(end)))
    middle = (start + end) / 2
    return float(columns[np.argmin(ink[columns] + 0.05 * np.abs(columns - middle))]) + 0.5


def _inked(picture: np.ndarray, left: float, right: float) -> Box | None:
    """The box of the ink between two columns of a strip, in pixels."""
    first = int(left)
    solid = picture[:, first : int(np.ceil(right))] > 0.3
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if len(rows) == 0:
        return None
    return float(first + columns[0]), float(rows[0]), float(first + columns[-1] + 1), float(rows[-1] + 1)


def grouped(strokes: list[np.ndarray]) -> list[Detection]:
    """Strokes that overlap in x are put together and each group is read by the network for single digits."""
    groups = by_overlap(strokes)
    logp = _read(strokes, groups)
    limit = threshold()
    parts = [Part(g, p, int(p[:NO_DIGIT].argmax())) for g, p in zip(groups, logp) if _odds(p) >= limit]
    return [_detection(strokes, part) for part in parts]


def parted(strokes: list[np.ndarray], views: Views) -> list[Detection]:
    """The likeliest parting of the strokes into digits and other things, by both networks.

    Strokes that may be more than one digit are cut, unless their pieces are too many to weigh. What is no digit seldom
    deceives both networks: the sweep has its say on every part.
    """
    pieces, whose = pieces_of(strokes)
    try:
        partings = _partings(pieces)
    except InkError:
        if len(pieces) == len(strokes):
            raise
        pieces, whose = strokes, list(range(len(strokes)))
        partings = _partings(pieces)
    parts = _likeliest(partings, views)
    found = [_of_pieces(_detection(pieces, part), pieces, whose) for part in parts]
    odds = np.array([_odds(part.logp) for part in parts])
    seen = np.array([views.evidence(each.box[0], each.box[2]) for each in found])
    scores = np.minimum(odds, _SURE) + np.minimum(np.minimum(seen, _AGAINST * seen), _SEEN)
    sizes = np.array([max(each.box[2] - each.box[0], each.box[3] - each.box[1]) for each in found])
    is_mark = sizes < _SMALL * np.median(sizes)
    scores[is_mark | np.array([part.digit == NO_DIGIT for part in parts])] = -np.inf
    groups = [part.group for part in parts]
    joined = neighbours(groups, np.equal.outer(whose, whose)) & ~is_mark
    digits = are_digits(scores, neighbours(groups, partings.touching), joined)
    # A part that both look at is a digit with the probability that both say together; that it is this one, and no
    # other, with the probability that the first gives it.
    both, alone = (1 / (1 + np.exp(-each)) for each in (scores, odds))
    return [
        replace(each, confidence=min(1.0, each.confidence * ratio))
        for each, ratio, is_digit in zip(found, (both / alone).tolist(), digits, strict=True)
        if is_digit
    ]


def _partings(pieces: list[np.ndarray]) -> Partings:
    return Partings(pieces, lambda groups: _read(pieces, groups))


def _likeliest(partings: Partings, views: Views) -> list[Part]:
    """The parting that both networks together find likeliest, of those that read as the first one's best does, or as
    any view of the sweep."""
    best = partings.best()
    others = [text for text in dict.fromkeys(views.texts) if text != best.digits]
    if not others:
        return best.parts
    texts = [best.digits, *others]
    besides = dict(zip(texts, _SWEEP * views.votes(texts) + _DIGIT * np.array(list(map(len, texts)))))
    most = best.gain + besides[best.digits]
    at_most = {text: bound + besides[text] for text, bound in zip(others, partings.bounds(others))}
    for text in sorted(others, key=at_most.__getitem__, reverse=True):
        if at_most[text] <= most:
            break
        spelt = partings.spelling(text)
        if spelt and spelt.gain + besides[text] > most:
            best, most = spelt, spelt.gain + besides[text]
    return best.parts


def are_digits(scores: np.ndarray, touching: np.ndarray, joined: np.ndarray) -> np.ndarray:
    """Which parts of a line are digits: bool (n,), by scores (n,), which parts touch and which are of one stroke, bool
    (n, n) each: a stroke is digits throughout, or none."""
    limit = _STRICT if (scores < _ENOUGH).any() else _ENOUGH
    digits: np.ndarray = scores >= limit
    unsure = scores < limit + _PIECE
    while True:
        pieces = digits & ((joined & ~digits).any(1) | ((touching & ~digits).any(1) & unsure))
        if not pieces.any():
            return digits
        digits = digits & ~pieces


def _of_pieces(found: Detection, pieces: list[np.ndarray], whose: list[int]) -> Detection:
    """A detection of pieces of strokes as one of whole strokes, or of a picture where it is a part of one."""
    if strokes := whole(found.strokes, whose):
        return replace(found, strokes=strokes)
    return replace(found, strokes=(), picture=draw_digit([pieces[i] for i in found.strokes]).picture)


def _read(strokes: list[np.ndarray], groups: list[Group]) -> np.ndarray:
    """Log-probabilities (n, 11) of groups of strokes, by the network for single digits."""
    length, boxes = np.array([np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes]), extents(strokes)
    sizes = [max((boxes[[*g], 2:].max(0) - boxes[[*g], :2].min(0)).max(), SMALLEST) for g in groups]
    affordable(sum(BOX * length[[*g]].sum() / size / 4 + _GROUP for g, size in zip(groups, sizes)))
    pictures = np.stack([draw_digit([strokes[i] for i in group]).picture for group in groups])
    with torch.inference_mode():
        logits = load()(torch.from_numpy(pictures)[:, None])
    return log_probabilities(logits.numpy().T).T


def _odds(logp: np.ndarray) -> float:
    """The log-odds of "a digit" against "no digit"."""
    return float(np.logaddexp.reduce(logp[:NO_DIGIT]) - logp[NO_DIGIT])


def _detection(strokes: list[np.ndarray], part: Part) -> Detection:
    """A part of the line as the digit it is taken for; if that is none, as the one that it most resembles."""
    digit = int(part.logp[:NO_DIGIT].argmax()) if part.digit == NO_DIGIT else part.digit
    points = np.concatenate([strokes[i] for i in part.group])
    box = (*points.min(0).tolist(), *points.max(0).tolist())
    return Detection(digit, float(np.exp(part.logp[digit])), box, part.group)
