"""LeNet-5 in PyTorch, and LAYERS, which follow from its architecture.

    input   1x28x28  the picture, ink = 1, padded to 32x32 by C1
    C1      6x28x28  convolution 5x5, padding 2     156 parameters   117,600 multiply-adds
    S2      6x14x14  max pooling 2x2
    C3     16x10x10  convolution 5x5, dense       2,416              240,000
    S4     16x5x5    max pooling 2x2
    C5        120    fully connected to S4       48,120               48,000
    F6         84    fully connected             10,164               10,080
    output     10    logits                         850                  840
                                                 61,706              416,520

Differences from the 1998 paper: max pooling where it had a trainable sum, C3 reads all six S2
maps where it read some, ReLU where it had a scaled tanh, a softmax where it had radial basis units.
Source: LeCun, Bottou, Bengio, Haffner 1998, "Gradient-based learning applied to document
recognition", section II-B. As in most libraries the "convolution" is a cross-correlation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .architecture import ACTIVATIONS, BEFORE, PUBLISHED, SCALINGS, Architecture, Convolution, Layer

STANDARD = Architecture((Convolution(6, 5, padding=2, pooled=True), Convolution(16, 5, 0, pooled=True)), (120, 84, 10))
LAYERS: tuple[Layer, ...] = STANDARD.layers
LAYER: dict[str, Layer] = {layer.name: layer for layer in LAYERS}
INPUT, C1, S2, C3, S4, C5, F6, OUTPUT = LAYERS
PARAMETERS = sum(layer.parameters for layer in LAYERS)


# The network has ten outputs and none for "no digit". An eleventh logit that is always 0 stands for it, so the ten
# are log-odds against "no digit", at the cost of no parameter.
# Source: Dhamija, Günther, Boult 2018, "Reducing network agnostophobia", in spirit.
NO_DIGIT = 10


def with_no_digit(logits: Tensor, dim: int = 1) -> Tensor:
    """Ten logits along `dim`, (n, 10, ...) -> the same and, as number NO_DIGIT, that of "no digit": (n, 11, ...)."""
    return torch.cat([logits, torch.zeros_like(logits.narrow(dim, 0, 1))], dim)


def digit_score(logits: Tensor) -> Tensor:
    """logits (..., 10) -> (...): the log-odds of "a digit", whichever, against "no digit"."""
    return torch.logsumexp(logits, -1)


@dataclass(frozen=True)
class Trace:
    """Everything one forward pass computed, for a batch of n pictures.

    output: layer name -> what the layer passes on, shape (n, *Layer.shape); "output" holds the logits.
    pre_activation: C1, C3, C5, F6 -> the sums before the ReLU, same shapes.
    """

    output: dict[str, Tensor]
    pre_activation: dict[str, Tensor]

    @property
    def logits(self) -> Tensor:
        """(n, 10) the scores of the ten digits before the softmax."""
        return self.output["output"]


class Traceable(nn.Module):
    """A network whose forward pass keeps every layer. A layer's weight and bias are in the module of its name."""

    architecture: Architecture

    @property
    def layers(self) -> tuple[Layer, ...]:
        """From the input to the output."""
        return self.architecture.layers

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (n, outputs) of pictures (n, 1, 28, 28) in [0, 1], ink = 1."""
        return self.trace(pictures).logits

    def trace(self, pictures: Tensor) -> Trace:
        """Run the network and keep every layer. pictures: float32 (n, 1, 28, 28) in [0, 1], ink = 1."""
        return self.onward("input", pictures)

    def onward(self, name: str, values: Tensor, sums: Tensor | None = None) -> Trace:
        """Go on from what a layer passes on, float32 (n, *its shape): the trace of it and of all layers behind it.

        sums: of that layer before the activation, which some pooling reads; needed where that comes next.
        """
        traced = Trace({name: values}, {} if sums is None else {name: sums})
        names = [layer.name for layer in self.layers]
        for layer in self.layers[names.index(name) + 1 :]:
            sums, values = self.computed(layer, self.read_by(layer, traced))
            if sums is not None:
                traced.pre_activation[layer.name] = sums
            traced.output[layer.name] = values
        return traced

    def computed(self, layer: Layer, values: Tensor) -> tuple[Tensor | None, Tensor]:
        """What a layer makes of what it reads, (n, *shape of the layer before): its sums before the activation, if it
        has any, and what it passes on."""
        if layer.kind == "pooling":
            return None, self.pooled(values)
        module: Any = getattr(self, layer.name)
        if layer.kind == "convolution":
            sums = F.conv2d(self.padded(layer, values), module.weight, module.bias)
        else:
            sums = F.linear(values.flatten(1), module.weight, module.bias)
        return (None, sums) if layer.name == "output" else (sums, self.activate(sums))

    def pooled(self, values: Tensor) -> Tensor:
        """Pooling of 2x2, as the architecture has it; the sums before the activation where it says so."""
        if self.architecture.pooling == "max":
            return F.max_pool2d(values, 2)
        means = F.avg_pool2d(values, 2)
        return self.activate(means) if self.architecture.pooling == BEFORE else means

    def scaled(self, pictures: Tensor) -> Tensor:
        """Pictures as the first layer reads them."""
        times, plus = SCALINGS[self.architecture.scaling]
        return times * pictures + plus

    def padded(self, layer: Layer, values: Tensor) -> Tensor:
        """What a convolution reads, (n, maps, height, width), with its rim: zeros, or in the network of 1998 paper."""
        is_paper = layer is self.layers[1] and self.architecture.scaling == PUBLISHED
        return F.pad(values, (layer.padding,) * 4, value=SCALINGS[PUBLISHED][1] if is_paper else 0.0)

    def activate(self, sums: Tensor) -> Tensor:
        """The activation function of the hidden layers."""
        return ACTIVATIONS[self.architecture.activation](sums)

    def read_by(self, layer: Layer, traced: Trace) -> Tensor:
        """What a layer reads, (n, *shape of the layer before): what that one passes on, but for two exceptions."""
        before = self.layers[self.layers.index(layer) - 1]
        if before.kind == "picture":
            return self.scaled(traced.output[before.name])
        if layer.kind == "pooling" and self.architecture.pooling == BEFORE:
            return traced.pre_activation[before.name]
        return traced.output[before.name]


class LeNet5(Traceable):
    """LeNet-5 with 2x2 max pooling: pictures (n, 1, 28, 28) in [0, 1], ink = 1 -> logits (n, 10)."""

    architecture = STANDARD

    def __init__(self) -> None:
        super().__init__()
        self.C1 = nn.Conv2d(1, 6, 5, padding=2)  # 156 parameters
        self.C3 = nn.Conv2d(6, 16, 5)  # 2,416
        self.C5 = nn.Linear(16 * 5 * 5, 120)  # 48,120
        self.F6 = nn.Linear(120, 84)  # 10,164
        self.output = nn.Linear(84, 10)  # 850

    def trace(self, pictures: Tensor) -> Trace:
        """Run the network and keep every layer. pictures: float32 (n, 1, 28, 28) in [0, 1]."""
        c1 = self.C1(pictures)  # (n, 6, 28, 28)
        c1_on = F.relu(c1)
        s2 = F.max_pool2d(c1_on, 2)  # (n, 6, 14, 14)
        c3 = self.C3(s2)  # (n, 16, 10, 10)
        c3_on = F.relu(c3)
        s4 = F.max_pool2d(c3_on, 2)  # (n, 16, 5, 5)
        c5 = self.C5(s4.flatten(1))  # (n, 120)
        c5_on = F.relu(c5)
        f6 = self.F6(c5_on)  # (n, 84)
        f6_on = F.relu(f6)
        logits = self.output(f6_on)  # (n, 10)
        outputs = (pictures, c1_on, s2, c3_on, s4, c5_on, f6_on, logits)
        return Trace(dict(zip(LAYER, outputs, strict=True)), {"C1": c1, "C3": c3, "C5": c5, "F6": f6})
