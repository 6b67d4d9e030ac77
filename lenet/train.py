"""Train the bundled LeNet-5: MNIST, synthetic digits and junk, distorted anew in every batch.

The network has ten outputs and no eleventh for "no digit". Training gives it one that costs no
parameter: a logit that is always 0. The ten logits are then log-odds against "no digit", and their
logsumexp is the score by which `recognize` tells a digit from junk.
Source of the fixed logit: Dhamija, Günther, Boult 2018, "Reducing network agnostophobia", in spirit.
"""

from __future__ import annotations

import hashlib
import json
import math
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from . import junk, synth
from .augment import Distortion, augment
from .data import SHA256, Digits
from .ink import prepare
from .model import PARAMETERS, LeNet5
from .optimize import optimise
from .recognize import digit_score


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
    distil_epochs: int = 8  # in which each network learns from the mean answer of all
    distil_learning_rate: float = 1e-3
    distil_share: float = 0.8  # of the target; the rest is the label
    distil_easing: float = 0.6
    lookalikes: int = 20_000  # 1s and 7s that only slants tell apart, learned from their labels meanwhile
    lookalikes_per_batch: int = 16
    selection_digits: int = 20_000  # fresh synthetic ones, to choose the network that is shipped
    held_out: int = 5_000  # MNIST pictures kept for fitting temperature and threshold
    wrongly_rejected: float = 0.003  # share of held-out digits that may score below the threshold


@dataclass(frozen=True)
class Pictures:
    """Labelled pictures: uint8 (n, 28, 28), ink = 255; labels int64 (n,), 0 to 9, or 10 for no digit."""

    images: Tensor
    labels: Tensor


NO_DIGIT = 10


_CHUNK = 5_000


def synthetic(recipe: Recipe, seed: int, workers: int = 1) -> tuple[Pictures, Pictures]:
    """The synthetic digits and the junk of a recipe, drawn by `ink.prepare`. The same for any `workers`."""
    counts = {"digits": recipe.synthetic_digits, "junk": recipe.synthetic_junk}
    digits, others = _drawn(counts, seed, workers)
    return digits, others


def lookalikes(recipe: Recipe, seed: int, workers: int = 1) -> Pictures:
    """The lookalikes of a recipe, 1s and 7s in turn."""
    return _drawn({"lookalikes": recipe.lookalikes}, seed, workers)[0]


def _drawn(counts: dict[str, int], seed: int, workers: int) -> list[Pictures]:
    """So many pictures of every kind, in chunks with a seed each."""
    jobs = [
        (kind, min(_CHUNK, count - first), [seed, number, first])
        for number, (kind, count) in enumerate(counts.items())
        for first in range(0, count, _CHUNK)
    ]
    drawn: dict[str, list[Pictures]] = {kind: [] for kind in counts}
    with _processes(workers) as pool:
        results = pool.map(_draw_chunk, *zip(*jobs, strict=True))
        for (kind, _, _), pictures in zip(jobs, tqdm(results, "synthetic ink", len(jobs)), strict=True):
            drawn[kind].append(pictures)
    return [_joined(chunks) for chunks in drawn.values()]


def _joined(chunks: list[Pictures]) -> Pictures:
    images = torch.cat([torch.empty(0, 28, 28, dtype=torch.uint8), *(chunk.images for chunk in chunks)])
    return Pictures(images, torch.cat([torch.empty(0, dtype=torch.long), *(chunk.labels for chunk in chunks)]))


def _draw_chunk(kind: str, count: int, seed: list[int]) -> Pictures:
    random = np.random.default_rng(seed)
    if kind == "junk":
        labels = torch.full((count,), NO_DIGIT)
        glyphs = (junk.fitting(random) for _ in range(count))
    elif kind == "lookalikes":
        labels = torch.tensor([1, 7])[torch.arange(count) % 2]
        glyphs = (synth.lookalike(label, random) for label in labels.tolist())
    else:
        labels = torch.arange(count) % 10
        glyphs = (synth.digit(label, random) for label in labels.tolist())
    return Pictures(torch.stack([_picture(glyph) for glyph in glyphs]), labels)


def _processes(workers: int) -> ProcessPoolExecutor:
    # spawn, not fork: forking a process that has used torch's threads can hang.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _picture(glyph: synth.Glyph) -> Tensor:
    # With the specks that a reader leaves out: a dot just too near for that should do no harm.
    return torch.from_numpy(np.rint(prepare(glyph, specks=True).picture * 255).astype(np.uint8))


class Pool:
    """Hands out batches of one kind of picture, in a new random order each time it runs through."""

    def __init__(self, pictures: Pictures, random: torch.Generator) -> None:
        self.pictures, self.random = pictures, random
        self.order = torch.empty(0, dtype=torch.long)

    def take(self, count: int) -> tuple[Tensor, Tensor]:
        while len(self.order) < count:
            fresh = torch.randperm(len(self.pictures.labels), generator=self.random)
            self.order = torch.cat([self.order, fresh])
        chosen, self.order = self.order[:count], self.order[count:]
        return self.pictures.images[chosen], self.pictures.labels[chosen]


def loss(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy over ten digits and "no digit", whose logit is 0. logits (n, 10), labels (n,) 0 to 10."""
    eleven = F.pad(logits, (0, 1))
    return F.cross_entropy(eleven, labels, label_smoothing=smoothing)


@dataclass(frozen=True)
class Batches:
    """Hands out distorted batches of MNIST, synthetic digits and junk, reproducibly; of lookalikes too, last."""

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
            recipe.lookalikes_per_batch,
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


def train(
    mnist: Pictures, digits: Pictures, others: Pictures, recipe: Recipe, seed: int, progress: bool = True
) -> LeNet5:
    """Train one network from a seed, in one thread, so that the same seed gives the same weights.

    Returns the average of the weights over the last batches, in eval mode.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    batches = Batches.of((mnist, digits, others), recipe, seed)
    model = LeNet5().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    steps = recipe.epochs * math.ceil(len(mnist.labels) / recipe.mnist_per_batch)

    def loss_at(step: int) -> Tensor:
        easing = max(0.0, (step / steps - recipe.easing_from) / (1 - recipe.easing_from))
        batch, labels = batches.next(recipe.distortion.eased(1 - easing * (1 - recipe.easing_to)))
        return loss(model(batch), labels, recipe.label_smoothing)

    return optimise(model, loss_at, steps, recipe, f"seed {seed}", progress)


def distil(
    model: LeNet5,
    teachers: list[LeNet5],
    mnist: Pictures,
    digits: Pictures,
    others: Pictures,
    alike: Pictures,
    recipe: Recipe,
    seed: int,
    progress: bool = True,
) -> LeNet5:
    """Train a network on, towards the mean answer of all networks: together they err less than each alone.

    alike: pictures the teachers know as little of; for these the label counts alone.
    Source: Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network".
    """
    torch.set_num_threads(1)
    batches = Batches.of((mnist, digits, others, alike), recipe, seed)
    model, *teachers = (each.to(memory_format=torch.channels_last) for each in (model, *teachers))  # type: ignore[call-overload]
    distortion = recipe.distortion.eased(recipe.distil_easing)
    steps = recipe.distil_epochs * math.ceil(len(mnist.labels) / recipe.mnist_per_batch)

    def loss_at(step: int) -> Tensor:
        batch, labels = batches.next(distortion)
        with torch.no_grad():
            taught = torch.stack([F.softmax(F.pad(teacher(batch), (0, 1)), 1) for teacher in teachers]).mean(0)
            share = torch.full((len(labels), 1), recipe.distil_share)
            share[len(labels) - recipe.lookalikes_per_batch :] = 0
            target = torch.lerp(F.one_hot(labels, NO_DIGIT + 1).float(), taught, share)
        return F.cross_entropy(F.pad(model(batch), (0, 1)), target)

    towards = replace(recipe, learning_rate=recipe.distil_learning_rate)
    return optimise(model.train(), loss_at, steps, towards, f"distil seed {seed}", progress)


def train_all(
    mnist: Digits, out: Path, recipe: Recipe, seeds: list[int], workers: int, keep: Path | None = None
) -> tuple[dict[str, Any], list[LeNet5]]:
    """The whole recipe: networks from every seed, each taught by all, one more to calibrate on; the best is shipped.

    The calibrating network is trained without `recipe.held_out` of MNIST's pictures; temperature and threshold
    are fitted on those and hold for the others, which see all 60,000. The one shipped has the least
    cross-entropy on undistorted training digits and on fresh synthetic ones; no test set is looked at.
    keep: a folder where finished networks lie, to go on after an interruption. Writes `out` and its card;
    returns the card and the calibrated networks.
    """
    began = time.time()
    shuffled = pictures_of(mnist)
    images, labels = shuffled.images, shuffled.labels
    held_out = {_CALIBRATION_SEED: recipe.held_out} | dict.fromkeys(seeds, 0)
    trained: dict[str, dict[int, dict[str, Tensor]]] = {
        stage: {
            seed: torch.load(_kept(keep, stage, seed), weights_only=True)
            for seed in held_out
            if keep and _kept(keep, stage, seed).is_file()
        }
        for stage in ("seed", "distilled")
    }
    if any(len(nets) < len(held_out) for nets in trained.values()):
        ink = (*synthetic(recipe, seeds[0], workers), lookalikes(recipe, seeds[0], workers))
        with tempfile.TemporaryDirectory() as folder, _processes(min(workers, len(held_out))) as pool:
            shared = Path(folder) / "pictures.pt"
            torch.save((shuffled, *ink), shared)
            for stage, nets in trained.items():
                teachers = [trained["seed"][seed] for seed in seeds] if stage == "distilled" else []
                running = {}
                for seed in (seed for seed in held_out if seed not in nets):
                    kept = _kept(keep, stage, seed) if keep else None
                    start = trained["seed"].get(seed)
                    job = (shared, recipe, seed, held_out[seed], start, teachers, kept)
                    running[seed] = pool.submit(_train_one, *job)
                nets |= {seed: run.result() for seed, run in running.items()}
    calibrating, *models = [_restored(trained["distilled"][seed]) for seed in held_out]
    held_images, held_labels = images[: recipe.held_out], labels[: recipe.held_out]
    fitted = calibrate(_logits(calibrating, held_images), held_labels, recipe.wrongly_rejected)
    for model in models:
        fold_temperature(model, fitted["temperature"])
    few = replace(recipe, synthetic_digits=recipe.selection_digits, synthetic_junk=0)
    fresh, _ = synthetic(few, _SELECTION_SEED, workers)
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
        "parameters": PARAMETERS,
        "weights_sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "mnist_sha256": SHA256,
        "command": f"python -m lenet train --mnist DIR --out {out.name} --seeds {' '.join(map(str, seeds))}",
        "recipe": asdict(recipe),
        "seed": seeds[best],
        "selection_loss_per_seed": {str(seed): round(loss, 5) for seed, loss in zip(seeds, losses, strict=True)},
        "minutes": round((time.time() - began) / 60, 1),
        "workers": workers,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "calibration": {"temperature": fitted["temperature"], "held_out": recipe.held_out},
        "rejection": {"threshold": fitted["threshold"], "score": "logsumexp of the ten logits"},
        "measured": {},
    }
    write_card(out, card)
    return card, models


def pictures_of(mnist: Digits) -> Pictures:
    """MNIST's digits in an order of their own, the same for every training."""
    order = torch.randperm(len(mnist.labels), generator=torch.Generator().manual_seed(_CALIBRATION_SEED))
    return Pictures(torch.tensor(mnist.images)[order], torch.tensor(mnist.labels).long()[order])


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


def write_card(weights: Path, card: dict[str, Any]) -> None:
    """Write the card of a weights file beside it."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    weights.with_suffix(".json").write_text(text + "\n", "utf-8")


_CALIBRATION_SEED = 0
_SELECTION_SEED = 1_000_000


def _kept(keep: Path, stage: str, seed: int) -> Path:
    return keep / f"{stage}-{seed}.pt"


def _train_one(
    shared: Path,
    recipe: Recipe,
    seed: int,
    held_out: int,
    start: dict[str, Tensor] | None,
    teachers: list[dict[str, Tensor]],
    kept: Path | None,
) -> dict[str, Tensor]:
    """Train a network from scratch, or from its start towards its teachers. kept: where to leave it as well."""
    mnist, digits, others, alike = torch.load(shared, weights_only=False)
    seen = Pictures(mnist.images[held_out:], mnist.labels[held_out:])
    if start is None:
        model = train(seen, digits, others, recipe, seed)
    else:
        taught_by = [_restored(each) for each in teachers]
        model = distil(_restored(start), taught_by, seen, digits, others, alike, recipe, seed)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        torch.save(model.state_dict(), kept)
    return model.state_dict()


def _restored(weights: dict[str, Tensor]) -> LeNet5:
    model = LeNet5()
    model.load_state_dict(weights)
    return model.eval()


def _logits(model: LeNet5, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return model(images.unsqueeze(1).float() / 255)
