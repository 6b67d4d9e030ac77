"""The pictures that batches are drawn from: MNIST, and synthetic ink drawn as the page draws it.

What is taken for a step depends on the seed and the step alone, so that an interrupted training goes on as if nothing
had happened.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ..ink import prepare
from ..model import NO_DIGIT
from ..synthetic import digits, junk
from ..synthetic.hand import Glyph, Random
from .mnist import Digits
from .run import processes

_CHUNK = 5_000
_INK_SEED = 1
_ORDER = 0  # seed of the order of MNIST's pictures


@dataclass(frozen=True)
class Source:
    """How many pictures of a source are in every batch, and how many are drawn beforehand: none of MNIST."""

    per_batch: int
    drawn: int = 0


@dataclass(frozen=True)
class Pictures:
    """Labelled pictures: uint8 (n, 28, 28), ink = 255; labels int64 (n,), 0 to 9, or 10 for no digit."""

    images: Tensor
    labels: Tensor

    def __getitem__(self, chosen: Tensor | slice) -> Pictures:
        return Pictures(self.images[chosen], self.labels[chosen])


def joined(parts: Sequence[Pictures]) -> Pictures:
    """The pictures of all parts, one part after the other."""
    return Pictures(torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts]))


def of_mnist(mnist: Digits, held_out: int) -> tuple[Pictures, Pictures]:
    """MNIST's digits in an order of their own, the same for every training: all but some for training, and those."""
    order = torch.randperm(len(mnist.labels), generator=torch.Generator().manual_seed(_ORDER))
    pictures = Pictures(torch.tensor(mnist.images), torch.tensor(mnist.labels).long())[order]
    return pictures[held_out:], pictures[:held_out]


def fewer(sources: Mapping[str, Source]) -> dict[str, Source]:
    """The same sources with a sixth of the pictures drawn, for a quick training."""
    return {name: replace(source, drawn=source.drawn // 6) for name, source in sources.items()}


def of_sources(sources: Mapping[str, Source], mnist: Pictures) -> dict[str, Pictures]:
    """The pictures of every source: MNIST's, and ink that is drawn now, the same for every training."""
    return {name: drawn(name, of.drawn, _INK_SEED) if of.drawn else mnist for name, of in sources.items()}


def _lookalike(label: int, random: Random) -> Glyph:
    """What a network errs on longest: 1s and 7s that only slants tell apart, letters that resemble digits."""
    return junk.turned_letter(random) if label == NO_DIGIT else digits.lookalike(label, random)


# Of each kind of ink: its labels, one picture after the other, over and over; and how a picture of a label is drawn.
INK: dict[str, tuple[Sequence[int], Callable[[int, Random], Glyph]]] = {
    "digits": (range(10), digits.digit),
    "lookalikes": ((1, 7, NO_DIGIT, NO_DIGIT, NO_DIGIT), _lookalike),
    "junk": ((NO_DIGIT,), lambda _, random: junk.fitting(random)),
    "letters": ((NO_DIGIT,), lambda _, random: junk.letter(random)),
    "scripts": ((NO_DIGIT,), lambda _, random: junk.script(random)),
}


def drawn(kind: str, count: int, seed: int, workers: int | None = None) -> Pictures:
    """So many pictures of a kind of INK, drawn by `ink.prepare`; the same for any number of workers."""
    chunks = [range(count)[start : start + _CHUNK] for start in range(0, count, _CHUNK)]
    print(f"drawing {count:,} pictures: {kind}", file=sys.stderr)
    with processes(workers) as pool:
        return joined(list(pool.map(functools.partial(_drawn, kind, seed), chunks)))


def _drawn(kind: str, seed: int, numbers: range) -> Pictures:
    random = np.random.default_rng([seed, list(INK).index(kind), numbers.start])
    of_kind, draw = INK[kind]
    labels = [of_kind[number % len(of_kind)] for number in numbers]
    # With the specks that a reader leaves out: a dot just too near for that should do no harm.
    images = np.stack([prepare(draw(label, random), specks=True).picture for label in labels])
    return Pictures(torch.from_numpy(np.rint(images * 255).astype(np.uint8)), torch.tensor(labels))


@dataclass(frozen=True)
class Order:
    """An endless order of things, new each time it runs through; any stretch of it can be had at any time."""

    length: int
    seed: int

    def at(self, first: int, count: int) -> Tensor:
        """int64 (count,): which thing each place of the order has, from number `first` on."""
        places = torch.arange(first, first + count)
        passes = range(first // self.length, (first + count - 1) // self.length + 1)
        return torch.cat([_pass(self, each)[places[places // self.length == each] % self.length] for each in passes])


@functools.lru_cache(maxsize=32)  # of every source the pass that is under way, and some before it
def _pass(order: Order, number: int) -> Tensor:
    return torch.randperm(order.length, generator=torch.Generator().manual_seed(seed_of(order.seed, number)))


@dataclass(frozen=True)
class Batches:
    """Batches from several named sources, each with its share."""

    pictures: Mapping[str, Pictures]
    sources: Mapping[str, Source]
    seed: int

    def take(self, step: int) -> Pictures:
        """The pictures of a step, source after source."""
        parts = []
        for number, (name, source) in enumerate(self.sources.items()):
            order = Order(len(self.pictures[name].labels), seed_of(self.seed, number))
            parts.append(self.pictures[name][order.at(step * source.per_batch, source.per_batch)])
        return joined(parts)


def seed_of(*numbers: int) -> int:
    """One seed from several numbers from 0."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
