"""Push it: the drawing shifted, turned, scaled, slanted, thickened or under noise, and what the network says along
the way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demo.experiments.settings import Settings, choice, number
from demo.experiments.subject import Subject, probabilities
from lenet.architecture import Layer
from lenet.model import Traceable

# How far each goes to both sides.
KINDS = {
    "shift": 10.0,  # pixels right
    "lift": 10.0,  # pixels down
    "turn": 90.0,  # degrees clockwise
    "scale": 1.0,  # doublings of its size
    "slant": 1.0,  # pixels right for each pixel up
    "thicken": 2.0,  # pixels on each side
    "noise": 1.0,  # its deviation, in full ink
}
_STEPS = 41  # of the curve
_NOISE = 1998  # seed: along the slider it is the same noise, more or less of it


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "kind", one of KINDS; "at", how far.

    Returns "along": the places of the curve (n,), and, last, the slider's; of all these "probabilities"
    (n + 1, outputs) and "read", the answers, null where it is no digit; "picture", the last one (28, 28); and of a
    shift "moved", as `equivariance` has it.
    """
    kind = choice(settings, "kind", list(KINDS))
    reach = KINDS[kind]
    at = number(settings, "at", -reach, reach)
    least = 0.0 if kind == "noise" else -reach
    along = torch.linspace(least, reach, subject.passes(8, _STEPS))
    along = torch.cat([along, torch.tensor([at])])
    pictures = pushed(subject.image, kind, along)
    with torch.inference_mode():
        traced = subject.model.trace(pictures)
        logits = traced.logits
    found = {
        "along": along,
        "probabilities": probabilities(logits),
        "read": subject.answers(logits),
        "picture": pictures[-1, 0],
    }
    if kind in ("shift", "lift"):
        found["moved"] = equivariance(subject, traced.output, at, axis=3 if kind == "shift" else 2)
    return found


def pushed(picture: Tensor, kind: str, amounts: Tensor) -> Tensor:
    """A picture (1, 1, 28, 28) changed by each amount (n,), in the unit of its kind: (n, 1, 28, 28) in [0, 1]."""
    many = picture.expand(len(amounts), -1, -1, -1)
    if kind == "thicken":
        return torch.cat([_thickened(picture, float(amount)) for amount in amounts])
    if kind == "noise":
        noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(_NOISE))
        return (many + amounts.abs()[:, None, None, None] * noise).clamp(0, 1)
    size = picture.shape[-1]
    one, none = torch.ones_like(amounts), torch.zeros_like(amounts)
    a, b, c, d, x, y = one, none, none, one, none, none
    # Where each pixel comes from, in halves of a picture from its middle.
    if kind == "shift":
        x = -2 * amounts / size
    elif kind == "lift":
        y = -2 * amounts / size
    elif kind == "turn":
        angle = amounts * math.pi / 180
        a, b, c, d = angle.cos(), angle.sin(), -angle.sin(), angle.cos()
    elif kind == "scale":
        a = d = torch.exp2(-amounts)
    elif kind == "slant":
        b = amounts
    ways = torch.stack([torch.stack([a, b, x], 1), torch.stack([c, d, y], 1)], 1)
    grid = F.affine_grid(ways, list(many.shape), align_corners=False)
    return F.grid_sample(many, grid, align_corners=False).clamp(0, 1)


def _thickened(picture: Tensor, amount: float) -> Tensor:
    """Lines wider by so many pixels on each side, or thinner: between whole pixels, between the two pictures."""
    sign = 1.0 if amount > 0 else -1.0
    stages = [sign * picture]
    for _ in range(math.ceil(abs(amount))):
        stages.append(_grown(stages[-1]))
    whole = min(int(abs(amount)), len(stages) - 1)
    part = abs(amount) - whole
    return sign * torch.lerp(stages[whole], stages[min(whole + 1, len(stages) - 1)], part)


def _grown(picture: Tensor) -> Tensor:
    """The largest of each pixel and its four neighbours."""
    return torch.maximum(F.max_pool2d(picture, (3, 1), 1, (1, 0)), F.max_pool2d(picture, (1, 3), 1, (0, 1)))


def equivariance(subject: Subject, after: dict[str, Tensor], by: float, axis: int) -> dict[str, Any] | None:
    """What becomes of the last maps when the picture moves: whether they move with it.

    after: the layers of pictures, the shifted one last. by: pixels. axis: 3 for right, 2 for down. Returns "layer",
    its "stride" in pixels, "cells" that a shift by `by` is, "difference": the largest between a cell and the one that
    should be there now, over those that are there before and after, "largest" of all before, "before" and "after": the
    map that differs most, (height, width), and "map", its number; "rim": whether the rim that convolutions read
    beyond a map is another thing than paper is inside. None for a network without maps.
    """
    maps = [layer for layer in subject.model.layers if layer.kind in ("convolution", "pooling")]
    if not maps:
        return None
    layer = maps[-1]
    stride = 1
    for each in maps:
        stride *= each.stride
    old, new = subject.traced.output[layer.name][0], after[layer.name][-1]
    side = old.shape[axis - 1]
    cells = max(-side, min(side, round(by / stride)))
    most = side - abs(cells)
    came = old.narrow(axis - 1, max(0, -cells), most)
    went = new.narrow(axis - 1, max(0, cells), most)
    apart = (came - went).abs().amax((1, 2)) if most else torch.zeros(len(old))
    number_ = int(apart.argmax()) if float(apart.max()) > 1e-4 else int(old.amax((1, 2)).argmax())
    return {
        "layer": layer.name,
        "map": number_,
        "stride": stride,
        "cells": by / stride,
        "difference": round(float(apart.max()), 6),
        "largest": round(float(old.abs().max()), 6),
        "rim": _is_rim_other(subject.model, maps),
        "before": np.asarray(old[number_]),
        "after": np.asarray(new[number_]),
    }


def _is_rim_other(model: Traceable, maps: list[Layer]) -> bool:
    """Whether some convolution is padded with what paper does not give: zeros, where paper is scaled to another number
    or has come through a layer before."""
    first, *others = [layer for layer in maps if layer.kind == "convolution"]
    paper = torch.zeros(1, 1, 1, 1)
    rim = model.padded(first, model.scaled(paper))[0, 0, 0, 0]
    return bool(first.padding and rim != model.scaled(paper)) or any(layer.padding for layer in others)
