"""The module that runs any small LeNet."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from ..architecture import Architecture
from ..model import Traceable


class Weighted(nn.Module):
    """The weight, and the bias if there is one, of a layer."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.register_parameter("bias", None if bias is None else nn.Parameter(bias))


class Network(Traceable):
    """A network of an architecture: pictures (n, 1, 28, 28) in [0, 1], ink = 1 -> logits (n, outputs)."""

    def __init__(
        self,
        architecture: Architecture,
        weights: Sequence[tuple[Tensor, Tensor | None]],
        labels: tuple[str, ...] | None = None,
    ) -> None:
        """weights: of every convolution and fully connected layer, its weights and its biases, if it has any.
        labels: what its outputs stand for, if these are no digits."""
        super().__init__()
        self.labels = labels
        self.architecture = architecture
        weighted = [layer for layer in self.layers[1:] if layer.kind != "pooling"]
        for layer, (weight, bias) in zip(weighted, weights, strict=True):
            is_flat = layer.kind == "fully connected"  # so is C5 where it comes as a convolution
            self.add_module(layer.name, Weighted(weight.flatten(1) if is_flat else weight, bias))
