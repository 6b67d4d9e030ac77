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
        maps_seen = 1 if layer.kind == "pooling" else before.maps
        fan_in = maps_seen * layer.kernel**2
        padded = before.maps * (before.height + 2 * layer.padding) * (before.width + 2 * layer.padding)
        trained = layer.kind != "pooling"
        biased = layer.parameters > layer.maps * fan_in
        rows.append(
            {
                "layer": layer.name,
                "parameters": layer.parameters,
                "uses": layer.height * layer.width if trained else 0,
                "connections": layer.units * (fan_in + biased),
                "untied": layer.units * (fan_in + biased) if trained else 0,
                "fully_connected": layer.units * (padded + biased) if trained else 0,
            }
        )
    return rows
