"""What a LeNet is besides its weights, and the layers that follow from it: names, shapes, counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch


@dataclass(frozen=True)
class Layer:
    """One layer: `maps` feature maps of `height` x `width` units each, and how it reads the layer before.

    kernel, stride, padding: in units of the layer before. parameters: trainable weights and biases.
    multiply_adds: multiplications by a weight in one forward pass.
    """

    name: str
    kind: str  # "picture", "convolution", "pooling" or "fully connected"
    maps: int
    height: int
    width: int
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    parameters: int = 0
    multiply_adds: int = 0

    @property
    def units(self) -> int:
        """How many numbers the layer holds."""
        return self.maps * self.height * self.width

    @property
    def shape(self) -> tuple[int, ...]:
        """(maps, height, width), or (maps,) for a layer of single units."""
        spatial = (self.height, self.width)
        return (self.maps,) if spatial == (1, 1) else (self.maps, *spatial)


def convolution(name: str, before: Layer, maps: int, kernel: int, padding: int = 0, biased: bool = True) -> Layer:
    """A layer of so many square kernels over the layer before."""
    height = before.height + 2 * padding - kernel + 1
    width = before.width + 2 * padding - kernel + 1
    weights = maps * before.maps * kernel * kernel
    # C5 covers the whole of S4, so it is a convolution with one place to stand: a fully connected layer.
    kind = "convolution" if height * width > 1 else "fully connected"
    biases = maps * biased
    return Layer(name, kind, maps, height, width, kernel, 1, padding, weights + biases, weights * height * width)


def pooling(name: str, before: Layer) -> Layer:
    """A layer of one unit for every 2x2 of the layer before."""
    return Layer(name, "pooling", before.maps, before.height // 2, before.width // 2, 2, 2)


ACTIVATIONS = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}
BEFORE = "average before the activation"  # pooling reads the convolution's sums, and the activation comes after it
POOLINGS = ("max", "average", BEFORE)
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

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers from the input to the output, named by the paper's habit: C1, S2, C3, S4, C5, F6, output."""
        layers = [Layer("input", "picture", 1, 28, 28)]
        biased = iter(self.biased or (True,) * (len(self.convolutions) + len(self.connected)))
        for each in self.convolutions:
            layers.append(
                convolution(f"C{len(layers)}", layers[-1], each.maps, each.kernel, each.padding, next(biased))
            )
            if each.pooled:
                layers.append(pooling(f"S{len(layers)}", layers[-1]))
        for number, units in enumerate(self.connected, 1):
            before = layers[-1]
            name = "output" if number == len(self.connected) else f"{'C' if before.height > 1 else 'F'}{len(layers)}"
            layers.append(convolution(name, before, units, before.height, 0, next(biased)))
        return tuple(layers)
