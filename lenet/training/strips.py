"""Batches of lines for the sweep: set from single pictures, and drawn as a line on the page is."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..line.strip import strip_of_ink
from ..line.sweep import STRIDE
from ..model import INPUT, NO_DIGIT
from ..synthetic import digits, junk, styles
from ..synthetic.hand import Glyph, Random
from ..synthetic.lines import CLOSE, SPACED, TOUCHING, compose
from .distortion import Distortion, augment
from .mnist import Pictures
from .run import spread

UNLABELLED = -100  # cross_entropy's ignore_index
_GLYPH = 40  # pixels of the square that a picture is distorted in
_CHUNK = 2_000
_JOINED = 0.1  # of the neighbours
_DRAWN = [  # equally often; what touches is hardest
    replace(setting, joined=_JOINED) for setting in (SPACED, CLOSE, TOUCHING, TOUCHING, TOUCHING)
]
_ZOOMS = (0.8, 1.3)
_STRANGE = 0.5  # of the drawn lines hold something that is no digit
_WORDS = 0.1  # of these hold nothing else
_STYLED = 0.3  # of the digits of the drawn lines are of styles.json, and so many of what is none
_DISTORTION = Distortion(rotation=8.0, scale=0.12, shear=0.22, shift=0.0, elastic=1.5)

DrawnLine = tuple[np.ndarray, list[int]]  # picture uint8 (28, width), ink = 255; digits, left to right


@dataclass(frozen=True)
class Setting:
    """How a line is set from single pictures. Lengths in pixels of a strip 28 high."""

    glyphs: int = 8  # a line, at most
    width: int = 160
    size: float = 0.3  # a digit is up to so much larger or smaller, besides
    line_size: tuple[float, float] = (0.86, 1.14)  # a whole line
    wobble: float = 1.5
    shift: float = 2.0
    begin: tuple[float, float] = (10.0, 24.0)  # of the first glyph
    gaps: tuple[tuple[float, float], ...] = ((0.5, 9.0), (-2.4, 0.5), (-5.4, -2.4), (-5.4, -2.4))  # equally often
    near: float = 2.0  # to a digit's middle: the column shows it
    far: float = 3.6  # from all: the column shows none
    distortion: Distortion = _DISTORTION


@dataclass(frozen=True)
class Strips:
    """A batch of lines. pictures: float32 (n, 1, 28, width); digits: what is written in each, left to right.

    columns: int64 (n, columns) of the score map, the label of each, 10 for no digit, UNLABELLED where both would be
    half right; None for lines of which only the digits are known.
    """

    pictures: Tensor
    digits: list[list[int]]
    columns: Tensor | None = None


def set_lines(batch: Pictures, setting: Setting, random: torch.Generator) -> Strips:
    """Set lines from pictures, `setting.glyphs` a line; those from the first one that does not fit on are left out.

    What is no digit keeps to half of the lines, so that most lines are of digits alone, as they are in life.
    """
    slots = setting.glyphs
    lines = len(batch.labels) // slots

    def uniform(low: float | Tensor, high: float | Tensor, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=random)

    batch = _dealt(batch, lines // 2 * slots, random)
    size = uniform(1 - setting.size, 1 + setting.size, lines, slots) * uniform(*setting.line_size, lines, 1)
    glyphs = _distorted(batch.images, size.flatten(), setting.distortion, random).unflatten(0, (lines, slots))
    left, right = _ends((glyphs > 0.25).any(2))
    _, bottom = _ends((glyphs > 0.25).any(3))

    bounds = torch.tensor(setting.gaps)[torch.randint(len(setting.gaps), (lines, 1), generator=random)]
    gap = uniform(bounds[..., 0], bounds[..., 1], lines, slots)
    gap[:, 0] = uniform(*setting.begin, lines)
    wide = right - left
    x = (torch.cumsum(wide + gap, 1) - wide).round().long() - left
    base = INPUT.height / 2 + 10 * size.mean(1, keepdim=True) + uniform(-setting.shift, setting.shift, lines, 1)
    y = (base + setting.wobble * torch.randn(lines, slots, generator=random)).round().long() - bottom
    present = torch.arange(slots) < torch.randint(2, slots + 1, (lines, 1), generator=random)
    present &= (x + right <= setting.width - setting.begin[0]).cummin(1).values
    pictures = _pasted(glyphs, x, y, present, setting.width)

    labels = batch.labels.view(lines, slots)
    written = present & (labels != NO_DIGIT)
    middle = torch.where(written, x + (left + right) / 2, torch.inf)
    centres = torch.arange(0, setting.width - INPUT.width + 1, STRIDE) + INPUT.width / 2  # of the columns
    distance, nearest = (middle[:, None] - centres[:, None]).abs().min(2)  # (lines, columns)
    columns = torch.where(distance <= setting.near, labels.gather(1, nearest), UNLABELLED)
    columns = torch.where(distance > setting.far, NO_DIGIT, columns)
    return Strips(pictures, [row[there].tolist() for row, there in zip(labels, written)], columns)


def _dealt(batch: Pictures, free: int, random: torch.Generator) -> Pictures:
    """A batch in the order that lines are set in: the first `free` are digits."""

    def shuffled(numbers: Tensor) -> Tensor:
        return numbers[torch.randperm(len(numbers), generator=random)]

    is_digit = batch.labels != NO_DIGIT
    digits = shuffled(is_digit.nonzero()[:, 0])
    rest = torch.cat([digits[free:], (~is_digit).nonzero()[:, 0]])
    return batch[torch.cat([digits[:free], shuffled(rest)])]


def _distorted(images: Tensor, size: Tensor, by: Distortion, random: torch.Generator) -> Tensor:
    """Glyphs (n, _GLYPH, _GLYPH), each distorted and `size` times as large; images: uint8 (n, 28, 28)."""
    zoom = torch.eye(2, 3)[None] / size[:, None, None] * (_GLYPH / INPUT.width)
    grid = F.affine_grid(zoom, [len(images), 1, _GLYPH, _GLYPH], align_corners=False)
    return F.grid_sample(augment(images.unsqueeze(1).float() / 255, random, by), grid, align_corners=False)[:, 0]


def _ends(inked: Tensor) -> tuple[Tensor, Tensor]:
    """First index that is True, and one past the last; inked: bool (..., length). Both 0 where none is."""
    first, last = inked.int().argmax(-1), inked.shape[-1] - inked.flip(-1).int().argmax(-1)
    return first, torch.where(inked.any(-1), last, 0)


def _pasted(glyphs: Tensor, x: Tensor, y: Tensor, present: Tensor, width: int) -> Tensor:
    """Pictures (lines, 1, 28, width) of the glyphs that are present, their upper left corners at x and y."""
    lines, height, span = len(glyphs), INPUT.height, torch.arange(_GLYPH)
    row, column = (y[..., None] + span)[..., :, None], (x[..., None] + span)[..., None, :]
    seen = (row >= 0) & (row < height) & (column >= 0) & (column < width) & present[..., None, None]
    index = (torch.arange(lines).view(-1, 1, 1, 1) * height + row) * width + column
    canvas = torch.zeros(lines * height * width)
    return canvas.scatter_reduce(0, index[seen], glyphs[seen], "amax").view(lines, 1, height, width)


class DrawnLines:
    """Lines of synthetic ink, drawn as the page draws one, handed out in batches of about the same width."""

    def __init__(self, lines: list[DrawnLine], per_batch: int) -> None:
        self.lines, self.per_batch = sorted(lines, key=lambda line: line[0].shape[1]), per_batch

    def take(self, random: torch.Generator) -> Strips:
        start = int(torch.randint(len(self.lines) - self.per_batch + 1, (1,), generator=random))
        chosen = self.lines[start : start + self.per_batch]
        width = chosen[-1][0].shape[1]
        padded = np.stack([np.pad(strip, ((0, 0), (0, width - strip.shape[1]))) for strip, _ in chosen])
        return Strips(torch.from_numpy(padded)[:, None].float() / 255, [digits for _, digits in chosen])


def drawn_lines(count: int, seed: int, workers: int | None = None) -> list[DrawnLine]:
    """Lines of one to six digits, half of them with something strange among these. The same for any workers."""
    return [line for lines in spread(functools.partial(_drawn, seed), count, _CHUNK, workers) for line in lines]


def _drawn(seed: int, numbers: range) -> list[DrawnLine]:
    random = np.random.default_rng([seed, numbers.start])
    return [_line(random) for _ in numbers]


def _line(random: Random) -> DrawnLine:
    labels = random.integers(0, 10, random.integers(1, 7)).tolist()
    if random.random() >= _STRANGE:
        glyphs = [_digit(label, random) for label in labels]
    elif random.random() < _WORDS:
        glyphs, labels = [_stranger(random) for _ in labels], []
    else:
        glyphs = [_digit(label, random) for label in labels]
        glyphs.insert(int(random.integers(len(glyphs) + 1)), _stranger(random))
    line = compose(glyphs, _DRAWN[random.integers(len(_DRAWN))], random)
    zoom = float(np.exp(random.uniform(*np.log(_ZOOMS))))
    strip = strip_of_ink(line, zoom).shifted(int(random.integers(STRIDE)))
    return np.rint(strip.picture * 255).astype(np.uint8), labels


def _digit(label: int, random: Random) -> Glyph:
    return (styles.style if random.random() < _STYLED else digits.digit)(label, random)


def _stranger(random: Random) -> Glyph:
    return styles.style(NO_DIGIT, random) if random.random() < _STYLED else junk.stranger(random)
