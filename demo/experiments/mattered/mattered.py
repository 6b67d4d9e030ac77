"""What mattered: which pixels hold one output over another, by covering them, by the gradient, and where the network
is linear around the picture by an exact split of the difference."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from demo.experiments.settings import Settings, whole
from demo.experiments.subject import Subject
from demo.wire import RequestError
from lenet.architecture import SCALINGS
from lenet.model import INPUT, Traceable

SIDES = (3, 5, 7, 9)  # pixels, of the square that covers
_COARSEST = 4  # pixels from one place of the square to the next
_AT_ONCE = 112  # pictures; what more of them fill is no faster


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "output", null for the answer; "against", another output, null for the likeliest other; "side", one of
    SIDES.

    Returns "output" and "against"; "difference" of their logits (of 1998: how much less the squared distance is);
    "ink", the picture, "occlusion" and "gradient", all (28, 28); "stride" of the occlusion; "split", as `split` has
    it, null where there is none.
    """
    output, against = _outputs(subject, settings)
    side = settings.get("side", 5)
    if type(side) is not int or side not in SIDES:
        raise RequestError(f"side must be one of {', '.join(map(str, SIDES))}.")
    lost, stride = occlusion(subject, output, against, side)
    linear = is_linear(subject.model)
    with torch.enable_grad():
        picture = subject.image.clone().requires_grad_()
        apart = _apart(subject.model(picture), output, against)[0]
        biases = _biases(subject.model) if linear else []
        slopes = torch.autograd.grad(apart, [picture, *biases])
    gradient = slopes[0][0, 0]
    return {
        "output": output,
        "against": against,
        "difference": float(apart.detach()),
        "ink": subject.picture,
        "occlusion": lost,
        "stride": stride,
        "gradient": gradient,
        "split": split(subject, gradient, list(zip(biases, slopes[1:], strict=True))) if linear else None,
    }


def _outputs(subject: Subject, settings: Settings) -> tuple[int, int]:
    logits = subject.traced.logits[0]
    likeliest = logits.argsort(descending=True).tolist()
    given = [
        None if settings.get(name) is None else whole(settings, name, len(logits)) for name in ("output", "against")
    ]
    output = next(each for each in likeliest if each != given[1]) if given[0] is None else given[0]
    against = next(each for each in likeliest if each != output) if given[1] is None else given[1]
    if output == against:
        raise RequestError("The two outputs must be different ones; choose another.")
    return output, against


def _apart(logits: Tensor, output: int, against: int) -> Tensor:
    return logits[..., output] - logits[..., against]


def occlusion(subject: Subject, output: int, against: int, side: int) -> tuple[Tensor, int]:
    """How much of the difference is lost when a square of paper covers what is around each pixel: (28, 28), and the
    stride: large networks are asked at every second, third, fourth pixel alone, for those around it too."""
    size = INPUT.height
    passes = subject.passes(math.ceil(size / _COARSEST) ** 2, size * size)
    stride = next(stride for stride in range(1, _COARSEST + 1) if math.ceil(size / stride) ** 2 <= passes)
    middles = torch.arange(stride // 2, size - 1 + stride, stride)[: math.ceil(size / stride)].clamp(max=size - 1)
    near = (torch.arange(size) - middles[:, None]).abs() <= side // 2  # (places along an edge, 28)
    covered = near[:, None, :, None] & near[None, :, None, :]
    pictures = torch.where(covered, 0.0, subject.image[0]).view(-1, *INPUT.shape)
    with torch.inference_mode():
        logits = torch.cat([subject.model(some) for some in pictures.split(_AT_ONCE)])
        lost = _apart(subject.traced.logits, output, against) - _apart(logits, output, against)
    lost = lost.view(len(middles), len(middles))
    return lost.repeat_interleave(stride, 0).repeat_interleave(stride, 1)[:size, :size], stride


def is_linear(model: Traceable) -> bool:
    """Whether, around a picture, the network is linear: with ReLU, where which units are active stays the same, and
    which of four is the largest."""
    return model.architecture.activation == "ReLU" and model.architecture.output == "logits"


def _biases(model: Traceable) -> list[Tensor]:
    modules: list[Any] = [getattr(model, layer.name) for layer in model.layers[1:] if layer.kind != "pooling"]
    return [module.bias for module in modules if module.bias is not None]


def split(subject: Subject, gradient: Tensor, biases: list[tuple[Tensor, Tensor]]) -> dict[str, Any]:
    """The difference as a sum: "parts" (28, 28) of the pixels, gradient times pixel; "pixels", their sum; "biases",
    what all of them add by the same paths; "scaling", what the constant adds that pixels are shifted by before the
    first layer, null where there is none.

    gradient: (28, 28) of the difference. biases: each with the gradient of the difference by it.
    """
    parts = gradient * torch.from_numpy(subject.picture)
    times, plus = SCALINGS[subject.model.architecture.scaling]
    return {
        "parts": parts,
        "pixels": float(parts.sum()),
        "biases": float(sum((bias.detach() * slope).sum() for bias, slope in biases)),
        "scaling": float(gradient.sum()) * plus / times if plus else None,
    }
