"""Train the bundled LeNet-5: MNIST, synthetic digits and junk, distorted anew in every batch; then its second stage.

The network has ten outputs and no eleventh for "no digit". Training gives it one that costs no
parameter: a logit that is always 0. The ten logits are then log-odds against "no digit", and their
logsumexp is the score by which `recognize` tells a digit from junk.
Source of the fixed logit: Dhamija, Günther, Boult 2018, "Reducing network agnostophobia", in spirit.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .augment import Distortion, augment
from .cards import provenance, write_card
from .data import Digits
from .distil import Lessons, distil, lesson
from .model import LeNet5
from .optimize import Network, optimise
from .pictures import Pictures, Pool, hard, joined, pictures_of, synthetic
from .processes import processes
from .recognize import digit_score
from .teacher import Teacher


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
    selection_digits: int = 20_000  # fresh synthetic ones, to choose the network that is shipped
    held_out: int = 5_000  # MNIST pictures kept for fitting temperature and threshold
    wrongly_rejected: float = 0.003  # share of held-out digits that may score below the threshold


def loss(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy over ten digits and "no digit", whose logit is 0. logits (n, 10), labels (n,) 0 to 10."""
    eleven = F.pad(logits, (0, 1))
    return F.cross_entropy(eleven, labels, label_smoothing=smoothing)


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


def train_all(
    mnist: Digits, out: Path, recipe: Recipe, seeds: list[int], workers: int, keep: Path | None = None
) -> tuple[dict[str, Any], list[LeNet5]]:
    """The whole recipe: networks from every seed, each then taught by all and by a larger one; the best is shipped.

    The larger one and one network more, the calibrating one, are trained without `recipe.held_out` of MNIST's
    pictures; temperature and threshold are fitted on those and hold for the others, which see all 60,000. The one
    shipped has the least cross-entropy on undistorted training digits and on fresh synthetic ones; no test set is
    looked at.
    keep: a folder where finished networks lie, to go on after an interruption. Writes `out` and its card;
    returns the card and the calibrated networks.
    """
    began = time.time()
    shuffled = pictures_of(mnist)
    images, labels = shuffled.images, shuffled.labels
    held_out = {_CALIBRATION_SEED: recipe.held_out} | dict.fromkeys(seeds, 0)
    jobs = [_Job("teacher", _TEACHER_SEED, recipe.held_out)] + [_Job("seed", seed, n) for seed, n in held_out.items()]
    distilled = [_Job("distilled", seed, n) for seed, n in held_out.items()]
    with tempfile.TemporaryDirectory() as folder:
        kept = keep or Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        if any(not job.kept(kept).is_file() for job in jobs + distilled):
            counts = recipe.synthetic_digits, recipe.synthetic_junk
            ink = (*synthetic(*counts, seeds[0], workers), hard(recipe.synthetic_hard, seeds[0], workers))
            shared = Path(folder) / "pictures.pt"
            torch.save((shuffled, *ink), shared)
            lessons = [_Lesson(kind, copy) for kind, n in enumerate(recipe.lessons.copies) for copy in range(n)]
            with processes(workers) as pool:
                for stage in (jobs, lessons, distilled):
                    for done in [pool.submit(_do, job, _Work(shared, recipe, kept, seeds)) for job in stage]:
                        done.result()
        calibrating, *models = [_restored(LeNet5(), job.kept(kept)) for job in distilled]
    held_images, held_labels = images[: recipe.held_out], labels[: recipe.held_out]
    fitted = calibrate(_logits(calibrating, held_images), held_labels, recipe.wrongly_rejected)
    for model in models:
        fold_temperature(model, fitted["temperature"])
    fresh, _ = synthetic(recipe.selection_digits, 0, _SELECTION_SEED, workers)
    losses = [
        float(
            F.cross_entropy(_logits(model, images), labels)
            + F.cross_entropy(_logits(model, fresh.images), fresh.labels)
        )
        for model in models
    ]
    best = losses.index(min(losses))
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(models[best].state_dict(), out)
    card = {
        "model": "LeNet-5 with max pooling, dense C3, ReLU and softmax",
        **provenance(out),
        "command": f"python -m lenet train --mnist DIR --out {out.name} --seeds {' '.join(map(str, seeds))}",
        "recipe": asdict(recipe),
        "seed": seeds[best],
        "selection_loss_per_seed": {str(seed): round(loss, 5) for seed, loss in zip(seeds, losses, strict=True)},
        "minutes": round((time.time() - began) / 60, 1),
        "workers": workers,
        "calibration": {"temperature": fitted["temperature"], "held_out": recipe.held_out},
        "rejection": {"threshold": fitted["threshold"], "score": "logsumexp of the ten logits"},
        "measured": {},
    }
    write_card(out, card)
    return card, models


def calibrate(logits: Tensor, labels: Tensor, wrongly_rejected: float) -> dict[str, float]:
    """Fit temperature and threshold on held-out digits: logits (n, 10), labels (n,).

    The temperature minimises the cross-entropy of softmax(logits / temperature); the threshold is the
    score, after the temperature, that a share `wrongly_rejected` of these digits stays below.
    """
    candidates = torch.exp(torch.linspace(math.log(0.2), math.log(5), 2_001))
    losses = torch.stack([F.cross_entropy(logits / t, labels) for t in candidates])
    temperature = float(candidates[losses.argmin()])
    scores = digit_score(logits / temperature)
    return {
        "temperature": round(temperature, 4),
        "threshold": round(float(torch.quantile(scores, wrongly_rejected)), 4),
    }


def fold_temperature(model: LeNet5, temperature: float) -> None:
    """Divide the output layer by the temperature, so that a plain softmax of the logits is calibrated."""
    with torch.no_grad():
        for parameter in model.output.parameters():
            parameter.div_(temperature)


_CALIBRATION_SEED = 0
_TEACHER_SEED = 0
_SELECTION_SEED = 1_000_000


@dataclass(frozen=True)
class _Work:
    """What all jobs share. pictures: a file of all kinds of pictures; kept: the folder of results."""

    pictures: Path
    recipe: Recipe
    kept: Path
    seeds: list[int]

    def restored(self, model: Network, stage: str, seed: int) -> Network:
        return _restored(model, _Job(stage, seed).kept(self.kept))

    def lessons(self, held_out: int) -> list[Pictures]:
        """All lessons, a kind each, without the first `held_out` pictures of MNIST."""
        kinds = []
        for kind, copies in enumerate(self.recipe.lessons.copies):
            parts = [torch.load(_Lesson(kind, copy).kept(self.kept), weights_only=False) for copy in range(copies)]
            kinds.append(joined([part if kind else _without(part, held_out) for part in parts]))
        return kinds


@dataclass(frozen=True)
class _Job:
    """One network to train without the first `held_out` of MNIST. stage: "seed", "teacher" or "distilled"."""

    stage: str
    seed: int
    held_out: int = 0

    def kept(self, folder: Path) -> Path:
        return folder / f"{self.stage}-{self.seed}.pt"

    def made(self, work: _Work) -> dict[str, Tensor]:
        if self.stage == "distilled":
            start = work.restored(LeNet5(), "seed", self.seed)
            return distil(start, work.lessons(self.held_out), work.recipe.lessons, self.seed).state_dict()
        mnist, *ink = torch.load(work.pictures, weights_only=False)
        kinds = [_without(mnist, self.held_out), *ink]
        if self.stage == "teacher":
            return train_teacher(kinds, work.recipe, self.seed).state_dict()
        return train(kinds[:3], work.recipe, self.seed).state_dict()


@dataclass(frozen=True)
class _Lesson:
    """One distorted copy of a kind of picture (MNIST, synthetic digits, junk, what is hard), to be answered by all.

    Of what is hard the teacher alone knows something.
    """

    kind: int
    copy: int

    def kept(self, folder: Path) -> Path:
        return folder / f"lesson-{self.kind}-{self.copy}.pt"

    def made(self, work: _Work) -> Pictures:
        pictures = torch.load(work.pictures, weights_only=False)[self.kind]
        models: list[nn.Module] = [work.restored(Teacher(), "teacher", _TEACHER_SEED)]
        if self.kind < len(work.recipe.lessons.copies) - 1:
            models += [work.restored(LeNet5(), "seed", seed) for seed in work.seeds]
        return lesson(pictures, models, work.recipe.lessons, 100 * self.kind + self.copy)


def _do(job: _Job | _Lesson, work: _Work) -> None:
    """Leave a job's result in the folder of results, unless it lies there already."""
    file = job.kept(work.kept)
    if not file.is_file():
        torch.save(job.made(work), file)


def _without(pictures: Pictures, first: int) -> Pictures:
    return Pictures(pictures.images[first:], pictures.labels[first:])


def _restored(model: Network, weights: Path) -> Network:
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model.eval()


def _logits(model: LeNet5, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return model(images.unsqueeze(1).float() / 255)
