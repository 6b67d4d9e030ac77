"""Random distortions of whole batches of 28x28 pictures, for training.

Affine and elastic displacement in one resampling, thicker and thinner lines, small gaps and cut edges.
Source of the elastic displacement: Simard, Steinkraus, Platt 2003, "Best practices for convolutional
neural networks applied to visual document analysis".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Distortion:
    """How far a picture may be distorted. Lengths in pixels of the 28; each bound is a hard limit."""

    rotation: float = 15.0  # degrees either way
    scale: float = 0.14  # fraction larger or smaller, each axis on its own
    shear: float = 0.22  # sideways pixels per pixel of height
    shift: float = 1.6
    elastic: float = 1.5
    thicken: float = 0.7  # share of the way to the picture grown, or shrunk, by one pixel
    gap_probability: float = 0.12
    gap: int = 4  # side of a blanked square
    cut_probability: float = 0.04
    cut: int = 5  # rows or columns blanked at an edge of the picture

    def eased(self, factor: float) -> Distortion:
        """The same turning and shifting, everything else `factor` times as strong (0 to 1)."""
        return replace(
            self,
            scale=self.scale * factor,
            shear=self.shear * factor,
            elastic=self.elastic * factor,
            thicken=self.thicken * factor,
            gap_probability=self.gap_probability * factor,
            cut_probability=self.cut_probability * factor,
        )

    @property
    def farthest(self) -> float:
        """No pixel of the 20x20 box of ink moves farther than this."""
        corner = 10 * math.sqrt(2)
        turned = 2 * math.sin(math.radians(self.rotation) / 2) * corner
        return turned + (self.scale + self.shear) * corner + self.shift + self.elastic * math.sqrt(2)


def augment(pictures: Tensor, random: torch.Generator, by: Distortion | None = None) -> Tensor:
    """Distort every picture on its own. pictures: float32 (n, 1, 28, 28) in [0, 1]; returns the same."""
    by = by or Distortion()
    moved = F.grid_sample(
        _thickness(pictures, random, by), displacement(len(pictures), random, by), align_corners=False
    )
    return _damage(moved, random, by)


def displacement(count: int, random: torch.Generator, by: Distortion, size: int = 28) -> Tensor:
    """Where each pixel is read from, for grid_sample: (count, size, size, 2), x first, -1 to 1."""

    def uniform(bound: float) -> Tensor:
        return (torch.rand(count, generator=random) * 2 - 1) * bound

    angle = uniform(math.radians(by.rotation))
    shear = uniform(by.shear)
    scale_x, scale_y = 1 + uniform(by.scale), 1 + uniform(by.scale)
    cos, sin = torch.cos(angle), torch.sin(angle)
    pixel = 2 / size
    matrix = torch.stack(
        [
            torch.stack([cos * scale_x, (shear - sin) * scale_x, uniform(by.shift) * pixel], 1),
            torch.stack([sin * scale_y, cos * scale_y, uniform(by.shift) * pixel], 1),
        ],
        2,
    )
    centres = (torch.arange(size) + 0.5) * pixel - 1
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    grid = torch.stack([x, y, torch.ones_like(x)], 2).reshape(-1, 3) @ matrix
    # A coarse random field drawn out smoothly stands for Simard's field blurred by a Gaussian.
    coarse = torch.rand(count, 2, 6, 6, generator=random) * 2 - 1
    strength = torch.rand(count, 1, 1, 1, generator=random) * by.elastic * pixel
    stretch = F.interpolate(torch.eye(6)[None], size, mode="linear", align_corners=True)[0]  # (6, size)
    field = stretch.T @ coarse @ stretch * strength
    return grid.view(count, size, size, 2) + field.permute(0, 2, 3, 1)


def _thickness(pictures: Tensor, random: torch.Generator, by: Distortion) -> Tensor:
    grown = _grown(pictures)
    shrunk = -_grown(-pictures)
    amount = (torch.rand(len(pictures), 1, 1, 1, generator=random) * 2 - 1) * by.thicken
    # Thin lines would vanish if they shrank as far as thick ones grow.
    return pictures + amount.clamp(min=0) * (grown - pictures) + amount.clamp(max=0) * 0.6 * (pictures - shrunk)


def _grown(pictures: Tensor) -> Tensor:
    """The largest of each pixel's 3x3 neighbourhood. max_pool2d does the same, many times slower."""
    edge = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
    rows = torch.maximum(torch.maximum(edge[..., :-2, :], edge[..., 1:-1, :]), edge[..., 2:, :])
    return torch.maximum(torch.maximum(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])


def _damage(pictures: Tensor, random: torch.Generator, by: Distortion) -> Tensor:
    count, _, height, width = pictures.shape

    def chance(probability: float) -> Tensor:
        return (torch.rand(count, generator=random) < probability)[:, None, None]

    row = torch.arange(height)[None, :, None]
    column = torch.arange(width)[None, None, :]
    top = torch.randint(4, height - 4 - by.gap, (count, 1, 1), generator=random)
    left = torch.randint(4, width - 4 - by.gap, (count, 1, 1), generator=random)
    gap = (row >= top) & (row < top + by.gap) & (column >= left) & (column < left + by.gap)
    edge = torch.randint(4, (count, 1, 1), generator=random)
    along = torch.where(edge < 2, row, column)
    cut = torch.where(edge % 2 == 0, along < by.cut, along >= height - by.cut)
    blank = (gap & chance(by.gap_probability)) | (cut & chance(by.cut_probability))
    return pictures.masked_fill(blank[:, None], 0.0)
