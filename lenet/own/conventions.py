"""What no file tells: activation, pooling, how pixels were scaled.

All are tried on digits of the program's own, and what reads them best is taken.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..ink import rasterize
from .architecture import ACTIVATIONS, POOLINGS, SCALINGS, Architecture, Convolution, Network
from .files import MOST_BYTES, OwnError, tensors_of
from .geometry import Weights, architectures, layers_of

READS = 0.5  # of the digits; a network that reads fewer is for something else
_ALIKE = 0.02  # of the digits: of ways that read as many but for so few, the surest is taken
_BATCH = 50  # as every layer is kept
_FEW = 100  # digits that all conventions are tried on
_SHORTLIST = 16  # of them are tried on all digits
_RARE = 0.1  # nats of cross-entropy that a way which few people take must be better by


STANDARD = Architecture((Convolution(6, 5, 2, True), Convolution(16, 5, 0, True)), (120, 84, 10))


@dataclass(frozen=True)
class Candidate:
    """A way to run the weights, and how many of the digits it reads, 0 to 1."""

    architecture: Architecture
    accuracy: float


@dataclass(frozen=True)
class Own:
    """An opened network: candidates, the best first, of which `network` is the first one."""

    network: Network
    candidates: tuple[Candidate, ...]

    @property
    def is_standard(self) -> bool:
        """Whether it is run as the bundled network is."""
        best = self.candidates[0].architecture
        return replace(best, biased=()) == STANDARD

    @property
    def reads(self) -> bool:
        """Whether it reads digits at all, one way or another."""
        return self.candidates[0].accuracy >= READS


def opened(file: Path) -> Own:
    """The network of a file. Raises OwnError, naming the file and what was found."""
    try:
        with file.open("rb") as content:
            return open_network(content.read(MOST_BYTES + 1))
    except OwnError as error:
        raise OwnError(f"{file}: {error}") from error


def open_network(content: bytes) -> Own:
    """Open a file of weights, its bytes given. Raises OwnError, naming what was found and what would fit."""
    weights = layers_of(tensors_of(content))
    candidates = tuple(tried(weights, architectures(weights)))
    return Own(Network(candidates[0].architecture, weights).eval(), candidates)


def tried(weights: Weights, shapes: Sequence[Architecture]) -> list[Candidate]:
    """The ways to run the weights, the best first: all by some digits, then the best of these by all."""
    ways = [
        replace(shape, activation=activation, pooling=pooling, scaling=scaling)
        for shape in shapes
        for activation, pooling, scaling in itertools.product(ACTIVATIONS, POOLINGS, SCALINGS)
        if pooling != POOLINGS[2] or any(each.pooled for each in shape.convolutions)
    ]
    pictures, labels = digits()
    by_few = sorted(ways, key=lambda way: _judged(weights, way, pictures[:_FEW], labels[:_FEW]), reverse=True)
    judged = [(_judged(weights, way, pictures, labels), way) for way in by_few[:_SHORTLIST]]
    most = max(right for (right, _), _ in judged)
    # What it was trained with makes a network surest of what is right.
    judged.sort(key=lambda each: (most if each[0][0] >= most - _ALIKE else each[0][0], each[0][1]), reverse=True)
    return [Candidate(way, right) for (right, _), way in judged]


def _judged(weights: Weights, way: Architecture, pictures: Tensor, labels: Tensor) -> tuple[float, float]:
    """How many digits are read, 0 to 1, and how surely: minus the cross-entropy, and what the way is the rarer by."""
    with torch.inference_mode():
        network = Network(way, weights)
        logits = torch.cat([network(some) for some in pictures.split(_BATCH)])
    right = (logits.argmax(1) == labels).float().mean().item()
    return right, -F.cross_entropy(logits, labels).nan_to_num(1e9).item() - _RARE * _oddities(way)


def _oddities(way: Architecture) -> int:
    """How many things about a way are rare: most people take max pooling with ReLU, and average pooling without."""
    is_pooled_oddly = (way.activation == "ReLU") != (way.pooling == "max")
    return is_pooled_oddly + (way.pooling == POOLINGS[2]) + ("255" in way.scaling)


@functools.cache
def digits() -> tuple[Tensor, Tensor]:
    """The program's own digits, all ten alike often: pictures float32 (n, 1, 28, 28), labels (n,).

    Written by `python -m tests.own_digits`.
    """
    written = json.loads(Path(__file__).with_name("digits.json").read_text("utf-8"))
    ink = [[np.array(stroke).reshape(-1, 2) / 100 for stroke in each] for each in written]
    pictures = torch.from_numpy(np.stack([rasterize([stroke.tolist() for stroke in each]) for each in ink]))
    return pictures[:, None], torch.arange(len(ink)) % 10
