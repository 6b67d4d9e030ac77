"""What experiments are tried on: a 7, and networks of all kinds."""

from __future__ import annotations

import numpy as np
import torch

import lenet
from demo.experiments.subject import Subject
from lenet.architecture import Architecture, Convolution
from lenet.ink import Ink
from lenet.model import Traceable
from lenet.own.network import Network
from lenet.recognize import traced_by

SEVEN: Ink = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
BUNDLED = ("lenet5", "lenet5-1998", "textbook")


def subject(network: str | Traceable = "lenet5", ink: Ink = SEVEN, picture: np.ndarray | None = None) -> Subject:
    """A drawing and a network, the bundled one if nothing is said."""
    model = lenet.load(network) if isinstance(network, str) else network
    drawn = lenet.rasterize(ink) if picture is None else picture
    return Subject(model, drawn, ink if picture is None else None, traced_by(model, drawn), network == "lenet5")


def own(activation: str = "ReLU", pooling: str = "max", scaling: str = "mean 0.1307, deviation 0.3081") -> Network:
    """A network as visitors bring them, 8-16-64-10, with weights from a seed."""
    way = Architecture(
        (Convolution(8, 5, 0, pooled=True), Convolution(16, 5, 0, pooled=True)),
        (64, 10),
        (),
        activation,
        pooling,
        scaling,
    )
    random = torch.Generator().manual_seed(7)
    shapes = [(8, 1, 5, 5), (16, 8, 5, 5), (64, 256), (10, 64)]
    weights = [
        (torch.randn(shape, generator=random) / shape[-1], torch.randn(shape[0], generator=random)) for shape in shapes
    ]
    return Network(way, weights).eval()


def large(maps: int) -> Network:
    """A network of two convolutions of so many maps each, and no biases: more work than most."""
    way = Architecture((Convolution(maps, 5, 2, pooled=False), Convolution(maps, 5, 2, pooled=True)), (40, 10))
    random = torch.Generator().manual_seed(3)
    shapes = [(maps, 1, 5, 5), (maps, maps, 5, 5), (40, maps * 14 * 14), (10, 40)]
    return Network(way, [(torch.randn(shape, generator=random) / 9, None) for shape in shapes]).eval()
