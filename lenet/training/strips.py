"""Batches of lines for the sweep: set from single pictures, and drawn as a line on the page is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..line.strip import strip_of_ink
from ..line.sweep import STRIDE
from ..model import INPUT, NO_DIGIT
from ..synthetic import digits, junk
from ..synthetic.hand import Random
from ..synthetic.lines import CLOSE, SPACED, TOUCHING, compose
from .dataset import Order, Pictures
from .distortion import Distortion, augment
from .run import processes

UNLABELLED = -100  # cross_entropy's ignore_index
_GLYPH = 40  # pixels of the square that a picture is distorted in
_CHUNK = 2_000
_DRAWN = (SPACED, CLOSE, TOUCHING, TOUCHING)  # equally often; what touches is hardest
_ZOOMS = (0.8, 1.3)
_STRANGE = 0.5  # of the drawn lines hold something that is no digit


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
    distortion: Distortion = field(
        default_factory=lambda: Distortion(
            rotation=8.0, scale=0.12, shift=0.0, gap_probability=0.05, cut_probability=0
        )
    )


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
    images, labels = _dealt(batch, lines // 2 * slots, random)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=random)

    size = uniform(1 - setting.size, 1 + setting.size, lines, slots) * uniform(*setting.line_size, lines, 1)
    glyphs = _distorted(images, size.flatten(), setting.distortion, random)
    inked = glyphs > 0.25
    left, right = _ends(inked.any(1))
    _, bottom = _ends(inked.any(2))
    bounds = torch.tensor(setting.gaps)[torch.randint(len(setting.gaps), (lines, 1), generator=random)]
    gap = bounds[..., 0] + (bounds[..., 1] - bounds[..., 0]) * torch.rand(lines, slots, generator=random)
    gap[:, 0] = uniform(*setting.begin, lines)
    wide = (right - left).view(lines, slots)
    begins = torch.cumsum(wide + gap, 1) - wide
    base = INPUT.height / 2 + 10 * size.mean(1, keepdim=True)
    base = base + uniform(-setting.shift, setting.shift, lines, 1)
    base = base + setting.wobble * torch.randn(lines, slots, generator=random)
    x = begins.round().long().flatten() - left
    y = base.round().long().flatten() - bottom
    fits = (x + right).view(lines, slots) <= setting.width - setting.begin[0]
    present = torch.arange(slots) < torch.randint(2, slots + 1, (lines, 1), generator=random)
    present &= fits.cummin(1).values
    pictures = _pasted(glyphs, x, y, present.flatten(), lines, setting.width)
    middle = (x + (left + right) / 2).view(lines, slots)
    labels = labels.view(lines, slots)
    written = present & (labels != NO_DIGIT)
    digits = [row[there].tolist() for row, there in zip(labels, written, strict=True)]
    return Strips(pictures, digits, _columns(middle, labels, written, setting))


def _dealt(batch: Pictures, free: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Pictures float32 (n, 1, 28, 28) and labels in the order that lines are set in; the first `free` are digits."""
    is_digit = batch.labels != NO_DIGIT
    found, others = is_digit.nonzero()[:, 0], (~is_digit).nonzero()[:, 0]
    found = found[torch.randperm(len(found), generator=random)]
    rest = torch.cat([found[free:], others])
    order = torch.cat([found[:free], rest[torch.randperm(len(rest), generator=random)]])
    return batch.images[order].unsqueeze(1).float() / 255, batch.labels[order]


def _distorted(images: Tensor, size: Tensor, by: Distortion, random: torch.Generator) -> Tensor:
    """Glyphs (n, _GLYPH, _GLYPH), each distorted and `size` times as large."""
    zoom = torch.eye(2, 3)[None] / size[:, None, None] * (_GLYPH / INPUT.width)
    grid = F.affine_grid(zoom, [len(images), 1, _GLYPH, _GLYPH], align_corners=False)
    return F.grid_sample(augment(images, random, by), grid, align_corners=False)[:, 0]


def _ends(inked: Tensor) -> tuple[Tensor, Tensor]:
    """First index that is True, and one past the last; inked: bool (n, length)."""
    length = inked.shape[1]
    first = inked.int().argmax(1)
    return first, torch.where(inked.any(1), length - inked.flip(1).int().argmax(1), first)


def _pasted(glyphs: Tensor, x: Tensor, y: Tensor, present: Tensor, lines: int, width: int) -> Tensor:
    height = INPUT.height
    span = torch.arange(_GLYPH)
    rows, columns = y[:, None] + span, x[:, None] + span
    seen = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    seen &= present[:, None, None]
    line = torch.arange(len(glyphs)) // (len(glyphs) // lines)
    index = (line[:, None, None] * height + rows[:, :, None]) * width + columns[:, None, :]
    canvas = torch.zeros(lines * height * width)
    canvas.scatter_reduce_(0, index[seen], glyphs[seen], "amax")
    return canvas.view(lines, 1, height, width)


def _columns(middle: Tensor, labels: Tensor, written: Tensor, setting: Setting) -> Tensor:
    centres = torch.arange(0, setting.width - INPUT.width + 1, STRIDE) + INPUT.width / 2
    away = torch.where(written, middle, torch.inf)[:, None, :] - centres[:, None]  # (lines, columns, slots)
    distance, nearest = away.abs().min(2)
    label = torch.where(distance <= setting.near, labels.gather(1, nearest), UNLABELLED)
    return torch.where(distance > setting.far, NO_DIGIT, label)


class DrawnLines:
    """Lines of synthetic ink, drawn as the page draws one, handed out in batches of about the same width."""

    def __init__(self, lines: list[tuple[np.ndarray, list[int]]], per_batch: int, seed: int) -> None:
        self.lines, self.per_batch = sorted(lines, key=lambda line: line[0].shape[1]), per_batch
        self.order = Order(len(lines) // per_batch, seed)

    def take(self, step: int) -> Strips:
        """The lines of a step."""
        start = self.per_batch * int(self.order.at(step, 1))
        chosen = self.lines[start : start + self.per_batch]
        pictures = torch.zeros(len(chosen), 1, INPUT.height, chosen[-1][0].shape[1])
        for picture, (strip, _) in zip(pictures, chosen, strict=True):
            picture[0, :, : strip.shape[1]] = torch.from_numpy(strip)
        return Strips(pictures / 255, [digits for _, digits in chosen])


def drawn_lines(count: int, seed: int, workers: int = 1) -> list[tuple[np.ndarray, list[int]]]:
    """`count` lines of one to six digits, half of them with something strange among these: picture uint8 (28, width),
    ink = 255, and digits, left to right. The same for any number of `workers`."""
    with processes(workers) as pool:
        starts = range(0, count, _CHUNK)
        chunks = [pool.submit(_chunk, min(_CHUNK, count - start), seed, start) for start in starts]
        return [line for chunk in chunks for line in chunk.result()]


def _chunk(count: int, seed: int, start: int) -> list[tuple[np.ndarray, list[int]]]:
    random = np.random.default_rng([seed, start])
    return [_line(random) for _ in range(count)]


def _line(random: Random) -> tuple[np.ndarray, list[int]]:
    labels = random.integers(0, 10, random.integers(1, 7)).tolist()
    glyphs = [digits.digit(label, random) for label in labels]
    if random.random() < _STRANGE:
        glyphs.insert(int(random.integers(len(glyphs) + 1)), junk.stranger(random))
    line = compose(glyphs, _DRAWN[random.integers(len(_DRAWN))], random)
    zoom = float(np.exp(random.uniform(*np.log(_ZOOMS))))
    strip = strip_of_ink(line.strokes, zoom).shifted(int(random.integers(STRIDE)))
    return np.rint(strip.picture * 255).astype(np.uint8), labels
