"""A cell's number as a few lines of PyTorch that reproduce it with the network's weights."""

from __future__ import annotations

import json
import re

from .architecture import BEFORE, PUBLISHED, SCALINGS, SQUASHED, TRAINED, Architecture
from .explain import Cell
from .ink import Ink
from .model import STANDARD

_MOMENT = re.compile(r"moment-([0-9]+)")
_HEAD = """\
# Run this from the root of the repository{beside}. It prints the number twice: as the network
# computes it, and from its terms.
import lenet
import numpy as np
import torch

{picture}
model = {load}
with torch.inference_mode():
    trace = model.trace(torch.from_numpy(picture)[None, None])
    print(float(trace.output["{layer}"][{index}]))
{terms}
"""
_FUNCTIONS = {
    "ReLU": "torch.relu({})",
    "tanh": "torch.tanh({})",
    "sigmoid": "torch.sigmoid({})",
    SQUASHED: "1.7159 * torch.tanh(2 / 3 * ({}))",
}


def snippet(
    source: Ink | str, cell: Cell, network: Architecture = STANDARD, name: str | None = None, is_file: bool = False
) -> str:
    """Python source that prints the value of `cell` twice. source: ink, or a picture of 784 bytes in hexadecimal.

    name: of a bundled network, "moment-0" and so on, or where `is_file`, of a file of weights that are run as
    `network` says; the bundled LeNet-5 if None. Raises CellError for no such cell.
    """
    layer = cell.check(network.layers).layer_among(network.layers)
    if isinstance(source, str):
        picture = (
            f'pixels = np.frombuffer(bytes.fromhex("{source}"), np.uint8)\n'
            "picture = pixels.reshape(28, 28).astype(np.float32) / 255"
        )
    else:
        picture = f"ink = {json.dumps(source)}\npicture = lenet.rasterize(ink)"
    load, beside = "lenet.load()", ""
    if is_file and name is not None:
        how = {each: getattr(network, each) for each in ("activation", "pooling", "scaling", "sizes")}
        chosen = "".join(f", {each}={json.dumps(value, ensure_ascii=False)}" for each, value in how.items())
        load, beside = f"lenet.load({json.dumps(name, ensure_ascii=False)}{chosen})", ", where your file lies too"
    elif name and (moment := _MOMENT.fullmatch(name)):
        load = f"lenet.moments.networks()[{moment[1]}]"
    elif name:
        load = f"lenet.load({json.dumps(name)})"
    spatial = layer.height > 1
    index = f"0, {cell.map}, {cell.row}, {cell.column}" if spatial else f"0, {cell.map}"
    terms = "\n".join(f"    {line}" for line in _terms(cell, network))
    return _HEAD.format(picture=picture, load=load, beside=beside, layer=layer.name, index=index, terms=terms)


def _terms(cell: Cell, network: Architecture) -> list[str]:
    layers = network.layers
    layer = cell.layer_among(layers)
    if layer.kind == "picture":
        return [f"print(float(picture[{cell.row}, {cell.column}]))"]
    before = layers[layers.index(layer) - 1]
    top, left = cell.row * layer.stride, cell.column * layer.stride
    window = f"{top}:{top + layer.kernel}, {left}:{left + layer.kernel}"
    activated = _FUNCTIONS[network.activation]
    if layer.kind == "pooling":
        if network.pooling == TRAINED:
            parts = f"model.{layer.name}.weight[{cell.map}], model.{layer.name}.bias[{cell.map}]"
            total = f"before[{cell.map}, {window}].sum() * gain + bias"
            first = f'before = trace.output["{before.name}"][0]'
            return [first, f"gain, bias = {parts}", f"print(float({activated.format(total)}))"]
        kept = "pre_activation" if network.pooling == BEFORE else "output"
        pooled = f"before[{cell.map}, {window}].{'max' if network.pooling == 'max' else 'mean'}()"
        result = activated.format(pooled) if network.pooling == BEFORE else pooled
        return [f'before = trace.{kept}["{before.name}"][0]', f"print(float({result}))"]
    lines = [f'before = trace.output["{before.name}"][0]']
    times, plus = SCALINGS[network.scaling]
    if before.kind == "picture" and (times, plus) != (1, 0):
        lines.append(f"before = {times!r} * before + {plus!r}")
    if layer.padding:
        rim = f", value={plus}" if before.kind == "picture" and network.scaling == PUBLISHED else ""
        lines.append(f"before = torch.nn.functional.pad(before, ({layer.padding},) * 4{rim})")
    if layer.name == "output" and network.output == "distances":
        return [*lines, f"print(float(-(before - model.output.weight[{cell.map}]).square().sum()))"]
    inputs = f"before[:, {window}]" if layer.kind == "convolution" else "before.flatten()"
    bias = f"model.{layer.name}.bias[{cell.map}]" if layer.biases else "0"
    lines.append(f"kernel, bias = model.{layer.name}.weight[{cell.map}], {bias}")
    lines.append(f"total = ({inputs} * kernel).sum() + bias")
    result = "total" if layer.name == "output" else activated.format("total")
    return [*lines, f"print(float({result}))"]
