"""Train the weights that sweep: lines of digits, set and distorted anew in every batch.

The same network as `train` makes, with windows that show a digit's neighbours. At first every column of the
score map has a label: the digit whose middle is within 2 pixels of the column's, or "no digit", whose logit is
always 0, or none at all where both would be half right. Then whole strings count too, wherever in them the
network sees each digit best; at last with letters among the digits.
Source of the second loss: Graves et al. 2006, "Connectionist temporal classification"; LeCun et al. 1998,
section VII, train their space displacement network on whole strings for the same reason.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..line.sweep import STRIDE, sweep
from ..model import INPUT, LeNet5, with_no_digit
from ..weights import provenance, write_card
from .distortion import Distortion, augment
from .loop import optimise
from .mnist import SHA256, Digits
from .pictures import NO_DIGIT, Pictures, Pool, joined, letters, pictures_of, scripts, synthetic
from .written import Written, batches, written_lines

_GLYPH = 40  # pixels of the square that a glyph is distorted in
_UNLABELLED = -100  # cross_entropy's ignore_index


@dataclass(frozen=True)
class ScanRecipe:
    """Every number of the training. Lengths in pixels of a strip 28 high."""

    steps: int = 24_000
    lines: int = 40  # a batch
    glyphs: int = 8  # a line, at most
    width: int = 160
    mnist: float = 0.42  # of the glyphs
    synthetic: float = 0.40  # the rest is junk
    size: float = 0.3
    line_size: tuple[float, float] = (0.86, 1.14)
    wobble: float = 1.5
    shift: float = 2.0
    begin: tuple[float, float] = (-10.0, 24.0)  # of the first glyph; windows with half a digit at the rim are of use
    gaps: tuple[tuple[float, float], ...] = ((0.5, 9.0), (-2.4, 0.5), (-5.4, -2.4))
    near: float = 2.0
    far: float = 3.6
    positive_weight: float = 2.0
    synthetic_digits: int = 100_000
    synthetic_junk: int = 60_000
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.02
    averaging: float = 0.9995
    string_steps: int = 40_000  # then, with whole strings; these replace the numbers of the same name above
    string_learning_rate: float = 2e-3
    string_lines: int = 16
    written_lines: int = 80_000
    written_per_batch: int = 24
    string_begin: tuple[float, float] = (10.0, 24.0)
    string_gaps: tuple[tuple[float, float], ...] = ((0.5, 9.0), (-2.4, 0.5), (-5.4, -2.4), (-5.4, -2.4))
    letters_steps: int = 40_000  # at last, with letters of all kinds in the strings; these replace the ones above
    letters_learning_rate: float = 1.5e-3
    letters_written_lines: int = 70_000
    synthetic_letters: int = 60_000
    synthetic_scripts: int = 40_000
    column_share: float = 0.25  # of the columns' loss, beside the strings'
    distortion: Distortion = field(
        default_factory=lambda: Distortion(
            rotation=8.0, scale=0.12, shift=0.0, gap_probability=0.05, cut_probability=0
        )
    )


@dataclass(frozen=True)
class Lines:
    """A batch of lines. pictures: float32 (n, 1, 28, width); labels: int64 (n, columns), 10 for no digit.

    strings: int64 (n, glyphs), the digits from left to right; written: bool, the same shape, which are there.
    """

    pictures: Tensor
    labels: Tensor
    strings: Tensor
    written: Tensor

    @property
    def digits(self) -> list[list[int]]:
        """What is written in each line, left to right."""
        return [row[there].tolist() for row, there in zip(self.strings, self.written, strict=True)]


def set_lines(pools: list[Pool], recipe: ScanRecipe, random: torch.Generator, whole: bool = False) -> Lines:
    """Set a batch of lines from glyphs of three pools: MNIST, synthetic digits, junk.

    whole: leave out the glyphs from the first one that does not fit on.
    """
    lines, slots = recipe.lines, recipe.glyphs
    count = lines * slots
    shares = [round(recipe.mnist * count), round(recipe.synthetic * count)]
    taken = [pool.take(n) for pool, n in zip(pools, [*shares, count - sum(shares)], strict=True)]
    # Junk keeps to some of the lines, so that most lines are of digits alone, as they are in life.
    order = torch.randperm(count - len(taken[2][1]), generator=random)
    images = torch.cat([torch.cat([taken[0][0], taken[1][0]])[order], taken[2][0]]).unsqueeze(1).float() / 255
    labels = torch.cat([torch.cat([taken[0][1], taken[1][1]])[order], taken[2][1]])
    half = (lines // 2) * slots
    mixed = torch.cat([torch.arange(half), half + torch.randperm(count - half, generator=random)])
    images, labels = images[mixed], labels[mixed]

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=random)

    size = uniform(1 - recipe.size, 1 + recipe.size, lines, slots) * uniform(*recipe.line_size, lines, 1)
    glyphs = _distorted(images, size.flatten(), recipe, random)
    inked = glyphs > 0.25
    columns, rows = inked.any(1), inked.any(2)
    left, right = _ends(columns)
    _, bottom = _ends(rows)
    setting = torch.randint(len(recipe.gaps), (lines, 1), generator=random)
    bounds = torch.tensor(recipe.gaps)[setting]
    gap = bounds[..., 0] + (bounds[..., 1] - bounds[..., 0]) * torch.rand(lines, slots, generator=random)
    gap[:, 0] = uniform(*recipe.begin, lines)
    wide = (right - left).view(lines, slots)
    begins = torch.cumsum(wide + gap, 1) - wide
    base = INPUT.height / 2 + 10 * size.mean(1, keepdim=True)
    base = base + uniform(-recipe.shift, recipe.shift, lines, 1)
    base = base + recipe.wobble * torch.randn(lines, slots, generator=random)
    x = begins.round().long().flatten() - left
    y = base.round().long().flatten() - bottom
    present = torch.arange(slots) < torch.randint(2, slots + 1, (lines, 1), generator=random)
    if whole:
        fits = (x + right).view(lines, slots) <= recipe.width - recipe.begin[0]
        present &= fits.cummin(1).values
    pictures = _pasted(glyphs, x, y, present.flatten(), recipe)
    middle = (x + (left + right) / 2).view(lines, slots)
    labels = labels.view(lines, slots)
    return Lines(pictures, _labels(middle, labels, present, recipe), labels, present & (labels != NO_DIGIT))


def _distorted(images: Tensor, size: Tensor, recipe: ScanRecipe, random: torch.Generator) -> Tensor:
    """Glyphs (n, _GLYPH, _GLYPH), each distorted and `size` times as large."""
    zoom = torch.eye(2, 3)[None] / size[:, None, None] * (_GLYPH / INPUT.width)
    distorted = augment(images, random, recipe.distortion)
    grid = F.affine_grid(zoom, [len(images), 1, _GLYPH, _GLYPH], align_corners=False)
    return F.grid_sample(distorted, grid, align_corners=False)[:, 0]


def _ends(inked: Tensor) -> tuple[Tensor, Tensor]:
    """First index that is True, and one past the last; inked: bool (n, length)."""
    length = inked.shape[1]
    first = inked.int().argmax(1)
    return first, torch.where(inked.any(1), length - inked.flip(1).int().argmax(1), first)


def _pasted(glyphs: Tensor, x: Tensor, y: Tensor, present: Tensor, recipe: ScanRecipe) -> Tensor:
    lines, height, width = recipe.lines, INPUT.height, recipe.width
    span = torch.arange(_GLYPH)
    rows, columns = y[:, None] + span, x[:, None] + span
    seen = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    seen &= present[:, None, None]
    line = torch.arange(len(glyphs)) // recipe.glyphs
    index = (line[:, None, None] * height + rows[:, :, None]) * width + columns[:, None, :]
    canvas = torch.zeros(lines * height * width)
    canvas.scatter_reduce_(0, index[seen], glyphs[seen], "amax")
    return canvas.view(lines, 1, height, width)


def _labels(middle: Tensor, labels: Tensor, present: Tensor, recipe: ScanRecipe) -> Tensor:
    centres = torch.arange(0, recipe.width - INPUT.width + 1, STRIDE) + INPUT.width / 2
    digits = present & (labels != NO_DIGIT)
    away = torch.where(digits, middle, torch.inf)[:, None, :] - centres[:, None]  # (lines, columns, slots)
    distance, nearest = away.abs().min(2)
    label = labels.gather(1, nearest)
    label = torch.where(distance <= recipe.near, label, _UNLABELLED)
    return torch.where(distance > recipe.far, NO_DIGIT, label)


def train_scan(mnist: Pictures, digits: Pictures, others: Pictures, recipe: ScanRecipe, seed: int) -> LeNet5:
    """Train one network from a seed, in one thread. Returns the average of its last weights, in eval mode."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    pools = [Pool(mnist, random), Pool(digits, random), Pool(others, random)]
    model = LeNet5()

    def loss_at(step: int) -> Tensor:
        lines = set_lines(pools, recipe, random)
        return columns_loss(_eleven(model, lines.pictures), lines, recipe)

    return optimise(model, loss_at, recipe.steps, recipe, f"sweep, seed {seed}")


def train_strings(
    model: LeNet5,
    mnist: Pictures,
    digits: Pictures,
    others: Pictures,
    lines: list[Written],
    recipe: ScanRecipe,
    seed: int,
) -> LeNet5:
    """Train a network of `train_scan` on, now on whole strings as well, set from glyphs and written at once."""
    torch.set_num_threads(1)
    recipe = replace(
        recipe,
        lines=recipe.string_lines,
        learning_rate=recipe.string_learning_rate,
        begin=recipe.string_begin,
        gaps=recipe.string_gaps,
    )
    random = torch.Generator().manual_seed(100 + seed)
    pools = [Pool(mnist, random), Pool(digits, random), Pool(others, random)]
    written = batches(lines, recipe.written_per_batch, random)

    def loss_at(step: int) -> Tensor:
        lines = set_lines(pools, recipe, random, whole=True)
        logits = _eleven(model, lines.pictures)
        pictures, strings = next(written)
        return (
            strings_loss(_eleven(model, pictures), strings)
            + strings_loss(logits, lines.digits)
            + recipe.column_share * columns_loss(logits, lines, recipe)
        )

    return optimise(model.train(), loss_at, recipe.string_steps, recipe, f"strings, seed {seed}")


def _eleven(model: LeNet5, pictures: Tensor) -> Tensor:
    """The sweep's logits with that of "no digit": (n, 11, columns)."""
    return with_no_digit(sweep(model, pictures))


def columns_loss(logits: Tensor, lines: Lines, recipe: ScanRecipe) -> Tensor:
    """Cross-entropy of the columns that have a label. logits: (n, 11, columns)."""
    weight = torch.full((NO_DIGIT + 1,), recipe.positive_weight)
    weight[NO_DIGIT] = 1.0
    return F.cross_entropy(logits, lines.labels, weight, label_smoothing=recipe.label_smoothing)


def strings_loss(logits: Tensor, strings: list[list[int]]) -> Tensor:
    """Connectionist temporal classification: minus the mean log-probability, per digit, of what is written.

    logits: (n, 11, columns); strings: the n lines' digits, left to right.
    """
    logp = F.log_softmax(logits, 1).permute(2, 0, 1)  # (columns, n, 11)
    length = torch.tensor([len(digits) for digits in strings])
    columns = torch.full((len(length),), len(logp))
    written = torch.tensor([digit for digits in strings for digit in digits])
    lost = F.ctc_loss(logp, written, columns, length, blank=NO_DIGIT, reduction="none", zero_infinity=True)
    return (lost / length.clamp(min=1)).mean()


def train_scan_all(mnist: Digits, out: Path, recipe: ScanRecipe, seed: int, workers: int) -> dict[str, Any]:
    """The whole recipe: draw the ink, train, write `out` and its card; returns the card."""
    began = time.time()
    digits, others = synthetic(recipe.synthetic_digits, recipe.synthetic_junk, seed, workers)
    pictures = pictures_of(mnist), digits
    lines = written_lines(recipe.written_lines, seed, workers)
    model = train_strings(train_scan(*pictures, others, recipe, seed), *pictures, others, lines, recipe, seed)
    more = letters(recipe.synthetic_letters, seed, workers), scripts(recipe.synthetic_scripts, seed, workers)
    others = joined([others, *more])
    lines = written_lines(recipe.letters_written_lines, seed + 2, workers, any_letter=True)
    last = replace(recipe, string_steps=recipe.letters_steps, string_learning_rate=recipe.letters_learning_rate)
    model = train_strings(model, *pictures, others, lines, last, seed + 200)
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), out)
    written = scan_card(out, recipe, seed, (time.time() - began) / 60)
    write_card(out, written)
    return written


def scan_card(out: Path, recipe: ScanRecipe, seed: int, minutes: float) -> dict[str, Any]:
    """The card of weights that lie in `out`, with nothing measured yet."""
    return {
        "model": "LeNet-5 with max pooling, swept over lines as a space displacement network",
        **provenance(out),
        "mnist_sha256": SHA256,
        "command": f"python -m lenet train-scan --mnist DIR --out {out.name} --seed {seed}",
        "recipe": asdict(recipe),
        "seed": seed,
        "minutes": round(minutes, 1),
        "measured": {},
    }
