"""The pictures that batches are drawn from: MNIST, and synthetic ink drawn as the page draws it.

What is taken for a step depends on the seed and the step alone, so that an interrupted training goes on as if nothing
had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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


def of_mnist(mnist: Digits, held_out: int) -> tuple[Pictures, Pictures]:
    """MNIST's digits in an order of their own, the same for every training: all but some for training, and those."""
    order = torch.randperm(len(mnist.labels), generator=torch.Generator().manual_seed(_ORDER))
    images, labels = torch.tensor(mnist.images)[order], torch.tensor(mnist.labels).long()[order]
    return Pictures(images[held_out:], labels[held_out:]), Pictures(images[:held_out], labels[:held_out])


def of_sources(sources: Mapping[str, Source], mnist: Pictures, workers: int) -> dict[str, Pictures]:
    """The pictures of every source: MNIST's, and ink that is drawn now, the same for every training."""
    return {
        name: drawn(name, source.drawn, _INK_SEED, workers) if source.drawn else mnist
        for name, source in sources.items()
    }


def _digit(random: Random, number: int) -> tuple[Glyph, int]:
    return digits.digit(number % 10, random), number % 10


def _lookalike(random: Random, number: int) -> tuple[Glyph, int]:
    """What a network errs on longest: 1s and 7s that only slants tell apart, letters that resemble digits."""
    label = (1, 7, NO_DIGIT, NO_DIGIT, NO_DIGIT)[number % 5]
    return (junk.turned_letter(random) if label == NO_DIGIT else digits.lookalike(label, random)), label


def _no_digit(draw: Callable[[Random], Glyph]) -> Callable[[Random, int], tuple[Glyph, int]]:
    return lambda random, number: (draw(random), NO_DIGIT)


# Of each kind of ink, how the picture of a number is drawn, and its label.
INK: dict[str, Callable[[Random, int], tuple[Glyph, int]]] = {
    "digits": _digit,
    "lookalikes": _lookalike,
    "junk": _no_digit(junk.fitting),
    "letters": _no_digit(junk.letter),
    "scripts": _no_digit(junk.script),
}


def drawn(kind: str, count: int, seed: int, workers: int = 1) -> Pictures:
    """So many pictures of a kind of INK, drawn by `ink.prepare`. The same for any number of `workers`."""
    starts = range(0, count, _CHUNK)
    with processes(workers) as pool:
        chunks = [pool.submit(_chunk, kind, start, min(_CHUNK, count - start), seed) for start in starts]
        parts = [chunk.result() for chunk in chunks]
    return Pictures(torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts]))


def _chunk(kind: str, start: int, count: int, seed: int) -> Pictures:
    random = np.random.default_rng([seed, list(INK).index(kind), start])
    made = [INK[kind](random, start + number) for number in range(count)]
    # With the specks that a reader leaves out: a dot just too near for that should do no harm.
    images = np.stack([prepare(glyph, specks=True).picture for glyph, _ in made])
    return Pictures(
        torch.from_numpy(np.rint(images * 255).astype(np.uint8)), torch.tensor([label for _, label in made])
    )


class Order:
    """An endless order of things, new each time it runs through; any stretch of it can be had at any time."""

    def __init__(self, length: int, seed: int) -> None:
        self.length, self.seed = length, seed
        self._passes: dict[int, Tensor] = {}

    def at(self, first: int, count: int) -> Tensor:
        """int64 (count,): which thing each place of the order has, from number `first` on."""
        places = torch.arange(first, first + count)
        passes = range(first // self.length, (first + count - 1) // self.length + 1)
        return torch.cat([self._pass(each)[places[places // self.length == each] % self.length] for each in passes])

    def _pass(self, number: int) -> Tensor:
        if number not in self._passes:
            random = torch.Generator().manual_seed(seed_of(self.seed, number))
            before = {each: order for each, order in self._passes.items() if each == number - 1}
            self._passes = {**before, number: torch.randperm(self.length, generator=random)}
        return self._passes[number]


class Batches:
    """Batches from several named sources, each with its share."""

    def __init__(self, pictures: Mapping[str, Pictures], sources: Mapping[str, Source], seed: int) -> None:
        self.pictures, self.sources = pictures, sources
        self.orders = {
            name: Order(len(pictures[name].labels), seed_of(seed, number)) for number, name in enumerate(sources)
        }

    def take(self, step: int) -> Pictures:
        """The pictures of a step, source after source."""
        images, labels = [], []
        for name, source in self.sources.items():
            chosen = self.orders[name].at(step * source.per_batch, source.per_batch)
            images.append(self.pictures[name].images[chosen])
            labels.append(self.pictures[name].labels[chosen])
        return Pictures(torch.cat(images), torch.cat(labels))


def seed_of(*numbers: int) -> int:
    """One seed from several numbers from 0."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])
