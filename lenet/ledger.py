"""What sharing weights saves: each layer's parameters beside what it would cost without."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from .architecture import Layer
from .model import LAYERS


def ledger(layers: Sequence[Layer] = LAYERS) -> list[dict[str, Any]]:
    """A row a layer, from its shapes alone.

    parameters: weights and biases there are. uses: places at which each of them serves. connections: links into
    the layer, a bias counting as one. untied: parameters if every unit had a kernel of its own. fully_connected:
    parameters if every unit saw the whole layer before, padding included.
    """
    rows = []
    for before, layer in pairwise(layers):
        is_pooling = layer.kind == "pooling"
        seen = layer.maps * layer.kernel**2 if is_pooling else layer.weights  # by all maps, at one place
        padded = before.maps * (before.height + 2 * layer.padding) * (before.width + 2 * layer.padding)
        places = layer.height * layer.width
        untied = layer.units * 2 if is_pooling else places * (seen + layer.biases)
        unshared = layer.units * padded + places * layer.biases
        rows.append(
            {
                "layer": layer.name,
                "parameters": layer.parameters,
                "uses": places if layer.parameters else 0,
                "connections": places * (seen + layer.biases),
                "untied": untied if layer.parameters else 0,
                "fully_connected": unshared if layer.parameters and not is_pooling else 0,
            }
        )
    return rows
