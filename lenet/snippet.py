"""A cell's number as a few lines of PyTorch that reproduce it with the bundled weights."""

from __future__ import annotations

import json

from .explain import Cell
from .ink import Ink
from .model import LAYER, LAYERS

_HEAD = """\
# Run this from the root of the repository. It prints the number twice: as the network
# computes it, and from its terms.
import lenet
import numpy as np
import torch

{picture}
model = lenet.load()
with torch.inference_mode():
    trace = model.trace(torch.from_numpy(picture)[None, None])
    print(float(trace.output["{layer}"][{index}]))
{terms}
"""


def snippet(source: Ink | str, cell: Cell) -> str:
    """Python source that prints the value of `cell` twice. source: ink, or a picture of 784 bytes in hexadecimal.

    Raises CellError when there is no such cell.
    """
    layer = LAYER[cell.check().layer]
    if isinstance(source, str):
        picture = (
            f'pixels = np.frombuffer(bytes.fromhex("{source}"), np.uint8)\n'
            "picture = pixels.reshape(28, 28).astype(np.float32) / 255"
        )
    else:
        picture = f"ink = {json.dumps(source)}\npicture = lenet.rasterize(ink)"
    spatial = layer.height > 1
    index = f"0, {cell.map}, {cell.row}, {cell.column}" if spatial else f"0, {cell.map}"
    terms = "\n".join(f"    {line}" for line in _terms(cell))
    return _HEAD.format(picture=picture, layer=layer.name, index=index, terms=terms)


def _terms(cell: Cell) -> list[str]:
    layer = LAYER[cell.layer]
    if layer.kind == "picture":
        return [f"print(float(picture[{cell.row}, {cell.column}]))"]
    before = LAYERS[LAYERS.index(layer) - 1].name
    top, left = cell.row * layer.stride, cell.column * layer.stride
    window = f"{top}:{top + layer.kernel}, {left}:{left + layer.kernel}"
    lines = [f'before = trace.output["{before}"][0]']
    if layer.kind == "pooling":
        return [*lines, f"print(float(before[{cell.map}, {window}].max()))"]
    if layer.padding:
        lines.append(f"before = torch.nn.functional.pad(before, ({layer.padding},) * 4)")
    inputs = f"before[:, {window}]" if layer.kind == "convolution" else "before.flatten()"
    lines += [
        f"kernel, bias = model.{layer.name}.weight[{cell.map}], model.{layer.name}.bias[{cell.map}]",
        f"total = ({inputs} * kernel).sum() + bias",
    ]
    result = "total" if layer.name == "output" else "torch.relu(total)"
    return [*lines, f"print(float({result}))"]
