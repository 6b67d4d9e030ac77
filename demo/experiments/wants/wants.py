"""What it wants to see: the digits that excite a map or unit most, a picture made to excite it, and where it fires
on the drawing."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from demo.experiments.measured import ELSEWHERE, arrays, usual_norm
from demo.experiments.settings import Settings, choice, whole
from demo.experiments.subject import Subject
from lenet.architecture import Layer
from lenet.mistake import Mistake
from lenet.model import Trace, Traceable

NORM = 4.65  # of the picture that is made: half of what a digit of MNIST's test set has in the mean
_STEPS = 30
_LONGEST = 8.0  # the first step, in NORM, times their number; they shrink to none
_STARTS = 8  # paper, and faint noise: from paper alone many units cannot be woken
_FAINT = 0.1  # the noise, at most
_NOISE = 1998  # its seed
_BOTH_WAYS = 3  # passes that one pass forth and back is as much work as
_AWAKE = 0.01  # how much the sum before the activation counts, which shows the way where the activation is flat


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "layer", any but the input; "map", which of its maps or units.

    Returns "layer", "map"; "picture": the drawing, (28, 28); "here": where the map is largest on it, "row", "column"
    and "value"; "made": what `made` returns; "usual": the norm of a digit in the mean, null where it is not known;
    "digits": those of MNIST's test set that excite it most, each with "digit", its "number" there, "row", "column" and
    "value", and "pictures" of them (n, 28, 28) in [0, 1]; or instead of these two "elsewhere": why there are none.
    """
    layer = subject.layer(choice(settings, "layer", [each.name for each in subject.model.layers[1:]]))
    map_ = whole(settings, "map", layer.maps)
    return {
        "layer": layer.name,
        "map": map_,
        "picture": subject.picture,
        "here": largest(subject.traced.output[layer.name][0, map_]),
        "made": made(subject, layer, map_),
        "usual": usual_norm(),
        **_digits(subject, layer, map_),
    }


def largest(values: Tensor) -> dict[str, Any]:
    """Where a map (height, width) is largest, and how large; of a unit () its value, in row and column 0."""
    row, column = divmod(int(values.argmax()), values.shape[-1] if values.dim() else 1)
    return {"row": row, "column": column, "value": round(float(values.max()), 4)}


def made(subject: Subject, layer: Layer, map_: int) -> dict[str, Any]:
    """The picture that excites a map's middle unit most, of all met on ways uphill from paper and from faint noise:
    "picture", (28, 28), its "norm", NORM at most, the unit's "row" and "column", and its "value" there.

    Projected gradient ascent: steps of one length along the gradient, which shrink to the end; after each one, pixels
    are brought back to 0 to 1 and the picture to a norm of NORM at most.
    """
    at = (slice(None), map_, *([layer.height // 2, layer.width // 2] if len(layer.shape) == 3 else []))
    a_way = _BOTH_WAYS * (_STEPS + 1)
    pictures = _starts(subject.model.layers, layer)[: subject.passes(a_way, _STARTS * a_way) // a_way]
    best = pictures[0], float("-inf")
    for step in range(_STEPS + 1):
        value, gradient = _uphill(subject.model, layer, at, pictures)
        first = int(value.argmax())
        if float(value[first]) > best[1]:
            best = pictures[first], float(value[first])
        length = _LONGEST * NORM / _STEPS * (1 - step / (_STEPS + 1))
        pictures = _projected(pictures + length * _free(pictures, gradient))
    picture, value_ = best
    return {
        "picture": picture[0],
        "norm": round(float(picture.norm()), 4),
        "row": layer.height // 2,
        "column": layer.width // 2,
        "value": round(value_, 4),
    }


def _starts(layers: tuple[Layer, ...], layer: Layer) -> Tensor:
    """Paper, and faint noise of a seed where the middle unit of a layer sees it: (starts, 1, 28, 28)."""
    noise = torch.rand(_STARTS, 1, 28, 28, generator=torch.Generator().manual_seed(_NOISE))
    rows, columns = (_seen(layers, layer, side // 2) for side in (layer.height, layer.width))
    starts = torch.zeros_like(noise)
    starts[1:, :, rows, columns] = noise[1:, :, rows, columns]
    return _projected(_FAINT * starts)


def _seen(layers: tuple[Layer, ...], layer: Layer, at: int) -> slice:
    """The rows of the picture that a row of a layer sees; columns alike."""
    first = last = at
    for each in reversed(layers[1 : layers.index(layer) + 1]):
        first = first * each.stride - each.padding
        last = last * each.stride - each.padding + each.kernel - 1
    return slice(max(0, first), last + 1)


def _projected(pictures: Tensor) -> Tensor:
    """The same with pixels from 0 to 1 and norms of NORM at most; scaling down keeps pixels within 0 to 1."""
    within = pictures.clamp(0, 1)
    return within * (NORM / within.flatten(1).norm(dim=1).clamp_min(NORM))[:, None, None, None]


def _free(pictures: Tensor, gradient: Tensor) -> Tensor:
    """The gradient as far as pixels can follow it, not below 0 nor above 1, of length 1: (n, 1, 28, 28)."""
    stuck = ((pictures <= 0) & (gradient < 0)) | ((pictures >= 1) & (gradient > 0))
    free = gradient.masked_fill(stuck, 0)
    return free / free.flatten(1).norm(dim=1).clamp_min(1e-12)[:, None, None, None]


def _uphill(model: Traceable, layer: Layer, at: tuple[Any, ...], pictures: Tensor) -> tuple[Tensor, Tensor]:
    """What a unit passes on for each picture, (n,), and which way is up, (n, 1, 28, 28). The gradient is that of the
    pictures alone; nothing of it stays with the model, which others use at the same time."""
    with torch.enable_grad():
        moving = pictures.detach().requires_grad_()
        traced = model.trace(moving)
        value = traced.output[layer.name][at]
        (gradient,) = torch.autograd.grad((value + _AWAKE * _sums(model, layer, traced)[at]).sum(), moving)
    return value.detach(), gradient


def _sums(model: Traceable, layer: Layer, traced: Trace) -> Tensor:
    """What comes before the activation of a layer; of pooling without one, what it would make of the sums before."""
    if layer.name in traced.pre_activation:
        return traced.pre_activation[layer.name]
    before = model.layers[model.layers.index(layer) - 1]
    if layer.kind == "pooling" and before.name in traced.pre_activation:
        return model.pooled(traced.pre_activation[before.name])
    return traced.output[layer.name]


def _digits(subject: Subject, layer: Layer, map_: int) -> dict[str, Any]:
    if not subject.is_bundled:
        return {"elsewhere": ELSEWHERE}
    try:
        measured = arrays()
    except Mistake as error:
        return {"elsewhere": str(error)}
    names = [each.name for each in subject.model.layers]
    unit = sum(each.maps for each in subject.model.layers[1 : names.index(layer.name)]) + map_
    index = measured["index"][unit]
    told = zip(
        measured["digits"][index], measured["numbers"][index], *(measured[k][unit] for k in ("row", "column", "value"))
    )
    return {
        "digits": [
            {"digit": digit, "number": number, "row": row, "column": column, "value": round(float(value), 4)}
            for digit, number, row, column, value in told
        ],
        "pictures": measured["pictures"][index].astype(np.float32) / 255,
    }
