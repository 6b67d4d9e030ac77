"""Which cells a cell sees, and which it can influence, borders and padding included: what the page's own geometry is
held against, itself held against the gradients of the network."""

from __future__ import annotations

from dataclasses import dataclass

from lenet.model import LAYERS, Layer


@dataclass(frozen=True)
class Box:
    """Rows top..bottom and columns left..right of a layer, all inclusive, in its own cells."""

    top: int
    left: int
    bottom: int
    right: int


def receptive_field(layer: str, row: int, column: int) -> dict[str, Box]:
    """The cells of every earlier layer that cell (row, column) of `layer` depends on.

    Returns layer name -> Box, clipped to the layer, from the layer before back to the input. Of the layer before
    a pooling layer only the same map is seen, of any other layer's every map.
    Source: each step back widens a range [a, b] to [a * stride - padding, b * stride - padding + kernel - 1].
    """
    at = _position(layer)
    rows, columns = (row, row), (column, column)
    boxes: dict[str, Box] = {}
    for i in range(at, 0, -1):
        rows = _back(LAYERS[i], rows, LAYERS[i - 1].height)
        columns = _back(LAYERS[i], columns, LAYERS[i - 1].width)
        boxes[LAYERS[i - 1].name] = Box(rows[0], columns[0], rows[1], columns[1])
    return boxes


def influence(layer: str, row: int, column: int) -> dict[str, Box]:
    """The cells of every later layer that depend on cell (row, column) of `layer`. Returns layer name -> Box; in
    LeNet-5 there is no layer that a cell cannot reach."""
    rows, columns = (row, row), (column, column)
    boxes: dict[str, Box] = {}
    for later in LAYERS[_position(layer) + 1 :]:
        rows = _forth(later, rows, later.height)
        columns = _forth(later, columns, later.width)
        boxes[later.name] = Box(rows[0], columns[0], rows[1], columns[1])
    return boxes


def _position(layer: str) -> int:
    return [each.name for each in LAYERS].index(layer)


def _back(layer: Layer, span: tuple[int, int], size: int) -> tuple[int, int]:
    first = span[0] * layer.stride - layer.padding
    last = span[1] * layer.stride - layer.padding + layer.kernel - 1
    return max(first, 0), min(last, size - 1)


def _forth(layer: Layer, span: tuple[int, int], size: int) -> tuple[int, int]:
    first = -((layer.kernel - 1 - layer.padding - span[0]) // layer.stride)
    last = (span[1] + layer.padding) // layer.stride
    return max(first, 0), min(last, size - 1)
