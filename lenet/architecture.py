"""What a LeNet is besides its weights, and the layers that follow from it: names, shapes, counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

Table = tuple[tuple[int, ...], ...]

_UNIT = 20  # multiply-adds that take as long as a unit that is activated and pooled


@dataclass(frozen=True)
class Layer:
    """One layer: `maps` feature maps of `height` x `width` units each, and how it reads the layer before.

    kernel, stride, padding: in units of the layer before. parameters: trainable weights and biases.
    multiply_adds: multiplications by a weight in one forward pass. reads: of each map the maps before that it reads,
    where these are not all.
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
    reads: Table = ()

    @property
    def units(self) -> int:
        """How many numbers the layer holds."""
        return self.maps * self.height * self.width

    @property
    def weights(self) -> int:
        """How many numbers it multiplies by, trained or not."""
        return self.multiply_adds // (self.height * self.width)

    @property
    def biases(self) -> int:
        """How many of its parameters are biases."""
        return max(0, self.parameters - self.weights)

    @property
    def shape(self) -> tuple[int, ...]:
        """(maps, height, width), or (maps,) for a layer of single units."""
        spatial = (self.height, self.width)
        return (self.maps,) if spatial == (1, 1) else (self.maps, *spatial)


def convolution(
    name: str, before: Layer, maps: int, kernel: int, padding: int = 0, biased: bool = True, reads: Table = ()
) -> Layer:
    """A layer of so many square kernels over the layer before."""
    height = before.height + 2 * padding - kernel + 1
    width = before.width + 2 * padding - kernel + 1
    seen = sum(map(len, reads)) if reads else maps * before.maps
    weights = seen * kernel * kernel
    # C5 covers the whole of S4, so it is a convolution with one place to stand: a fully connected layer.
    kind = "convolution" if height * width > 1 else "fully connected"
    biases = maps * biased
    return Layer(
        name, kind, maps, height, width, kernel, 1, padding, weights + biases, weights * height * width, reads
    )


def pooling(name: str, before: Layer, trained: bool = False) -> Layer:
    """A layer of one unit for every 2x2 of the layer before. trained: of each map a gain and a bias are."""
    maps, height, width = before.maps, before.height // 2, before.width // 2
    parameters, multiply_adds = (2 * maps, maps * height * width) if trained else (0, 0)
    return Layer(name, "pooling", maps, height, width, 2, 2, 0, parameters, multiply_adds)


def squashed(sums: Tensor) -> Tensor:
    """1.7159 tanh(2a/3), which takes 1 to 1 and -1 to -1. Source: LeCun et al. 1998, appendix A."""
    return 1.7159 * torch.tanh(2 / 3 * sums)


SQUASHED = "1.7159 tanh(2a/3)"
ACTIVATIONS = {"ReLU": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, SQUASHED: squashed}
TRAINED = "trained"  # pooling adds four up, times a gain, plus a bias, both trained, and the activation comes after it
BEFORE = "average before the activation"  # pooling reads the convolution's sums, and the activation comes after it
POOLINGS = ("max", "average", BEFORE)
PUBLISHED = "−0.1 to 1.175"  # which gives MNIST a mean of 0 and a variance of 1, with a rim as light as the paper
# How pixels in [0, 1], ink = 1, become what the network was trained on: times, plus.
SCALINGS = {
    "0 to 1": (1.0, 0.0),
    "mean 0.1307, deviation 0.3081": (1 / 0.3081, -0.1307 / 0.3081),
    "−1 to 1": (2.0, -1.0),
    "0 to 255": (255.0, 0.0),
    "1 to 0, ink is 0": (-1.0, 1.0),
    "1 to −1, ink is −1": (-2.0, 1.0),
    "255 to 0, ink is 0": (-255.0, 255.0),
    PUBLISHED: (1.275, -0.1),
}


@dataclass(frozen=True)
class Convolution:
    """A convolution and the 2x2 pooling after it, if there is one. reads: as a Layer has it."""

    maps: int
    kernel: int
    padding: int
    pooled: bool
    reads: Table = ()


@dataclass(frozen=True)
class Architecture:
    """Everything that a network is besides its weights.

    connected: units of every fully connected layer, the last one the output. biased: whether each layer with weights
    has biases; all have where nothing is said. activation: one of ACTIVATIONS. pooling: one of POOLINGS, or TRAINED.
    scaling: one of SCALINGS. output: "logits", or "distances" to a fixed bitmap of each digit, of which the smallest
    wins.
    """

    convolutions: tuple[Convolution, ...]
    connected: tuple[int, ...]
    biased: tuple[bool, ...] = ()
    activation: str = "ReLU"
    pooling: str = "max"
    scaling: str = "0 to 1"
    output: str = "logits"

    @property
    def sizes(self) -> str:
        """Heights of the layers with maps, as in "28 14 10 5": what padding and pooling make of the picture."""
        return " ".join(str(layer.height) for layer in self.layers[1:] if layer.height > 1)

    @property
    def work(self) -> int:
        """The multiply-adds, or what takes as long, of one picture."""
        return sum(layer.multiply_adds + _UNIT * layer.units for layer in self.layers)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The layers from the input to the output, named by the paper's habit: C1, S2, C3, S4, C5, F6, output."""
        layers = [Layer("input", "picture", 1, 28, 28)]
        biased = iter(self.biased or (True,) * (len(self.convolutions) + len(self.connected)))
        for each in self.convolutions:
            name, before = f"C{len(layers)}", layers[-1]
            layers.append(
                convolution(name, before, each.maps, each.kernel, each.padding, next(biased), reads=each.reads)
            )
            if each.pooled:
                layers.append(pooling(f"S{len(layers)}", layers[-1], trained=self.pooling == TRAINED))
        for number, units in enumerate(self.connected, 1):
            before = layers[-1]
            name = "output" if number == len(self.connected) else f"{'C' if before.height > 1 else 'F'}{len(layers)}"
            layers.append(convolution(name, before, units, before.height, 0, next(biased)))
        if self.output == "distances":
            layers[-1] = replace(layers[-1], parameters=0)
        return tuple(layers)
