"""The teacher of the second stage of training: a larger network, used in training only and not shipped.

Source: Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network".
"""

from __future__ import annotations

from torch import Tensor, nn

from ..model import INPUT


class Teacher(nn.Module):
    """Four 3x3 convolutions with batch normalisation and two fully connected layers; pictures and logits as LeNet5's.

    (n, 1, 28, 28) in [0, 1] -> logits (n, 10), log-odds of each digit against "no digit".
    """

    def __init__(self) -> None:
        super().__init__()
        side = INPUT.height // 8
        self.layers = nn.Sequential(
            *_convolution(1, 16), nn.MaxPool2d(2),
            *_convolution(16, 48), nn.MaxPool2d(2),
            *_convolution(48, 96), *_convolution(96, 96), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(96 * side * side, 128), nn.ReLU(), nn.Dropout(0.3), nn.Linear(128, 10),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.layers(pictures)
        return logits


def _convolution(before: int, after: int) -> tuple[nn.Module, nn.Module, nn.Module]:
    return nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
