"""The pictures of the training: MNIST, and synthetic ink drawn as the page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from ..ink import prepare
from ..model import NO_DIGIT
from ..synthetic import digits as synth
from ..synthetic import junk
from .mnist import Digits
from .processes import processes

_ORDER = 0  # seed of the order of MNIST's pictures


@dataclass(frozen=True)
class Pictures:
    """Labelled pictures: uint8 (n, 28, 28), ink = 255; labels int64 (n,), 0 to 9, or 10 for no digit."""

    images: Tensor
    labels: Tensor


_HARD = torch.tensor([1, 7, NO_DIGIT, NO_DIGIT, NO_DIGIT])
_NO_DIGITS = {"junk": junk.fitting, "letters": junk.any_letter, "scripts": junk.script}
_CHUNK = 5_000
_NONE = Pictures(torch.empty(0, 28, 28, dtype=torch.uint8), torch.empty(0, dtype=torch.long))


def synthetic(digits: int, others: int, seed: int, workers: int = 1) -> tuple[Pictures, Pictures]:
    """So many synthetic digits and pieces of junk, drawn by `ink.prepare`. The same for any `workers`."""
    drawn, junk_drawn = _drawn({"digits": digits, "junk": others}, seed, workers)
    return drawn, junk_drawn


def hard(count: int, seed: int, workers: int = 1) -> Pictures:
    """What a network errs on longest: 1s and 7s that only slants tell apart, letters that resemble digits."""
    return _drawn({"hard": count}, seed, workers)[0]


def letters(count: int, seed: int, workers: int = 1) -> Pictures:
    """Letters of the whole Latin alphabet and of other scripts, those written like a digit aside."""
    return _drawn({"letters": count}, seed, workers)[0]


def scripts(count: int, seed: int, workers: int = 1) -> Pictures:
    """Characters of other scripts and letters of no alphabet, which no teacher was taught."""
    return _drawn({"scripts": count}, seed, workers)[0]


def _drawn(counts: dict[str, int], seed: int, workers: int) -> list[Pictures]:
    """So many pictures of every kind, in chunks with a seed each."""
    jobs = [
        (kind, min(_CHUNK, count - first), [seed, number, first])
        for number, (kind, count) in enumerate(counts.items())
        for first in range(0, count, _CHUNK)
    ]
    drawn: dict[str, list[Pictures]] = {kind: [] for kind in counts}
    with processes(workers) as pool:
        results = pool.map(_draw_chunk, *zip(*jobs, strict=True))
        for (kind, _, _), pictures in zip(jobs, tqdm(results, "synthetic ink", len(jobs)), strict=True):
            drawn[kind].append(pictures)
    return [joined([_NONE, *chunks]) for chunks in drawn.values()]


def joined(parts: Sequence[Pictures]) -> Pictures:
    """One after the other. Labels may be more than a number each."""
    return Pictures(torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts]))


def _draw_chunk(kind: str, count: int, seed: list[int]) -> Pictures:
    random = np.random.default_rng(seed)
    if kind in _NO_DIGITS:
        labels = torch.full((count,), NO_DIGIT)
        glyphs = (_NO_DIGITS[kind](random) for _ in range(count))
    elif kind == "hard":
        labels = _HARD[torch.arange(count) % len(_HARD)]
        glyphs = (
            junk.letter(random) if label == NO_DIGIT else synth.lookalike(label, random) for label in labels.tolist()
        )
    else:
        labels = torch.arange(count) % 10
        glyphs = (synth.digit(label, random) for label in labels.tolist())
    return Pictures(torch.stack([_picture(glyph) for glyph in glyphs]), labels)


def _picture(glyph: synth.Glyph) -> Tensor:
    # With the specks that a reader leaves out: a dot just too near for that should do no harm.
    return torch.from_numpy(np.rint(prepare(glyph, specks=True).picture * 255).astype(np.uint8))


class Pool:
    """Hands out batches of one kind of picture, in a new random order each time it runs through."""

    def __init__(self, pictures: Pictures, random: torch.Generator) -> None:
        self.pictures, self.random = pictures, random
        self.order = torch.empty(0, dtype=torch.long)

    def take(self, count: int) -> tuple[Tensor, Tensor]:
        while len(self.order) < count:
            fresh = torch.randperm(len(self.pictures.labels), generator=self.random)
            self.order = torch.cat([self.order, fresh])
        chosen, self.order = self.order[:count], self.order[count:]
        return self.pictures.images[chosen], self.pictures.labels[chosen]


def pictures_of(mnist: Digits) -> Pictures:
    """MNIST's digits in an order of their own, the same for every training."""
    order = torch.randperm(len(mnist.labels), generator=torch.Generator().manual_seed(_ORDER))
    return Pictures(torch.tensor(mnist.images)[order], torch.tensor(mnist.labels).long()[order])
