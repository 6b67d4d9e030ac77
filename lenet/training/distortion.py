"""Random distortions of whole batches of 28x28 pictures, for training.

Affine and elastic displacement in one resampling, thicker and thinner lines.
Source of the elastic displacement: Simard, Steinkraus, Platt 2003, "Best practices for convolutional
neural networks applied to visual document analysis".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import INPUT

_SIZE = INPUT.width
_PIXEL = 2 / _SIZE  # in the coordinates of grid_sample, -1 to 1


@dataclass(frozen=True)
class Distortion:
    """How far a picture may be distorted. Lengths in pixels of the 28; each bound is a hard limit."""

    rotation: float = 15.0  # degrees either way
    scale: float = 0.2  # fraction larger or smaller, each axis on its own
    shear: float = 0.3  # sideways pixels per pixel of height
    shift: float = 1.6
    elastic: float = 2.2
    thicken: float = 0.7  # share of the way to the picture grown, or shrunk, by one pixel

    def eased(self, factor: float) -> Distortion:
        """The same turning and shifting, everything else `factor` times as strong (0 to 1)."""
        weaker = ("scale", "shear", "elastic", "thicken")
        return replace(self, **{name: getattr(self, name) * factor for name in weaker})


def augment(pictures: Tensor, random: torch.Generator, by: Distortion) -> Tensor:
    """Distort every picture on its own. pictures: float32 (n, 1, 28, 28) in [0, 1]; returns the same."""
    drawn = _thickness(pictures, random, by)
    return F.grid_sample(drawn, displacement(len(pictures), random, by), align_corners=False)


def displacement(count: int, random: torch.Generator, by: Distortion) -> Tensor:
    """Where each pixel is read from, for grid_sample: (count, 28, 28, 2), x first, -1 to 1."""
    bounds = torch.tensor([math.radians(by.rotation), by.shear, by.scale, by.scale, by.shift, by.shift])
    angle, shear, scale_x, scale_y, right, down = (torch.rand(6, count, generator=random) * 2 - 1) * bounds[:, None]
    scale_x, scale_y, cos, sin = 1 + scale_x, 1 + scale_y, torch.cos(angle), torch.sin(angle)
    # From (x, y, 1) to where it is read, a row for each of the three.
    matrix = [cos * scale_x, sin * scale_y, (shear - sin) * scale_x, cos * scale_y, right * _PIXEL, down * _PIXEL]
    centres = (torch.arange(_SIZE) + 0.5) * _PIXEL - 1
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    grid = torch.stack([x, y, torch.ones_like(x)], 2).view(-1, 3) @ torch.stack(matrix, 1).view(count, 3, 2)
    # A coarse random field drawn out smoothly stands for Simard's field blurred by a Gaussian.
    coarse = torch.rand(count, 2, 6, 6, generator=random) * 2 - 1
    strength = torch.rand(count, 1, 1, 1, generator=random) * by.elastic * _PIXEL
    stretch = F.interpolate(torch.eye(6)[None], _SIZE, mode="linear", align_corners=True)[0]  # (6, 28)
    field = stretch.T @ coarse @ stretch * strength
    return grid.view(count, _SIZE, _SIZE, 2) + field.permute(0, 2, 3, 1)


def _thickness(pictures: Tensor, random: torch.Generator, by: Distortion) -> Tensor:
    grown, shrunk = _grown(pictures), -_grown(-pictures)
    amount = (torch.rand(len(pictures), 1, 1, 1, generator=random) * 2 - 1) * by.thicken
    # Thin lines would vanish if they shrank as far as thick ones grow.
    return pictures + amount.clamp(min=0) * (grown - pictures) + amount.clamp(max=0) * 0.6 * (pictures - shrunk)


def _grown(pictures: Tensor) -> Tensor:
    """The largest of each pixel's 3x3 neighbourhood. max_pool2d does the same, many times slower."""
    edge = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
    rows = torch.maximum(torch.maximum(edge[..., :-2, :], edge[..., 1:-1, :]), edge[..., 2:, :])
    return torch.maximum(torch.maximum(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
