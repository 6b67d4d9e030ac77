"""What the shapes of the weights tell: which layers there are, how they follow one another, and what fits between."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from torch import Tensor

from ..model import INPUT
from .architecture import Architecture, Convolution
from .files import OwnError

Weights = list[tuple[Tensor, Tensor | None]]  # of each layer, in their order

_FITS = (
    "One to three convolutions over pictures of one channel and one to four fully connected layers, the last one of "
    "ten units, can be opened."
)


def layers_of(tensors: Mapping[str, Tensor]) -> Weights:
    """The layers' weights and biases in the order data flows. Raises OwnError, naming what does not fit."""
    if odd := next((name for name in tensors if "running_mean" in name or "running_var" in name), None):
        raise OwnError(f"This network has batch normalisation ({odd}). {_FITS}")
    if odd := next((name for name in tensors if "attn" in name or "attention" in name), None):
        raise OwnError(f"This network has attention ({odd}). {_FITS}")
    weights = {name: each for name, each in tensors.items() if each.dim() in (2, 4)}
    if odd := next((name for name, each in tensors.items() if each.dim() not in (1, 2, 4)), None):
        raise OwnError(f"{odd} has the shape {_told(tensors[odd])}. {_FITS}")
    convolutions = _chained({name: each for name, each in weights.items() if each.dim() == 4}, 1)
    connected = _chained({name: each for name, each in weights.items() if each.dim() == 2}, None)
    _fitting([weights[name] for name in convolutions], [weights[name] for name in connected])
    biases = {name: each for name, each in tensors.items() if each.dim() == 1}
    found: Weights = []
    for name in [*convolutions, *connected]:
        bias = _bias_of(name, len(weights[name]), biases)
        found.append((weights[name], biases.pop(bias) if bias else None))
    if biases:
        raise OwnError(f"{next(iter(biases))} belongs to no layer that is known. {_FITS}")
    return found


def _chained(weights: Mapping[str, Tensor], first: int | None) -> list[str]:
    """Names of layers so that each reads what the one before gives, in their names' order where that does."""
    names = list(weights)
    orders = [names, *itertools.permutations(names)] if len(names) < 5 else [names]
    for begins in (first, None):
        for order in orders:
            sizes = [weights[name].shape for name in order]
            starts = begins is None or not sizes or sizes[0][1] == begins
            if starts and all(after[1] == before[0] for before, after in itertools.pairwise(sizes)):
                return list(order)
    told = ", ".join(f"{name} {_told(weights[name])}" for name in names[:6])
    raise OwnError(f"These layers do not follow one another: {told}. {_FITS}")


def _fitting(convolutions: Sequence[Tensor], connected: Sequence[Tensor]) -> None:
    if not 1 <= len(convolutions) <= 3 or not 1 <= len(connected) <= 4:
        told = f"{len(convolutions)} convolutions and {len(connected)} fully connected layers"
        raise OwnError(f"This has {told}. {_FITS}")
    if convolutions[0].shape[1] != 1:
        raise OwnError(f"Its first convolution reads {convolutions[0].shape[1]} channels. {_FITS}")
    odd = next((each for each in convolutions if each.shape[2] != each.shape[3]), None)
    if odd is not None:
        raise OwnError(f"A kernel of {odd.shape[2]}x{odd.shape[3]} is not square. {_FITS}")
    if len(connected[-1]) != 10:
        raise OwnError(f"It has {len(connected[-1])} outputs. {_FITS}")


def _bias_of(name: str, units: int, biases: Mapping[str, Tensor]) -> str | None:
    """The bias beside a weight: of the same name but for its end, or else the first one left that is as long."""
    stem = name.removesuffix("weight").removesuffix("kernel").removesuffix("W").removesuffix("w")
    fitting = [other for other, each in biases.items() if len(each) == units]
    beside = [other for other in fitting if stem and other.startswith(stem)]
    return next(iter(beside or (fitting if not stem or stem == name else [])), None)


def architectures(weights: Weights) -> list[Architecture]:
    """All that these weights may be, the likeliest first; activation, pooling and scaling as they are by default.

    A picture is 28 pixels high, or 32 with a rim of two: that is what padding of the first convolution makes of it.
    Raises OwnError where nothing fits between the convolutions and what is fully connected.
    """
    kernels = [each.shape for each, _ in weights if each.dim() == 4]
    connected = [each.shape for each, _ in weights if each.dim() == 2]
    found = []
    # The first convolution often has the rim of two that makes 32x32 of the picture; others are seldom padded.
    first, *others = ({0, shape[2] // 2} for shape in kernels)
    paddings = [sorted(first | {2}, key=lambda rim: rim != 2), *map(sorted, others)]
    for pooled in itertools.product((True, False), repeat=len(kernels)):
        for padding in itertools.product(*paddings):
            size = INPUT.height
            for shape, pools, rim in zip(kernels, pooled, padding, strict=True):
                size = size + 2 * rim - shape[2] + 1
                size = size // 2 if pools else size
            if size > 0 and size * size * kernels[-1][0] == connected[0][1]:
                steps = zip(kernels, padding, pooled, strict=True)
                found.append(
                    Architecture(
                        tuple(Convolution(shape[0], shape[2], rim, pools) for shape, rim, pools in steps),
                        tuple(shape[0] for shape in connected),
                    )
                )
    if not found:
        told = f"Its first fully connected layer reads {connected[0][1]} values"
        raise OwnError(f"{told}, which these convolutions do not give from a picture of 28x28 or 32x32. {_FITS}")
    return found


def _told(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "of one number"
