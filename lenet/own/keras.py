"""Weights as Keras keeps them: kernels by height, width, maps before and maps; matrices for x @ W; and the maps of one
place together."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch import Tensor


def as_torch_has_them(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights as PyTorch keeps them; the same where they are so already. Layers are taken in the order of the file."""
    kernels = [each for each in tensors.values() if each.dim() == 4]
    is_keras = any(each.shape[2] == 1 and each.shape[0] == each.shape[1] for each in kernels)
    if not is_keras or any(each.shape[1] == 1 for each in kernels):  # one channel, as the first convolution reads
        return dict(tensors)
    maps = kernels[-1].shape[3]
    turned = {}
    is_first = True
    for name, each in tensors.items():
        if each.dim() == 4:
            each = each.permute(3, 2, 0, 1).contiguous()
        elif each.dim() == 2:
            each = _flattened(each.T, maps) if is_first else each.T
            is_first = False
        turned[name] = each.contiguous()
    return turned


def _flattened(matrix: Tensor, maps: int) -> Tensor:
    """A matrix (units, side * side * maps) that reads place by place -> one that reads map by map."""
    side = math.isqrt(matrix.shape[1] // maps)
    if side * side * maps != matrix.shape[1]:
        return matrix
    return matrix.reshape(-1, side, side, maps).permute(0, 3, 1, 2).reshape(len(matrix), -1)
