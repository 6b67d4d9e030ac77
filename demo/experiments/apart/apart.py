"""Take it apart: one feature map or unit muted, left alone, swapped with another, without its bias, or untied from its
shared weights at one place; and what the layers behind it make of that."""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor

from demo.experiments.settings import Settings, choice, whole
from demo.experiments.subject import Subject, probabilities
from demo.wire import RequestError
from lenet.architecture import Layer
from lenet.weights import card

ACTIONS = ("mute", "solo", "swap", "bias", "untie")


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "layer", a hidden one; "map", one of its maps or units; "do", one of ACTIONS; to swap "with", another
    of its maps; to untie "row" and "column", by default where the map is largest.

    Returns what was before and what is now, in pairs: "logits" and "probabilities" (2, outputs), "read", the answers,
    null where it is no digit, and what the next layer reads of the map, "maps" (2, height, width), or of the unit,
    "units" (2,). "change" (outputs,): the logits'. Without its bias "bias", what it was. Untied "place", its row and
    column, "places", how many share the kernel, and "sums" (2,) there. "measured": as `_measured` has it.
    """
    model = subject.model
    hidden = [layer.name for layer in model.layers[1:-1]]
    if not hidden:
        raise RequestError("Between the picture and its output this network has no layer that could be taken apart.")
    layer = subject.layer(choice(settings, "layer", hidden))
    map_ = whole(settings, "map", layer.maps)
    do = choice(settings, "do", ACTIONS)
    values, sums = subject.traced.output[layer.name], subject.traced.pre_activation.get(layer.name)
    told: dict[str, Any] = {}
    with torch.inference_mode():
        if do in ("bias", "untie"):
            change = _without_bias if do == "bias" else _untied
            sums, told = change(subject, layer, map_, settings)
            values = model.activate(sums)
        else:
            factors, order = _mixed(layer, map_, do, settings)
            values = _scaled(values[:, order], factors)
            # Some pooling reads the sums.
            sums = None if sums is None else _scaled(sums[:, order], factors)
        onward = model.onward(layer.name, values, sums)
        following = model.layers[model.layers.index(layer) + 1]
        read = torch.cat([model.read_by(following, each)[:, map_] for each in (subject.traced, onward)])
        logits = torch.cat([subject.traced.logits, onward.logits])
    return {
        "logits": logits.tolist(),
        "probabilities": probabilities(logits).tolist(),
        "read": subject.answers(logits),
        "change": (logits[1] - logits[0]).tolist(),
        "maps" if len(layer.shape) > 1 else "units": read if len(layer.shape) > 1 else read.tolist(),
        **told,
        "measured": _measured(subject, layer),
    }


def _mixed(layer: Layer, map_: int, do: str, settings: Settings) -> tuple[Tensor, list[int]]:
    """Of each map of a layer a factor, (maps,), and which of the maps takes its place."""
    order = list(range(layer.maps))
    chosen = torch.eye(layer.maps)[map_]
    if do == "mute":
        return 1 - chosen, order
    if do == "solo":
        return chosen, order
    other = whole(settings, "with", layer.maps)
    order[map_], order[other] = other, map_
    return torch.ones(layer.maps), order


def _scaled(values: Tensor, factors: Tensor) -> Tensor:
    return values * factors.reshape(-1, *(1 for _ in values.shape[2:]))


def _without_bias(subject: Subject, layer: Layer, map_: int, settings: Settings) -> tuple[Tensor, dict[str, Any]]:
    """A layer's sums with one bias at 0, and what that was."""
    if not layer.biases:
        raise RequestError(f"{layer.name} has no biases in this network.")
    bias = float(getattr(subject.model, layer.name).bias[map_].detach())
    sums = subject.traced.pre_activation[layer.name].clone()
    sums[:, map_] -= bias
    return sums, {"bias": bias}


def _untied(subject: Subject, layer: Layer, map_: int, settings: Settings) -> tuple[Tensor, dict[str, Any]]:
    """A convolution's sums with its kernel turned by half a turn at one place of one map, and what that did."""
    if layer.kind != "convolution":
        raise RequestError(f"{layer.name} uses each of its weights at one place alone: nothing is tied.")
    model, traced = subject.model, subject.traced
    largest = int(traced.output[layer.name][0, map_].argmax())
    row = whole(settings, "row", layer.height, largest // layer.width)
    column = whole(settings, "column", layer.width, largest % layer.width)
    seen = model.padded(layer, model.read_by(layer, traced))[0]
    seen = seen[:, row : row + layer.kernel, column : column + layer.kernel]
    kernel = getattr(model, layer.name).weight[map_]
    sums = traced.pre_activation[layer.name].clone()
    before = float(sums[0, map_, row, column])
    sums[0, map_, row, column] += ((kernel.flip(1, 2) - kernel) * seen).sum()
    told = {
        "place": [row, column],
        "places": layer.height * layer.width,
        "sums": [before, float(sums[0, map_, row, column])],
    }
    return sums, told


def _measured(subject: Subject, layer: Layer) -> dict[str, Any] | None:
    """What the bundled network misreads of MNIST's test set, in percent: "untouched", and "errors" with each map of
    the layer muted alone; "n", how many pictures that is of. None for any other network."""
    found = _of_card().get("muted") if subject.is_bundled else None
    if found is None:
        return None
    errors = found["with_one_muted"]
    # Pooling makes 0 of 0, so a pooled map is muted by muting the one that it pools.
    names = [each.name for each in subject.model.layers]
    name = layer.name if layer.name in errors else names[names.index(layer.name) - 1]
    return {"untouched": found["test_error_percent"], "errors": errors[name], "n": found["n"]}


@functools.cache
def _of_card() -> dict[str, Any]:
    measured: dict[str, Any] = card()["measured"]
    return measured
