"""The whole training, from MNIST to the weights that are shipped, stage by stage, in several processes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..model import LeNet5
from ..weights import provenance, write_card
from .calibration import calibrate, fold_temperature
from .distil import distil, lesson
from .loop import Network
from .mnist import SHA256, Digits
from .pictures import Pictures, hard, joined, letters, pictures_of, scripts, synthetic
from .processes import processes
from .teacher import Teacher
from .train import Recipe, train, train_teacher

_CALIBRATION_SEED = 0
_TEACHER_SEED = 0
_SELECTION_SEED = 1_000_000
_HARD, _SCRIPTS = 3, 5  # of the kinds of pictures


def train_all(
    mnist: Digits, out: Path, recipe: Recipe, seeds: list[int], workers: int, keep: Path | None = None
) -> tuple[dict[str, Any], list[LeNet5]]:
    """The whole recipe: networks from every seed, each then taught by all and by a larger one; the best learns on.

    The larger one and one network more, the calibrating one, are trained without `recipe.held_out` of MNIST's
    pictures; temperature and threshold are fitted on those and hold for the others, which see all 60,000. The best
    has the least cross-entropy on undistorted training digits and on fresh synthetic ones; no test set is looked at.
    It is taught once more, by a second teacher that knows the whole alphabet, and is shipped.
    keep: a folder where finished networks lie, to go on after an interruption. Writes `out` and its card;
    returns the card and the calibrated networks, one a seed, as they were before the last stage.
    """
    began = time.time()
    shuffled = pictures_of(mnist)
    images, labels = shuffled.images, shuffled.labels
    held_out = {_CALIBRATION_SEED: recipe.held_out} | dict.fromkeys(seeds, 0)
    networks = [
        _Job("teacher", _TEACHER_SEED, recipe.held_out),
        *(_Job("seed", seed, n) for seed, n in held_out.items()),
        _SECOND_TEACHER,
    ]
    distilled = [_Job("distilled", seed, n) for seed, n in held_out.items()]
    with tempfile.TemporaryDirectory() as folder:
        work = _Work(Path(folder) / "pictures.pt", recipe, keep or Path(folder), seeds, workers)
        work.finish(shuffled, [networks, work.course(), distilled])
        calibrating, *models = [work.restored(LeNet5(), job) for job in distilled]
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
        last = _Job("further", seeds[best])
        work.finish(shuffled, [[_SECOND_TEACHER], work.course(seeds[best]), [last]])
        shipped = work.restored(LeNet5(), last)
    fold_temperature(shipped, fitted["temperature"])
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(shipped.state_dict(), out)
    card = {
        "model": "LeNet-5 with max pooling, dense C3, ReLU and softmax",
        **provenance(out),
        "mnist_sha256": SHA256,
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
    workers: int

    def finish(self, mnist: Pictures, stages: Sequence[Sequence[_Job | _Lesson]]) -> None:
        """Run stages one after the other, unless the results of the last lie in the folder already."""
        if all(job.kept(self.kept).is_file() for job in stages[-1]):
            return
        self.kept.mkdir(parents=True, exist_ok=True)
        if not self.pictures.is_file():
            recipe, seed = self.recipe, self.seeds[0]
            ink = synthetic(recipe.synthetic_digits, recipe.synthetic_junk, seed, self.workers)
            more = (
                hard(recipe.synthetic_hard, seed, self.workers),
                letters(recipe.synthetic_letters, seed, self.workers),
                scripts(recipe.synthetic_scripts, seed, self.workers),
            )
            torch.save((mnist, *ink, *more), self.pictures)
        with processes(self.workers) as pool:
            for stage in stages:
                for done in [pool.submit(_do, job, self) for job in stage]:
                    done.result()

    def restored(self, model: Network, job: _Job) -> Network:
        model.load_state_dict(torch.load(job.kept(self.kept), weights_only=True))
        return model.eval()

    def course(self, best: int | None = None) -> list[_Lesson]:
        """All lessons of the second stage, or, for the network that is best, of the last."""
        copies = (self.recipe.lessons if best is None else self.recipe.further).copies
        return [_Lesson(kind, copy, best) for kind, n in enumerate(copies) for copy in range(n)]

    def drawn(self, course: Sequence[_Lesson], held_out: int = 0) -> list[Pictures]:
        """The lessons of a course, a kind each, without the first `held_out` pictures of MNIST."""
        kinds: dict[int, list[Pictures]] = {}
        for each in course:
            pictures = torch.load(each.kept(self.kept), weights_only=False)
            kinds.setdefault(each.kind, []).append(pictures if each.kind else _without(pictures, held_out))
        return [joined(parts) for parts in kinds.values()]


@dataclass(frozen=True)
class _Job:
    """One network to train without the first `held_out` of MNIST.

    stage: "seed", "teacher", then "distilled", then "further"; "second teacher" for the last.
    """

    stage: str
    seed: int
    held_out: int = 0

    def kept(self, folder: Path) -> Path:
        return folder / f"{self.stage}-{self.seed}.pt"

    def made(self, work: _Work) -> dict[str, Tensor]:
        return self._trained(work).state_dict()

    def _trained(self, work: _Work) -> nn.Module:
        recipe = work.recipe
        if self.stage == "distilled":
            start = work.restored(LeNet5(), _Job("seed", self.seed))
            return distil(start, work.drawn(work.course(), self.held_out), recipe.lessons, self.seed)
        if self.stage == "further":
            model = work.restored(LeNet5(), _Job("distilled", self.seed))
            lessons = work.drawn(work.course(self.seed))
            for number, each in enumerate((recipe.further, recipe.closing)):
                model = distil(model, lessons, each, 1_000 * number + self.seed)
            return model
        mnist, *ink = torch.load(work.pictures, weights_only=False)
        kinds = [_without(mnist, self.held_out), *ink]
        if self.stage == "seed":
            return train(kinds[:3], recipe, self.seed)
        if self.stage == "teacher":
            return train_teacher(kinds[:4], recipe, self.seed)
        recipe = replace(
            recipe, teacher_epochs=recipe.further_teacher_epochs, hard_per_batch=recipe.further_hard_per_batch
        )
        return train_teacher(kinds[:_SCRIPTS], recipe, self.seed)


_SECOND_TEACHER = _Job("second teacher", 1)


@dataclass(frozen=True)
class _Lesson:
    """One distorted copy of a kind of picture: MNIST, synthetic digits, junk, what is hard, letters, other scripts.

    best: in the last stage, the network that is taught: it answers beside the second teacher. Before, the first
    teacher and the networks of all seeds answer. Of what is hard, and of letters, a teacher alone knows something; of
    other scripts nobody does.
    """

    kind: int
    copy: int
    best: int | None = None

    def kept(self, folder: Path) -> Path:
        return folder / f"{'lesson' if self.best is None else 'further lesson'}-{self.kind}-{self.copy}.pt"

    def made(self, work: _Work) -> Pictures:
        pictures = torch.load(work.pictures, weights_only=False)[self.kind]
        if self.best is None:
            recipe, first_seed = work.recipe.lessons, 0
            teacher, peers = _Job("teacher", _TEACHER_SEED), [_Job("seed", seed) for seed in work.seeds]
        else:
            recipe, first_seed = work.recipe.further, 1_000
            teacher, peers = _SECOND_TEACHER, [_Job("distilled", self.best)]
        models: list[nn.Module] = []
        if self.kind < _SCRIPTS:
            models.append(work.restored(Teacher(), teacher))
        if self.kind < _HARD:
            models += [work.restored(LeNet5(), peer) for peer in peers]
        return lesson(pictures, models, recipe, first_seed + 100 * self.kind + self.copy)


def _do(job: _Job | _Lesson, work: _Work) -> None:
    """Leave a job's result in the folder of results, unless it lies there already."""
    file = job.kept(work.kept)
    if not file.is_file():
        torch.save(job.made(work), file)


def _without(pictures: Pictures, first: int) -> Pictures:
    return Pictures(pictures.images[first:], pictures.labels[first:])


def _logits(model: LeNet5, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return model(images.unsqueeze(1).float() / 255)
