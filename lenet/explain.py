"""The sum behind one number: every term of one cell, taken from the tensors of a traced forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from .architecture import BEFORE, Layer
from .mistake import Mistake
from .model import LAYERS, Trace, Traceable


class CellError(Mistake):
    """There is no such cell; the message says which there are."""


@dataclass(frozen=True)
class Cell:
    """One unit: map, row and column count from 0; a layer of single units has row and column 0."""

    layer: str
    map: int
    row: int = 0
    column: int = 0

    def check(self, layers: Sequence[Layer] = LAYERS) -> Cell:
        """Return the cell itself. Raises CellError when the network has no such cell."""
        layer = self.layer_among(layers)
        within = 0 <= self.map < layer.maps and 0 <= self.row < layer.height and 0 <= self.column < layer.width
        if not within:
            raise CellError(
                f"{layer.name} has maps 0 to {layer.maps - 1}, rows 0 to {layer.height - 1} and columns 0 to"
                f" {layer.width - 1}."
            )
        return self

    def layer_among(self, layers: Sequence[Layer]) -> Layer:
        """The layer it belongs to. Raises CellError when the network has none of that name."""
        layer = next((each for each in layers if each.name == self.layer), None)
        if layer is None:
            names = ", ".join(each.name for each in layers)
            raise CellError(f"There is no layer {self.layer!r:.20}; choose one of {names}.")
        return layer


def explain(model: Traceable, traced: Trace, cell: Cell) -> dict[str, Any]:
    """The terms of `cell` in a traced forward pass of one picture, as numbers ready for JSON.

    Always has "kind" and "value" (what the layer passes on). A convolution has "maps" (of each map before: patch,
    kernel, products, their sum), "bias" and "pre_activation". Pooling has "values" and, where the largest is passed
    on, "winner", or "pre_activation", where the activation comes after the mean. A fully connected layer has "inputs",
    "weights", "products" (one each per unit before), "bias" and, but for the output, "pre_activation". The output also
    has "softmax" and "against" (the likeliest other digit: the difference of the two logits, split over the units
    before). A bias is null where there is none. Trained pooling also has "gain" and "bias". Of kind "distances" the
    "weights" are a bitmap, the "products" squared differences, and "distances" those to all bitmaps. Raises CellError.
    """
    layer = cell.check(model.layers).layer_among(model.layers)
    value = float(traced.output[layer.name][0].reshape(layer.maps, layer.height, layer.width)[_at(cell)])
    if layer.kind == "picture":
        return {"kind": "picture", "value": value}
    inputs = model.read_by(layer, traced)[0]
    if layer.kind == "pooling":
        pooled = _pooling(inputs, layer, cell, model.architecture.pooling)
        if layer.parameters:
            module = getattr(model, layer.name)
            pooled |= {"gain": float(module.weight[cell.map]), "bias": float(module.bias[cell.map])}
            pooled["pre_activation"] = float(traced.pre_activation[layer.name][0][_at(cell)])
        return {"kind": "pooling", "value": value, **pooled}
    module = getattr(model, layer.name)
    if layer.name == "output" and model.architecture.output == "distances":
        return {"kind": "distances", "value": value, **_distances(traced.logits[0], inputs, module.weight, cell.map)}
    bias = None if module.bias is None else float(module.bias[cell.map])
    if layer.kind == "convolution":
        terms = _convolution(model.padded(layer, inputs), module.weight[cell.map], layer, cell)
    else:
        terms = _connected(inputs, module.weight[cell.map])
    explained = {"kind": layer.kind, "value": value, "bias": bias, **terms}
    if layer.name in traced.pre_activation:
        sums = traced.pre_activation[layer.name][0].reshape(layer.maps, layer.height, layer.width)
        explained["pre_activation"] = float(sums[_at(cell)])
    else:
        explained |= _answer(traced.logits[0], inputs, module.weight, module.bias, cell.map)
    return explained


def _at(cell: Cell) -> tuple[int, int, int]:
    return cell.map, cell.row, cell.column


def _convolution(padded: Tensor, kernel: Tensor, layer: Layer, cell: Cell) -> dict[str, Any]:
    rows = slice(cell.row * layer.stride, cell.row * layer.stride + layer.kernel)
    columns = slice(cell.column * layer.stride, cell.column * layer.stride + layer.kernel)
    patch = padded[:, rows, columns]
    products = patch * kernel
    return {
        "maps": [
            {"map": i, "patch": p.tolist(), "kernel": k.tolist(), "products": t.tolist(), "sum": float(t.sum())}
            for i, (p, k, t) in enumerate(zip(patch, kernel, products))
            if not layer.reads or i in layer.reads[cell.map]
        ]
    }


def _pooling(inputs: Tensor, layer: Layer, cell: Cell, how: str) -> dict[str, Any]:
    top, left = cell.row * layer.stride, cell.column * layer.stride
    values = inputs[cell.map, top : top + layer.kernel, left : left + layer.kernel]
    if how != "max":
        mean = {"pre_activation": float(values.mean())} if how == BEFORE else {}
        return {"values": values.tolist(), **mean}
    winner = int(values.argmax())
    return {
        "values": values.tolist(),
        "winner": [top + winner // layer.kernel, left + winner % layer.kernel],
    }


def _connected(inputs: Tensor, weights: Tensor) -> dict[str, Any]:
    flat = inputs.flatten()
    return {"inputs": flat.tolist(), "weights": weights.tolist(), "products": (flat * weights).tolist()}


def _distances(logits: Tensor, units: Tensor, bitmaps: Tensor, digit: int) -> dict[str, Any]:
    squares = (units - bitmaps[digit]).square()
    answer = _answer(logits, units, bitmaps, None, digit)["against"]
    others = (units - bitmaps[answer["digit"]]).square()
    return {
        "inputs": units.tolist(),
        "weights": bitmaps[digit].tolist(),
        "products": squares.tolist(),
        "distances": (-logits).tolist(),
        "against": {**answer, "products": (others - squares).tolist()},
    }


def _answer(logits: Tensor, units: Tensor, weights: Tensor, bias: Tensor | None, digit: int) -> dict[str, Any]:
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
            "bias": None if bias is None else float(bias[digit] - bias[rival]),
            "products": (units.flatten() * (weights[digit] - weights[rival])).tolist(),
        },
    }
