"""What the shapes of the weights tell: which layers there are, how they follow one another, and what fits between."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from torch import Tensor

from ..architecture import Architecture, Convolution
from ..model import INPUT
from .files import OwnError, natural

Weights = list[tuple[Tensor, Tensor | None]]  # of each layer, in their order

_MOST_MULTIPLY_ADDS = 20_000_000  # LeNet-5 takes 0.4
_MOST_UNITS = 120_000  # LeNet-5 has 8,878
_FITS = (
    "One to three convolutions over pictures of one channel and one to four fully connected layers, the last one of "
    "ten units or as many as labels, can be opened."
)


def layers_of(tensors: Mapping[str, Tensor], outputs: int = 10) -> Weights:
    """The layers' weights and biases in the order data flows, the last of so many units.

    Raises OwnError, naming what does not fit.
    """
    if odd := next((name for name in tensors if "running_mean" in name or "running_var" in name), None):
        raise OwnError(f"This network has batch normalisation ({odd}). {_FITS}")
    if odd := next((name for name in tensors if "attn" in name or "attention" in name), None):
        raise OwnError(f"This network has attention ({odd}). {_FITS}")
    weights = {name: each for name, each in tensors.items() if each.dim() in (2, 4)}
    if odd := next((name for name, each in tensors.items() if each.dim() not in (1, 2, 4)), None):
        raise OwnError(f"{odd} has the shape {_told(tensors[odd])}. {_FITS}")
    convolutions = _chained({name: each for name, each in weights.items() if each.dim() == 4}, 1)
    connected = _connected(weights, outputs)
    _fitting([weights[name] for name in convolutions], [weights[name] for name in connected], outputs)
    names = [*convolutions, *connected]
    biases = _biases_of(names, {**tensors, **weights})
    if odd := next((name for name, each in tensors.items() if each.dim() == 1 and name not in biases.values()), None):
        raise OwnError(f"{odd} belongs to no layer that is known. {_FITS}")
    return [(weights[name], tensors[biases[name]] if name in biases else None) for name in names]


def _connected(weights: dict[str, Tensor], outputs: int) -> list[str]:
    """Names of the fully connected layers in their order. Who writes x @ W has every W the other way round: such are
    turned, where they do not follow one another as they are."""
    flat = {name: each for name, each in weights.items() if each.dim() == 2}
    turned = {name: each.T.contiguous() for name, each in flat.items()}
    for tried in (flat, turned):
        try:
            found = _chained(tried, None)
        except OwnError:
            continue
        if not found or len(tried[found[-1]]) == outputs:
            weights.update(tried)
            return found
    return _chained(flat, None)  # which says what is wrong


def _chained(weights: Mapping[str, Tensor], first: int | None) -> list[str]:
    """Names of layers so that each reads what the one before gives: as the file has them, or as their names count."""
    names = list(weights)
    counted = sorted(names, key=natural)
    orders = [names, counted, *(itertools.permutations(counted) if len(names) < 5 else [])]
    for begins in (first, None):
        for order in orders:
            sizes = [weights[name].shape for name in order]
            starts = begins is None or not sizes or sizes[0][1] == begins
            if starts and all(after[1] == before[0] for before, after in itertools.pairwise(sizes)):
                return list(order)
    told = ", ".join(f"{name} {_told(weights[name])}" for name in names[:6])
    raise OwnError(f"These layers do not follow one another: {told}. {_FITS}")


def _fitting(convolutions: Sequence[Tensor], connected: Sequence[Tensor], outputs: int) -> None:
    if not 1 <= len(convolutions) <= 3 or not 1 <= len(connected) <= 4:
        told = f"{len(convolutions)} convolutions and {len(connected)} fully connected layers"
        raise OwnError(f"This has {told}. {_FITS}")
    if convolutions[0].shape[1] != 1:
        raise OwnError(f"Its first convolution reads {convolutions[0].shape[1]} channels. {_FITS}")
    odd = next((each for each in convolutions if each.shape[2] != each.shape[3]), None)
    if odd is not None:
        raise OwnError(f"A kernel of {odd.shape[2]}x{odd.shape[3]} is not square. {_FITS}")
    if len(connected[-1]) != outputs:
        raise OwnError(f"It has {len(connected[-1])} outputs, where {outputs} are expected. {_FITS}")


def _biases_of(names: Sequence[str], tensors: Mapping[str, Tensor]) -> dict[str, str]:
    """The bias of each weight, by names that are the same but for what tells them apart; or else what comes next."""
    left = {name: len(each) for name, each in tensors.items() if each.dim() == 1}
    found = {}
    for name in names:
        units = len(tensors[name])
        for bias, length in left.items():
            if length == units and _stem(bias) == _stem(name):
                found[name] = bias
                del left[bias]
                break
    if not found:  # arr_0, arr_1, …
        order = list(tensors)
        for name in names:
            after = order[order.index(name) + 1 :][:1]
            if after and left.get(after[0]) == len(tensors[name]):
                found[name] = after[0]
    return found


def _stem(name: str) -> str:
    """A name without what says whether it is a weight or a bias."""
    ended = re.sub(r"(^|[._])(weight|bias|kernel|w|b)$", "", name, flags=re.I)
    return re.sub(r"^(weight|bias|kernel|w|b)(?=[0-9._])", "", ended, flags=re.I).strip("._")


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
                if size == 1 and rim:  # a kernel that sees one place and its rim is nothing that people write
                    size = 0
                size = size // 2 if pools else size
                if size < 1:
                    break
            if size > 0 and size * size * kernels[-1][0] == connected[0][1]:
                steps = zip(kernels, padding, pooled, strict=True)
                found.append(
                    Architecture(
                        tuple(Convolution(shape[0], shape[2], rim, pools) for shape, rim, pools in steps),
                        tuple(shape[0] for shape in connected),
                        tuple(bias is not None for _, bias in weights),
                    )
                )
    sound = [
        each
        for each in found
        if sum(layer.multiply_adds for layer in each.layers) <= _MOST_MULTIPLY_ADDS
        and sum(layer.units for layer in each.layers) <= _MOST_UNITS
    ]
    if found and not sound:
        most = f"{_MOST_MULTIPLY_ADDS:,} multiply-adds and {_MOST_UNITS:,} units"
        raise OwnError(f"This network takes more than {most} for a picture. {_FITS}")
    if not found:
        told = f"Its first fully connected layer reads {connected[0][1]} values"
        raise OwnError(f"{told}, which these convolutions do not give from a picture of 28x28 or 32x32. {_FITS}")
    return sound


def _told(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "of one number"
