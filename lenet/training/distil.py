"""The second stage of training: each network learns from the answers of a larger one and of its peers.

Together they err less than each, and a small network needs many batches to come near them. So the pictures are
distorted and answered once, in several copies, and every network learns from the same answers.
Sources: Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network"; Beyer et al. 2022, "Knowledge
distillation: a good teacher is patient and consistent".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..model import LeNet5
from .distortion import Distortion, augment
from .loop import optimise
from .pictures import NO_DIGIT, Pictures, Pool

_AT_ONCE = 500


@dataclass(frozen=True)
class Lessons:
    """Every number of such a stage. Copies and shares of a batch: MNIST, synthetic digits, junk, what is hard, and, in
    the last stage, letters and other scripts."""

    copies: tuple[int, ...] = (8, 2, 2, 2)
    per_batch: tuple[int, ...] = (160, 40, 32, 24)
    batches: int = 30_000
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    averaging: float = 0.9995  # of the weights, over batches
    plain: float = 0.15  # share of the pictures left undistorted
    distortion: Distortion = field(default_factory=lambda: Distortion().eased(0.4))
    taught: float = 0.8  # share of the target that is the answers; the rest is the label


def lesson(pictures: Pictures, models: Sequence[nn.Module], recipe: Lessons, seed: int) -> Pictures:
    """One distorted copy of the pictures with what to answer: labels are float32 (n, 11), a probability each.

    models: the teacher, then the peers. Whether a picture is a digit, the teacher says; which one, the mean of all.
    Without a teacher the label is the answer. The last of the eleven is "no digit".
    """
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(seed)
    models = [model.to(memory_format=torch.channels_last).eval() for model in models]  # type: ignore[call-overload]
    images, targets = [], []
    for first in range(0, len(pictures.labels), _AT_ONCE):
        drawn = pictures.images[first : first + _AT_ONCE].unsqueeze(1).float() / 255
        keep = torch.rand(len(drawn), 1, 1, 1, generator=random) < recipe.plain
        batch = torch.where(keep, drawn, augment(drawn, random, recipe.distortion)).mul(255).round()
        images.append(batch.squeeze(1).to(torch.uint8))
        target = F.one_hot(pictures.labels[first : first + _AT_ONCE], NO_DIGIT + 1).float()
        if models:
            target = torch.lerp(target, _answers(batch / 255, models), recipe.taught)
        targets.append(target)
    return Pictures(torch.cat(images), torch.cat(targets))


def _answers(batch: Tensor, models: Sequence[nn.Module]) -> Tensor:
    """Probabilities (n, 11): "no digit" by the first model, the ten digits by the mean of all."""
    batch = batch.to(memory_format=torch.channels_last)
    with torch.inference_mode():
        answers = [model(batch) for model in models]
    taught = F.softmax(F.pad(answers[0], (0, 1)), 1)
    digits = torch.stack([F.softmax(each, 1) for each in answers]).mean(0)
    taught[:, :NO_DIGIT] = digits * (1 - taught[:, NO_DIGIT:])
    return taught


def distil(model: LeNet5, lessons: Sequence[Pictures], recipe: Lessons, seed: int, progress: bool = True) -> LeNet5:
    """Train a network on, towards the answers. lessons: of MNIST, synthetic digits, junk and what is hard.

    Returns the average of the weights over the last batches, in eval mode.
    """
    torch.set_num_threads(1)
    random = torch.Generator().manual_seed(seed)
    pools = [Pool(pictures, random) for pictures in lessons]
    model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def loss_at(_: int) -> Tensor:
        taken = [pool.take(count) for pool, count in zip(pools, recipe.per_batch)]
        images = torch.cat([images for images, _ in taken]).unsqueeze(1).float() / 255
        logits = model(images.to(memory_format=torch.channels_last))
        return F.cross_entropy(F.pad(logits, (0, 1)), torch.cat([target for _, target in taken]))

    return optimise(model.train(), loss_at, recipe.batches, recipe, f"distil seed {seed}", progress)
