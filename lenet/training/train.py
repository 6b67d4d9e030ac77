"""Train a LeNet-5 from a seed, or a teacher: MNIST, synthetic digits and junk, distorted anew in every batch.

The network has ten outputs and no eleventh for "no digit". Training gives it one that costs no
parameter: a logit that is always 0. The ten logits are then log-odds against "no digit", and their
logsumexp is the score by which `recognize` tells a digit from junk.
Source of the fixed logit: Dhamija, Günther, Boult 2018, "Reducing network agnostophobia", in spirit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import LeNet5, with_no_digit
from .distil import Lessons
from .distortion import Distortion, augment
from .loop import Network, optimise
from .pictures import Pictures, Pool
from .teacher import Teacher

_FURTHER = Lessons(copies=(8, 2, 2, 2, 3, 3), per_batch=(160, 40, 28, 20, 24, 20), batches=32_000)
# The same lessons once more, with smaller steps and more of MNIST.
_CLOSING = replace(_FURTHER, per_batch=(224, 40, 24, 20, 20, 20), batches=24_000, learning_rate=1e-3)


@dataclass(frozen=True)
class Recipe:
    """Every number of the training. An epoch is one pass over MNIST, mixed with synthetic ink."""

    epochs: int = 80
    mnist_per_batch: int = 128
    synthetic_per_batch: int = 80
    junk_per_batch: int = 64
    synthetic_digits: int = 100_000
    synthetic_junk: int = 60_000
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.02
    averaging: float = 0.9995  # of the weights, over batches
    plain: float = 0.15  # share of every batch left undistorted
    distortion: Distortion = field(default_factory=Distortion)
    easing_from: float = 0.6  # of the training; from there the distortion eases off
    easing_to: float = 0.4  # times as much, at the end
    teacher_epochs: int = 14
    teacher_learning_rate: float = 3e-3
    synthetic_hard: int = 60_000  # for the teacher, and for each network while it learns from it
    lessons: Lessons = field(default_factory=Lessons)
    hard_per_batch: int = 40
    # Then the best one learns on from a second teacher, which knows more letters.
    synthetic_letters: int = 60_000
    synthetic_scripts: int = 40_000  # these it does not know
    letters_per_batch: int = 32
    further_hard_per_batch: int = 24
    further_teacher_epochs: int = 12
    further: Lessons = _FURTHER
    closing: Lessons = _CLOSING
    selection_digits: int = 20_000  # fresh synthetic ones, to choose the network that is shipped
    held_out: int = 5_000  # MNIST pictures kept for fitting temperature and threshold
    wrongly_rejected: float = 0.003  # share of held-out digits that may score below the threshold


def loss(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy over ten digits and "no digit", whose logit is 0. logits (n, 10), labels (n,) 0 to 10."""
    return F.cross_entropy(with_no_digit(logits), labels, label_smoothing=smoothing)


@dataclass(frozen=True)
class Batches:
    """Hands out distorted batches of MNIST, synthetic digits, junk and, if given, what is hard; reproducibly."""

    pools: list[tuple[Pool, int]]
    recipe: Recipe
    random: torch.Generator

    @classmethod
    def of(cls, kinds: Sequence[Pictures], recipe: Recipe, seed: int) -> Batches:
        random = torch.Generator().manual_seed(seed)
        counts = (
            recipe.mnist_per_batch,
            recipe.synthetic_per_batch,
            recipe.junk_per_batch,
            recipe.hard_per_batch,
            recipe.letters_per_batch,
        )
        pools = [(Pool(pictures, random), count) for pictures, count in zip(kinds, counts)]
        return cls(pools, recipe, random)

    def next(self, distortion: Distortion) -> tuple[Tensor, Tensor]:
        """Pictures float32 (n, 1, 28, 28) and labels int64 (n,), 0 to 10."""
        taken = [pool.take(count) for pool, count in self.pools]
        images = torch.cat([images for images, _ in taken]).unsqueeze(1).float() / 255
        labels = torch.cat([labels for _, labels in taken])
        distorted = augment(images, self.random, distortion)
        keep = torch.rand(len(images), 1, 1, 1, generator=self.random) < self.recipe.plain
        return torch.where(keep, images, distorted).to(memory_format=torch.channels_last), labels


def train(kinds: Sequence[Pictures], recipe: Recipe, seed: int, progress: bool = True) -> LeNet5:
    """Train one network from a seed, in one thread, so that the same seed gives the same weights.

    kinds: MNIST, synthetic digits and junk. Returns the average of the weights over the last batches, in eval mode.
    """
    return _fit(LeNet5, kinds, recipe, seed, recipe.epochs, f"seed {seed}", progress)


def train_teacher(kinds: Sequence[Pictures], recipe: Recipe, seed: int, progress: bool = True) -> Teacher:
    """The same for the teacher. kinds: MNIST, synthetic digits, junk and what is hard."""
    recipe = replace(recipe, learning_rate=recipe.teacher_learning_rate)
    return _fit(Teacher, kinds, recipe, seed, recipe.teacher_epochs, "teacher", progress)


def _fit(
    architecture: type[Network],
    kinds: Sequence[Pictures],
    recipe: Recipe,
    seed: int,
    epochs: int,
    title: str,
    progress: bool,
) -> Network:
    """Train a network from its labels, while towards the end the distortion eases off."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    batches = Batches.of(kinds, recipe, seed)
    model = architecture().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    steps = epochs * math.ceil(len(kinds[0].labels) / recipe.mnist_per_batch)

    def loss_at(step: int) -> Tensor:
        easing = max(0.0, (step / steps - recipe.easing_from) / (1 - recipe.easing_from))
        batch, labels = batches.next(recipe.distortion.eased(1 - easing * (1 - recipe.easing_to)))
        return loss(model(batch), labels, recipe.label_smoothing)

    return optimise(model, loss_at, steps, recipe, title, progress)
