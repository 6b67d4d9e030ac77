"""The other bundled networks: as a card names them, at a random start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from .architecture import Architecture
from .lenet1998 import LeNet1998
from .model import STANDARD, Traceable
from .own.network import Network

TEXTBOOK = replace(STANDARD, activation="sigmoid", pooling="average")


def random_network(way: Architecture) -> Network:
    """A network of an architecture without a table. Source: Glorot, Bengio 2010, "Understanding the difficulty of
    training deep feedforward neural networks", equation 16."""
    weights = []
    before = way.layers[0]
    for layer in way.layers[1:]:
        if layer.kind == "convolution":
            shape: tuple[int, ...] = (layer.maps, before.maps, layer.kernel, layer.kernel)
        else:
            shape = (layer.maps, before.units)
        if layer.kind != "pooling":
            weights.append((nn.init.xavier_uniform_(torch.empty(shape)), torch.zeros(layer.maps)))
        before = layer
    return Network(way, weights)


MODELS: dict[str, Callable[[], Traceable]] = {
    "lenet5-1998": LeNet1998,
    "textbook": lambda: random_network(TEXTBOOK),
}
WORDS = {
    "lenet5-1998": "LeNet-5 of 1998: trained subsampling, C3's table, distances to bitmaps",
    "textbook": "LeNet of textbooks: sigmoid, average pooling, softmax",
}
