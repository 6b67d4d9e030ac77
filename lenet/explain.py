"""The sum behind one number: every term of one cell, taken from the tensors of a traced forward pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .mistake import Mistake
from .model import LAYER, LAYERS, Layer, LeNet5, Trace


class CellError(Mistake):
    """There is no such cell; the message says which there are."""


@dataclass(frozen=True)
class Cell:
    """One unit: map, row and column count from 0; a layer of single units has row and column 0."""

    layer: str
    map: int
    row: int = 0
    column: int = 0

    def check(self) -> Cell:
        """Return the cell itself. Raises CellError when the network has no such cell."""
        layer = LAYER.get(self.layer)
        if layer is None:
            raise CellError(f"There is no layer {self.layer!r:.20}; choose one of {', '.join(LAYER)}.")
        within = 0 <= self.map < layer.maps and 0 <= self.row < layer.height and 0 <= self.column < layer.width
        if not within:
            raise CellError(
                f"{layer.name} has maps 0 to {layer.maps - 1}, rows 0 to {layer.height - 1} and columns 0 to"
                f" {layer.width - 1}."
            )
        return self


def explain(model: LeNet5, traced: Trace, cell: Cell) -> dict[str, Any]:
    """The terms of `cell` in a traced forward pass of one picture, as numbers ready for JSON.

    Always has "kind" and "value" (what the layer passes on). A convolution has "maps" (of each map before: patch,
    kernel, products, their sum), "bias" and "pre_activation". Pooling has "values" and "winner". A fully
    connected layer has "inputs", "weights", "products" (one each per unit before), "bias" and, but for the
    output, "pre_activation". The output also has "softmax" and "against" (the likeliest other digit: the
    difference of the two logits, split over the units of F6). Raises CellError.
    """
    cell.check()
    layer = LAYER[cell.layer]
    value = float(traced.output[layer.name][0].reshape(layer.maps, layer.height, layer.width)[_at(cell)])
    if layer.kind == "picture":
        return {"kind": "picture", "value": value}
    before = LAYERS[LAYERS.index(layer) - 1]
    inputs = traced.output[before.name][0]
    if layer.kind == "pooling":
        return {"kind": "pooling", "value": value, **_pooling(inputs, layer, cell)}
    module = getattr(model, layer.name)
    terms = (_convolution if layer.kind == "convolution" else _connected)(inputs, module.weight[cell.map], layer, cell)
    explained = {"kind": layer.kind, "value": value, "bias": float(module.bias[cell.map]), **terms}
    if layer.name in traced.pre_activation:
        sums = traced.pre_activation[layer.name][0].reshape(layer.maps, layer.height, layer.width)
        explained["pre_activation"] = float(sums[_at(cell)])
    else:
        explained |= _answer(traced.logits[0], inputs, module.weight, module.bias, cell.map)
    return explained


def _at(cell: Cell) -> tuple[int, int, int]:
    return cell.map, cell.row, cell.column


def _convolution(inputs: Tensor, kernel: Tensor, layer: Layer, cell: Cell) -> dict[str, Any]:
    padded = torch.nn.functional.pad(inputs, (layer.padding,) * 4)
    rows = slice(cell.row * layer.stride, cell.row * layer.stride + layer.kernel)
    columns = slice(cell.column * layer.stride, cell.column * layer.stride + layer.kernel)
    patch = padded[:, rows, columns]
    products = patch * kernel
    return {
        "maps": [
            {"map": i, "patch": p.tolist(), "kernel": k.tolist(), "products": t.tolist(), "sum": float(t.sum())}
            for i, (p, k, t) in enumerate(zip(patch, kernel, products))
        ]
    }


def _pooling(inputs: Tensor, layer: Layer, cell: Cell) -> dict[str, Any]:
    top, left = cell.row * layer.stride, cell.column * layer.stride
    values = inputs[cell.map, top : top + layer.kernel, left : left + layer.kernel]
    winner = int(values.argmax())
    return {
        "values": values.tolist(),
        "winner": [top + winner // layer.kernel, left + winner % layer.kernel],
    }


def _connected(inputs: Tensor, weights: Tensor, layer: Layer, cell: Cell) -> dict[str, Any]:
    flat = inputs.flatten()
    return {"inputs": flat.tolist(), "weights": weights.tolist(), "products": (flat * weights).tolist()}


def _answer(logits: Tensor, units: Tensor, weights: Tensor, bias: Tensor, digit: int) -> dict[str, Any]:
    exponentials = torch.exp(logits - logits.max())
    others = logits.clone()
    others[digit] = -torch.inf
    rival = int(others.argmax())
    return {
        "softmax": {
            "logits": logits.tolist(),
            "exponentials": exponentials.tolist(),
            "sum": float(exponentials.sum()),
            "probability": float(exponentials[digit] / exponentials.sum()),
        },
        "against": {
            "digit": rival,
            "difference": float(logits[digit] - logits[rival]),
            "bias": float(bias[digit] - bias[rival]),
            "products": (units * (weights[digit] - weights[rival])).tolist(),
        },
    }
