"""What no file tells: activation, pooling, how pixels were scaled.

All are tried on digits of the program's own, and what reads them best is taken.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..architecture import ACTIVATIONS, BEFORE, POOLINGS, PUBLISHED, SCALINGS, SQUASHED, Architecture
from ..ink import rasterize
from ..model import STANDARD
from .files import MOST_BYTES, OwnError, small_enough, tensors_of
from .geometry import Weights, architectures, layers_of
from .keras import as_torch_has_them
from .labels import Labels, labels_in
from .network import Network

_DIGITS = tuple("0123456789")
READS = 0.5  # of the digits; a network that reads fewer is for something else
_ALIKE = 0.02  # of the digits: of ways that read as many but for so few, the surest is taken
# What is tried; nobody else's network has the paper's own.
_ACTIVATIONS = [name for name in ACTIVATIONS if name != SQUASHED]
_SCALINGS = [name for name in SCALINGS if name != PUBLISHED]
_CHOICES = ("activation", "pooling", "scaling", "sizes")
_BATCH = 50  # as every layer is kept
# All ways are tried on some digits, and the best of these on more: how many digits, and how many ways go on.
_ROUNDS = ((10, 24), (60, 8), (300, 0))
_EASY = 6_000_000  # of work for a picture; what takes more is tried on fewer digits
_FEWEST = 5
_RARE = 0.1  # nats of cross-entropy that a way which few people take must be better by


@dataclass(frozen=True)
class Candidate:
    """A way to run the weights, its number among all, how many digits it was tried on, and reads of these, 0 to 1."""

    architecture: Architecture
    number: int
    accuracy: float
    tried: int


@dataclass(frozen=True, eq=False)
class Own:
    """An opened network: its weights, and all ways to run them, the best first. labels: what its outputs stand for,
    where they are given; digits, where not."""

    weights: Weights
    candidates: tuple[Candidate, ...]
    labels: Labels | None = None
    networks: dict[Architecture, Network] = field(default_factory=dict)  # that were run

    @property
    def network(self) -> Network:
        """Run the best way."""
        return self.run_as(self.candidates[0].architecture)

    @property
    def is_standard(self) -> bool:
        """Whether it is run as the bundled network is."""
        best = self.candidates[0].architecture
        return replace(best, biased=()) == STANDARD

    @property
    def reads(self) -> bool:
        """Whether it reads digits at all, one way or another."""
        return self.candidates[0].accuracy >= READS

    def run_as(self, way: Architecture) -> Network:
        """The network of these weights and an architecture, in eval mode."""
        if way not in self.networks:
            self.networks[way] = Network(way, self.weights, self.labels).eval()
        return self.networks[way]


def opened(file: Path, **how: str) -> Own:
    """The network of a file, run as `how` says where it does; labels may lie beside it, in a file that ends in .json.

    Raises OwnError, naming the file and what was found.
    """
    try:
        small_enough(file.stat().st_size)
        labels = labels_beside(file)
        with file.open("rb") as content:
            own = open_network(content.read(MOST_BYTES + 1), labels)
        return replace(own, candidates=tuple(_so(own.candidates, how)))
    except (OwnError, ValueError) as error:
        raise OwnError(f"{file}: {error}") from error


def labels_beside(file: Path) -> Labels | None:
    """Labels in a file of the same name that ends in .json, if there is one. Raises ValueError for another thing."""
    beside = file.with_suffix(".json")
    return labels_in(json.loads(beside.read_bytes())) if beside.is_file() else None


def _so(candidates: Sequence[Candidate], how: Mapping[str, str]) -> list[Candidate]:
    how = {name: value.replace("-", "−") for name, value in how.items()}  # which keyboards lack
    for name, value in how.items():
        if name not in _CHOICES:
            raise OwnError(f"There is no {name} to choose; there are {', '.join(_CHOICES)}.")
        known = list(dict.fromkeys(getattr(each.architecture, name) for each in candidates))
        if value not in known:
            raise OwnError(f"There is no {name} {value!r:.40}; choose one of {'; '.join(known)}.")
    found = [each for each in candidates if all(getattr(each.architecture, name) == how[name] for name in how)]
    if not found:
        raise OwnError(f"There is no way to run it with {' and '.join(map(repr, how.values()))}.")
    return found


def open_network(content: bytes, labels: Labels | None = None) -> Own:
    """Open a file of weights, its bytes given. labels: those in the file if None. Where the file says how it is run,
    by "activation", "pooling" or "scaling" beside the weights, such ways come first.

    Raises OwnError, naming what was found and what would fit.
    """
    tensors, besides = tensors_of(content)
    known = labels or labels_in(besides)
    weights = layers_of(as_torch_has_them(tensors), len(known) if known else 10)
    ways = tried(weights, architectures(weights), known in (None, _DIGITS))
    said = {name: besides[name] for name in _CHOICES if isinstance(besides.get(name), str)}
    ways.sort(key=lambda each: any(getattr(each.architecture, name) != said[name] for name in said))
    return Own(weights, tuple(ways), known)


def tried(weights: Weights, shapes: Sequence[Architecture], is_for_digits: bool = True) -> list[Candidate]:
    """The ways to run the weights, the best first: all judged by some digits, then the best of these by all.

    Of a network for something else nothing can be tried: then what most people do comes first.
    """
    ways = [
        replace(shape, activation=activation, pooling=pooling, scaling=scaling)
        for shape in shapes
        for activation, pooling, scaling in itertools.product(_ACTIVATIONS, POOLINGS, _SCALINGS)
        if pooling != BEFORE or any(each.pooled for each in shape.convolutions)
    ]
    if not is_for_digits:
        return [Candidate(way, number, 0.0, 0) for number, way in enumerate(ways)]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # which would wait for one another: each pass is too small to share out
    try:
        return _ranked(weights, shapes, ways)
    finally:
        torch.set_num_threads(threads)


def _ranked(weights: Weights, shapes: Sequence[Architecture], ways: Sequence[Architecture]) -> list[Candidate]:
    pictures, labels = digits()
    left = list(range(len(ways)))
    gone: list[tuple[float, Candidate]] = []  # with how surely it reads
    for most_digits, stay in _ROUNDS:
        many = max(_FEWEST, int(most_digits * min(1.0, _EASY / max(shape.work for shape in shapes))))
        judged = []
        for i in left:
            surely, right = _judged(weights, ways[i], pictures[:many], labels[:many])
            judged.append((surely, Candidate(ways[i], i, right, many)))
        judged.sort(key=lambda each: each[0], reverse=True)
        left = [each.number for _, each in judged[:stay]]
        gone = judged[stay:] + gone
    best, others = gone[: _ROUNDS[-2][1]], gone[_ROUNDS[-2][1] :]
    most = max(each.accuracy for _, each in best)
    # What it was trained with makes a network surest of what is right.
    best.sort(
        key=lambda each: (most if each[1].accuracy >= most - _ALIKE else each[1].accuracy, each[0]), reverse=True
    )
    ranked = [each for _, each in best + others]
    # Of a network that reads no digits, nothing is known but what most people do.
    return ranked if most >= READS else sorted(ranked, key=lambda each: each.number)


def _judged(weights: Weights, way: Architecture, pictures: Tensor, labels: Tensor) -> tuple[float, float]:
    """How surely digits are read: minus the cross-entropy, and what the way is the rarer by; and how many, 0 to 1."""
    with torch.inference_mode():
        network = Network(way, weights)
        logits = torch.cat([network(some) for some in pictures.split(_BATCH)])
    right = (logits.argmax(1) == labels).float().mean().item()
    return -F.cross_entropy(logits, labels).nan_to_num(1e9).item() - _RARE * _oddities(way), right


def _oddities(way: Architecture) -> int:
    """How many things about a way are rare: most people take max pooling with ReLU, and average pooling without."""
    is_pooled_oddly = (way.activation == "ReLU") != (way.pooling == "max")
    return is_pooled_oddly + (way.pooling == BEFORE) + ("255" in way.scaling)


@functools.cache
def digits() -> tuple[Tensor, Tensor]:
    """The program's own digits, all ten alike often: pictures float32 (n, 1, 28, 28), labels (n,).

    Written by `python -m tests.own_digits`.
    """
    written = json.loads(Path(__file__).with_name("digits.json").read_text("utf-8"))
    ink = [[np.array(stroke).reshape(-1, 2) / 100 for stroke in each] for each in written]
    pictures = torch.from_numpy(np.stack([rasterize([stroke.tolist() for stroke in each]) for each in ink]))
    return pictures[:, None], torch.arange(len(ink)) % 10
