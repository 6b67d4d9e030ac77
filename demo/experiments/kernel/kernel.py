"""Edit a kernel: other weights in one kernel of one feature map, and what the map and the answer make of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demo.experiments.settings import Settings, choice, numbers, whole
from demo.experiments.subject import Subject, probabilities
from demo.wire import RequestError

TRAINED = "trained"
NOTHING = "nothing"
PRESETS = (TRAINED, "vertical", "horizontal", "gabor", "blur", "laplacian", "identity", NOTHING)
_LARGEST = 10_000.0  # that a weight may be
_ROUNDING = 1e-9  # of a norm


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "layer", a convolution; "map", one of its maps; "from", one of the maps that this one reads; and
    "weights", k*k numbers row by row, or "preset", one of PRESETS.

    Returns "trained" and "kernel", both k*k numbers; "preset", which one the kernel is, the trained one where there is
    no other so small, or None; "presets", those of this size; "reach", how large a weight is worth trying. What was
    before and what is now: "probabilities" (2, outputs), "read", the answers, null where it is no digit, and "maps"
    (3, height, width), what the next layer reads of the map before, now, and the difference, in parts of the largest
    of them; "largest", which it was before, and "difference". "change" (outputs,): the logits'.
    """
    model, traced = subject.model, subject.traced
    convolutions = [layer.name for layer in model.layers if layer.kind == "convolution"]
    if not convolutions:
        raise RequestError("This network has no kernels that stand at more than one place.")
    layer = subject.layer(choice(settings, "layer", convolutions))
    map_ = whole(settings, "map", layer.maps)
    before = model.layers[model.layers.index(layer) - 1]
    read = layer.reads[map_] if layer.reads else tuple(range(before.maps))
    from_ = whole(settings, "from", before.maps, read[0])
    if from_ not in read:
        raise RequestError(
            f"{layer.name} map {map_} reads the maps {', '.join(map(str, read))} of {before.name} alone."
        )
    with torch.inference_mode():
        trained = getattr(model, layer.name).weight[map_, from_].detach()
        norm = float(trained.norm()) or 1.0  # of a kernel of zeros, any
        known = {TRAINED: trained, **_presets(layer.kernel, norm)}
        preset = None if "weights" in settings else choice(settings, "preset", PRESETS)
        if preset is None:
            kernel = torch.tensor(numbers(settings, "weights", layer.kernel**2, _LARGEST)).reshape(trained.shape)
        else:
            preset = preset if preset in known else TRAINED
            kernel = known[preset]
        # The sums are linear in the weights, so what one kernel adds to them is exchanged.
        seen = model.padded(layer, model.read_by(layer, traced))[:, from_ : from_ + 1]
        sums = traced.pre_activation[layer.name].clone()
        sums[:, map_] += F.conv2d(seen, (kernel - trained)[None, None])[:, 0]
        onward = model.onward(layer.name, model.activate(sums), sums)
        following = model.layers[model.layers.index(layer) + 1]
        was, now = (model.read_by(following, each)[0, map_] for each in (traced, onward))
        maps = torch.stack([was, now, now - was])
        most = float(maps.abs().max()) or 1.0
        logits = torch.cat([traced.logits, onward.logits])
    return {
        "trained": trained.flatten().tolist(),
        "kernel": kernel.flatten().tolist(),
        "preset": preset,
        "presets": list(known),
        "reach": norm,
        "maps": maps / most,
        "largest": float(was.abs().max()),
        "difference": float((now - was).abs().max()),
        "probabilities": probabilities(logits).tolist(),
        "read": subject.answers(logits),
        "change": (logits[1] - logits[0]).tolist(),
    }


def _presets(size: int, norm: float) -> dict[str, Tensor]:
    """The known kernels that there are of a size, (size, size), each of this norm but for the one of zeros."""
    kernels = {name: _known(name, size) for name in PRESETS if name != TRAINED}
    norms = {name: float(np.linalg.norm(kernel)) for name, kernel in kernels.items()}
    found = {name: kernels[name] * norm / norms[name] for name in kernels if norms[name] > _ROUNDING}
    return {
        name: torch.from_numpy(each.astype(np.float32)) for name, each in {**found, NOTHING: kernels[NOTHING]}.items()
    }


def _known(name: str, size: int) -> np.ndarray:
    """A kernel of PRESETS, (size, size), of any norm; zeros where so small a one cannot be.

    Sobel and Laplacian of any size are differences of neighbours, smoothed by binomials as by Sobel's 1 2 1.
    """
    middle = np.zeros((size, size))
    middle[size // 2, size // 2] = 1
    if name == "identity":
        return middle
    if name == "gabor":
        return _gabor(size)
    if name == "blur":
        return np.outer(_smooth(size), _smooth(size))
    if name in ("vertical", "horizontal") and size > 1:
        edge = np.outer(_smooth(size), np.convolve(_smooth(size - 1), [-1, 1]))
        return edge if name == "vertical" else edge.T
    if name == "laplacian" and size > 2:
        bend = np.outer(_smooth(size), np.convolve(_smooth(size - 2), [-1, 2, -1]))
        return bend + bend.T
    return np.zeros((size, size))


def _smooth(size: int) -> np.ndarray:
    return np.array([math.comb(size - 1, i) for i in range(size)], float)


def _gabor(size: int) -> np.ndarray:
    """A wave as long as the kernel is wide, running at 45 degrees, that fades outwards; it does not see even paper."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    fading = np.exp(-(x**2 + y**2) / (2 * (size / 4) ** 2))
    wave = fading * np.cos(2 * np.pi * (x + y) / math.sqrt(2) / size)
    return np.asarray(wave - fading * (wave.sum() / fading.sum()))
