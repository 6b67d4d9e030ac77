"""The pictures that batches are drawn from: MNIST, and synthetic ink drawn as the page draws it.

What is taken for a step depends on the seed and the step alone, so that an interrupted training goes on as if nothing
had happened.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import torch

from ..ink import prepare
from ..model import NO_DIGIT
from ..synthetic import digits, junk, styles
from ..synthetic.hand import Glyph, Random
from .mnist import Pictures
from .run import spread

_CHUNK = 5_000
_INK_SEED = 1
_ORDER = 0  # seed of the order of MNIST's pictures


def joined(parts: Sequence[Pictures]) -> Pictures:
    """The pictures of all parts, one part after the other."""
    return Pictures(torch.cat([part.images for part in parts]), torch.cat([part.labels for part in parts]))


def of_mnist(mnist: Pictures, held_out: int) -> tuple[Pictures, Pictures]:
    """MNIST's digits in an order of their own, the same for every training: all but some for training, and those."""
    order = torch.randperm(len(mnist.labels), generator=torch.Generator().manual_seed(_ORDER))
    return mnist[order[held_out:]], mnist[order[:held_out]]


def of_sources(names: Iterable[str], mnist: Pictures, count: int) -> dict[str, Pictures]:
    """The pictures of sources: MNIST's, and so many of each kind of INK, drawn now, the same for every training."""
    return {name: drawn(name, count, _INK_SEED) if name in INK else mnist for name in names}


def _lookalike(label: int, random: Random) -> Glyph:
    """What a network errs on longest: 1s and 7s that only slants tell apart, letters that resemble digits."""
    return junk.turned_letter(random) if label == NO_DIGIT else digits.lookalike(label, random)


# Of each kind of ink: its labels, one picture after the other, over and over; and how a picture of a label is drawn.
INK: dict[str, tuple[Sequence[int], Callable[[int, Random], Glyph]]] = {
    "digits": (range(10), digits.digit),
    "lookalikes": ((1, 7, NO_DIGIT, NO_DIGIT, NO_DIGIT), _lookalike),
    "junk": ((NO_DIGIT,), lambda _, random: junk.fitting(random)),
    "letters": ((NO_DIGIT,), lambda _, random: junk.letter(random)),
    "compounds": ((NO_DIGIT,), lambda _, random: junk.compound(random)),
    "styles": (range(10), styles.style),
    "signs": ((NO_DIGIT,), styles.style),
}


def drawn(kind: str, count: int, seed: int, workers: int | None = None) -> Pictures:
    """So many pictures of a kind of INK, drawn by `ink.prepare`; the same for any number of workers."""
    print(f"drawing {count:,} pictures: {kind}", file=sys.stderr)
    return joined(spread(functools.partial(_drawn, kind, seed), count, _CHUNK, workers))


def _drawn(kind: str, seed: int, numbers: range) -> Pictures:
    random = np.random.default_rng([seed, list(INK).index(kind), numbers.start])
    of_kind, draw = INK[kind]
    labels = [of_kind[number % len(of_kind)] for number in numbers]
    # With the specks that a reader leaves out: a dot just too near for that should do no harm.
    images = np.stack([prepare(draw(label, random), specks=True).picture for label in labels])
    return Pictures(torch.from_numpy(np.rint(images * 255).astype(np.uint8)), torch.tensor(labels))


def batch(pictures: Mapping[str, Pictures], shares: Mapping[str, int], random: torch.Generator) -> Pictures:
    """A batch of several named sources, source after source, so many pictures of each."""
    found = ((pictures[name], share) for name, share in shares.items())
    return joined([of[torch.randint(len(of.labels), (share,), generator=random)] for of, share in found])


def randomness(*numbers: int) -> torch.Generator:
    """A source of random numbers that depends on whole numbers from 0, such as a seed and a step."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence(numbers).generate_state(1)[0]))
