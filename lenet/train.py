"""Train the bundled LeNet-5: MNIST, synthetic digits and junk, distorted anew in every batch.

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
from .model import LeNet5
from .optimize import Network, optimise
from .pictures import NO_DIGIT, Pictures, Pool, hard, pictures_of, synthetic
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
    distil_epochs: int = 16  # in which each network learns from the teacher's answers, and from all the others'
    distil_mnist_per_batch: int = 256
    distil_learning_rate: float = 1.5e-3
    distil_share: float = 0.8  # of the target; the rest is the label
    distil_easing: float = 0.4
    synthetic_hard: int = 60_000  # for the teacher, and for each network while it learns from it
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
    steps = _steps(kinds, recipe, epochs)

    def loss_at(step: int) -> Tensor:
        easing = max(0.0, (step / steps - recipe.easing_from) / (1 - recipe.easing_from))
        batch, labels = batches.next(recipe.distortion.eased(1 - easing * (1 - recipe.easing_to)))
        return loss(model(batch), labels, recipe.label_smoothing)

    return optimise(model, loss_at, steps, recipe, title, progress)


def distil(
    model: LeNet5,
    teacher: nn.Module,
    peers: Sequence[nn.Module],
    kinds: Sequence[Pictures],
    recipe: Recipe,
    seed: int,
    progress: bool = True,
) -> LeNet5:
    """Train a network on, towards the answers of a larger one and of its peers, which together err less than each.

    Whether a picture is a digit, the teacher says; which one, the mean of all, but of what is hard the peers know
    nothing. kinds: MNIST, synthetic digits, junk and what is hard.
    Source: Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network".
    """
    torch.set_num_threads(1)
    recipe = replace(recipe, learning_rate=recipe.distil_learning_rate, mnist_per_batch=recipe.distil_mnist_per_batch)
    batches = Batches.of(kinds, recipe, seed)
    model, teacher, *peers = (
        each.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        for each in (model, teacher.eval(), *peers)
    )
    distortion = recipe.distortion.eased(recipe.distil_easing)

    def loss_at(step: int) -> Tensor:
        batch, labels = batches.next(distortion)
        easy = len(labels) - recipe.hard_per_batch
        with torch.no_grad():
            logits = teacher(batch)
            taught = F.softmax(F.pad(logits, (0, 1)), 1)
            answers = [logits[:easy], *(peer(batch[:easy]) for peer in peers)]
            digits = torch.stack([F.softmax(each, 1) for each in answers]).mean(0)
            taught[:easy, :NO_DIGIT] = digits * (1 - taught[:easy, NO_DIGIT:])
        target = torch.lerp(F.one_hot(labels, NO_DIGIT + 1).float(), taught, recipe.distil_share)
        return F.cross_entropy(F.pad(model(batch), (0, 1)), target)

    steps = _steps(kinds, recipe, recipe.distil_epochs)
    return optimise(model.train(), loss_at, steps, recipe, f"distil seed {seed}", progress)


def _steps(kinds: Sequence[Pictures], recipe: Recipe, epochs: int) -> int:
    return epochs * math.ceil(len(kinds[0].labels) / recipe.mnist_per_batch)


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
            with processes(min(workers, len(jobs))) as pool:
                for stage in (jobs, distilled):
                    for done in [pool.submit(_train_one, shared, recipe, kept, seeds, job) for job in stage]:
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
class _Job:
    """One network to train without the first `held_out` of MNIST. stage: "seed", "teacher" or "distilled"."""

    stage: str
    seed: int
    held_out: int = 0

    def kept(self, folder: Path) -> Path:
        return folder / f"{self.stage}-{self.seed}.pt"


def _train_one(shared: Path, recipe: Recipe, kept: Path, seeds: list[int], job: _Job) -> None:
    """Train one network, unless it lies in the folder `kept` already, and leave it there."""
    file = job.kept(kept)
    if file.is_file():
        return
    mnist, *ink = torch.load(shared, weights_only=False)
    kinds = [Pictures(mnist.images[job.held_out :], mnist.labels[job.held_out :]), *ink]
    model: nn.Module
    if job.stage == "seed":
        model = train(kinds[:3], recipe, job.seed)
    elif job.stage == "teacher":
        model = train_teacher(kinds, recipe, job.seed)
    else:
        start = _restored(LeNet5(), replace(job, stage="seed").kept(kept))
        teacher = _restored(Teacher(), replace(job, stage="teacher", seed=_TEACHER_SEED).kept(kept))
        peers = [_restored(LeNet5(), _Job("seed", seed).kept(kept)) for seed in seeds]
        model = distil(start, teacher, peers, kinds, recipe, job.seed)
    torch.save(model.state_dict(), file)


def _restored(model: Network, weights: Path) -> Network:
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model.eval()


def _logits(model: LeNet5, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return model(images.unsqueeze(1).float() / 255)
