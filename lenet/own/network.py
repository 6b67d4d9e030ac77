"""The module that runs any small LeNet."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from ..architecture import BEFORE, Architecture
from ..model import Trace, Traceable


class Weighted(nn.Module):
    """The weight, and the bias if there is one, of a layer."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.register_parameter("bias", None if bias is None else nn.Parameter(bias))


class Network(Traceable):
    """A network of an architecture: pictures (n, 1, 28, 28) in [0, 1], ink = 1 -> logits (n, outputs)."""

    def __init__(self, architecture: Architecture, weights: Sequence[tuple[Tensor, Tensor | None]]) -> None:
        """weights: of every convolution and fully connected layer, its weights and its biases, if it has any."""
        super().__init__()
        self.architecture = architecture
        weighted = [layer for layer in self.layers[1:] if layer.kind != "pooling"]
        for layer, (weight, bias) in zip(weighted, weights, strict=True):
            is_flat = layer.kind == "fully connected"  # so is C5 where it comes as a convolution
            self.add_module(layer.name, Weighted(weight.flatten(1) if is_flat else weight, bias))

    def trace(self, pictures: Tensor) -> Trace:
        """Run the network and keep every layer, by its name. pictures: float32 (n, 1, 28, 28) in [0, 1].

        With "average before the activation", pooling layers come of the convolutions' sums, not of their outputs.
        """
        values, summed = self.scaled(pictures), pictures
        traced = Trace({"input": pictures}, {})
        for layer in self.layers[1:]:
            if layer.kind == "pooling":
                values = self._pooled(values, summed)
            else:
                module = getattr(self, layer.name)
                if layer.kind == "convolution":
                    summed = F.conv2d(values, module.weight, module.bias, padding=layer.padding)
                else:
                    summed = F.linear(values.flatten(1), module.weight, module.bias)
                values = summed
                if layer.name != "output":
                    traced.pre_activation[layer.name] = summed
                    values = self.activate(summed)
            traced.output[layer.name] = values
        return traced

    def _pooled(self, values: Tensor, sums: Tensor) -> Tensor:
        if self.architecture.pooling == "max":
            return F.max_pool2d(values, 2)
        if self.architecture.pooling == BEFORE:
            return self.activate(F.avg_pool2d(sums, 2))
        return F.avg_pool2d(values, 2)
