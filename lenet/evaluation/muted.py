"""What a network misreads with one map or unit muted: how much hangs on each, and how much of it is redundant."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..architecture import Layer
from ..model import Trace, Traceable
from .digits import Figures, percent, unit

_NUMBERS = 2_000_000  # of the muted layer, in one batch


def on_muted(model: Traceable, pictures: np.ndarray, labels: np.ndarray) -> Figures:
    """The test error in percent as the network is, and of every hidden layer a list of what it is with each of its
    maps or units muted alone.

    pictures, labels: as for `digits.run`. A muted map passes on 0 at every place. A pooling layer that makes 0 of 0
    is left out: its figures are those of the layer before.
    """
    images, truth = torch.from_numpy(unit(pictures))[:, None], torch.from_numpy(labels.astype(int))
    with torch.inference_mode():
        errors = {layer.name: _errors(model, layer, images, truth) for layer in _muted(model)}
        answers = torch.cat([model(batch).argmax(1) for batch in images.split(1_000)])
    return {"test_error_percent": percent((answers != truth).numpy()), "n": len(truth), "with_one_muted": errors}


def _muted(model: Traceable) -> list[Layer]:
    hidden = zip(model.layers, model.layers[1:-1])
    return [layer for before, layer in hidden if layer.kind != "pooling" or not _keeps_silent(model, layer, before)]


def _keeps_silent(model: Traceable, pooling: Layer, before: Layer) -> bool:
    return not bool(model.computed(pooling, torch.zeros(1, *before.shape))[1].any())


def _errors(model: Traceable, layer: Layer, images: Tensor, truth: Tensor) -> list[float]:
    size = max(1, _NUMBERS // (layer.maps * layer.units))
    answers = [_answers(model, layer, model.trace(batch)) for batch in images.split(size)]
    return [percent((each != truth).numpy()) for each in torch.cat(answers, 1)]


def _answers(model: Traceable, layer: Layer, traced: Trace) -> Tensor:
    """(maps, n): what n pictures are read as with each map muted."""
    kept = 1 - torch.eye(layer.maps).reshape(layer.maps, 1, layer.maps, *(1 for _ in layer.shape[1:]))

    def muted(values: Tensor) -> Tensor:
        return (kept * values).flatten(0, 1)

    sums = traced.pre_activation.get(layer.name)
    onward = model.onward(layer.name, muted(traced.output[layer.name]), None if sums is None else muted(sums))
    return onward.logits.argmax(1).reshape(layer.maps, -1)
