"""The whole training, from MNIST to the weights that are shipped, stage by stage, in several processes."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .calibration import calibrate, fold_temperature
from .cards import provenance, write_card
from .data import Digits
from .distil import distil, lesson
from .model import LeNet5
from .optimize import Network
from .pictures import Pictures, hard, joined, pictures_of, synthetic
from .processes import processes
from .teacher import Teacher
from .train import Recipe, train, train_teacher

_CALIBRATION_SEED = 0
_TEACHER_SEED = 0
_SELECTION_SEED = 1_000_000


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
