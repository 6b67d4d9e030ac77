"""Any small LeNet: its description, the layers that follow from it, and the module that runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..model import INPUT, Layer, Trace, Traceable, convolution, pooling

ACTIVATIONS = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
POOLINGS = ("max", "average", "average before the activation")
# How pixels in [0, 1], ink = 1, become what the network was trained on: times, plus.
SCALINGS = {
    "0 to 1": (1.0, 0.0),
    "mean 0.1307, deviation 0.3081": (1 / 0.3081, -0.1307 / 0.3081),
    "−1 to 1": (2.0, -1.0),
    "0 to 255": (255.0, 0.0),
    "1 to 0, ink is 0": (-1.0, 1.0),
    "1 to −1, ink is −1": (-2.0, 1.0),
    "255 to 0, ink is 0": (-255.0, 255.0),
}


@dataclass(frozen=True)
class Convolution:
    """A convolution and the 2x2 pooling after it, if there is one."""

    maps: int
    kernel: int
    padding: int
    pooled: bool


@dataclass(frozen=True)
class Architecture:
    """Everything that a network is besides its weights.

    connected: units of every fully connected layer, the last one the output. biased: whether each layer with weights
    has biases; all have where nothing is said. activation: one of ACTIVATIONS.
    pooling: one of POOLINGS. scaling: one of SCALINGS.
    """

    convolutions: tuple[Convolution, ...]
    connected: tuple[int, ...]
    biased: tuple[bool, ...] = ()
    activation: str = "ReLU"
    pooling: str = "max"
    scaling: str = "0 to 1"

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers from the input to the output, named by the paper's habit: C1, S2, C3, S4, C5, F6, output."""
        layers = [INPUT]
        biased = iter(self.biased or (True,) * (len(self.convolutions) + len(self.connected)))
        for each in self.convolutions:
            layers.append(
                convolution(f"C{len(layers)}", layers[-1], each.maps, each.kernel, each.padding, next(biased))
            )
            if each.pooled:
                layers.append(pooling(f"S{len(layers)}", layers[-1]))
        for number, units in enumerate(self.connected, 1):
            is_first = layers[-1].height * layers[-1].width > 1
            name = "output" if number == len(self.connected) else f"{'C' if is_first else 'F'}{len(layers)}"
            weights = layers[-1].units * units
            layers.append(
                Layer(name, "fully connected", units, 1, 1, 1, 1, 0, weights + units * next(biased), weights)
            )
        return tuple(layers)


class Network(Traceable):
    """A network of an architecture: pictures (n, 1, 28, 28) in [0, 1], ink = 1 -> logits (n, outputs)."""

    def __init__(self, architecture: Architecture, weights: Sequence[tuple[Tensor, Tensor | None]]) -> None:
        """weights: of every convolution and fully connected layer, its weights and its biases, if it has any."""
        super().__init__()
        self.architecture, self.layers = architecture, architecture.layers
        for number, (weight, bias) in enumerate(weights):
            self.register_parameter(f"weight{number}", nn.Parameter(weight))
            self.register_parameter(f"bias{number}", None if bias is None else nn.Parameter(bias))

    def trace(self, pictures: Tensor) -> Trace:
        """Run the network and keep every layer, by its name. pictures: float32 (n, 1, 28, 28) in [0, 1].

        With "average before the activation", pooling layers come of the convolutions' sums, not of their outputs.
        """
        described = self.architecture
        activate = ACTIVATIONS[described.activation]
        outputs, sums = [pictures], []
        times, plus = SCALINGS[described.scaling]
        values = times * pictures + plus
        count = len(described.convolutions) + len(described.connected)
        parameters = [(getattr(self, f"weight{i}"), getattr(self, f"bias{i}")) for i in range(count)]
        for each, (weight, bias) in zip(described.convolutions, parameters):
            values = F.conv2d(values, weight, bias, padding=each.padding)
            sums.append(values)
            values = activate(values)
            outputs.append(values)
            if each.pooled:
                if described.pooling == "max":
                    values = F.max_pool2d(values, 2)
                elif described.pooling == "average":
                    values = F.avg_pool2d(values, 2)
                else:
                    values = activate(F.avg_pool2d(sums[-1], 2))
                outputs.append(values)
        values = values.flatten(1)
        *hidden, (weight, bias) = parameters[len(described.convolutions) :]
        for w, b in hidden:
            values = F.linear(values, w, b)
            sums.append(values)
            values = activate(values)
            outputs.append(values)
        outputs.append(F.linear(values, weight, bias))
        summed = [layer for layer in self.layers[1:-1] if layer.kind != "pooling"]
        return Trace(_named(self.layers, outputs), _named(summed, sums))


def _named(layers: Sequence[Layer], values: Sequence[Tensor]) -> dict[str, Tensor]:
    return {layer.name: each.reshape(len(each), *layer.shape) for layer, each in zip(layers, values, strict=True)}
