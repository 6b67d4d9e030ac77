"""Train the other bundled networks: LeNet-5 as it was published in 1998, and the textbook's.

`python -m lenet train --network lenet5-1998 --mnist DIR --out lenet5-1998.pt` trains it twice, on MNIST as it is and
on distorted digits, as the paper did, and keeps the second; its card has both test errors. `--network textbook`
likewise.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import Traceable
from ..published import MODELS, WORDS
from ..weights import save, write_card
from .calibration import logits_of
from .dataset import randomness
from .distortion import Distortion, augment
from .loop import Optimisation, optimise
from .mnist import Pictures, mnist
from .run import circumstances, command, fingerprint


@dataclass(frozen=True)
class Recipe(Optimisation):
    """Every number of the training, besides those of the loop."""

    steps: int = 12_000
    learning_rate: float = 5e-3
    label_smoothing: float = 0.0
    averaging: float = 0.999
    pictures: int = 100  # of a batch
    rubbish: float = 100.0  # the distance at which "no digit" stands, constant j of the paper's equation 9
    softness: float = 10.0  # what distances are divided by, or the criterion is sure of everything from the start
    distortion: Distortion | None = field(default_factory=Distortion)


# Weight decay of the first: of 0.02, 0.1 and 0.3, by 5,000 digits of MNIST's training set that were kept out of it.
RECIPES = {"lenet5-1998": Recipe(weight_decay=0.1), "textbook": Recipe(weight_decay=0.0)}


def quick(recipe: Recipe) -> Recipe:
    """The same in about three minutes, to a worse network: for trying things."""
    return replace(recipe, steps=1_200, averaging=0.99)


def train(name: str, digits: Pictures, recipe: Recipe, seed: int, device: str = "cpu") -> Traceable:
    """Train a network of MODELS. Returns it in eval mode, on the CPU; the same seed gives the same weights there."""
    torch.set_num_threads(1)  # batches are too small to share out
    torch.manual_seed(seed)
    model = MODELS[name]().to(device)

    def loss_at(model: Traceable, step: int) -> Tensor:
        random = randomness(seed, step)
        chosen = torch.randint(len(digits.labels), (recipe.pictures,), generator=random)
        pictures = digits.images[chosen, None].float() / 255
        if recipe.distortion:
            pictures = augment(pictures, random, recipe.distortion)
        logits = model(pictures.to(device))
        if name == "lenet5-1998":  # the criterion of equation 9: minus the distances, and that of what is no digit
            logits = F.pad(logits, (0, 1), value=-recipe.rubbish) / recipe.softness
        return F.cross_entropy(logits, digits.labels[chosen].to(device))

    title = f"{name}, {'distorted' if recipe.distortion else 'undistorted'}"
    return optimise(model, loss_at, recipe, title, None, fingerprint(recipe, seed, device))


def error(model: Traceable, test: Pictures) -> float:
    """Percent of the pictures that are misread."""
    wrong = logits_of(model, test.images).argmax(1) != test.labels
    return round(100 * float(wrong.float().mean()), 2)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train undistorted and distorted, measure both, keep the second with its card."""
    began, name, seed = time.time(), options.network, options.seeds[0]
    recipe = quick(RECIPES[name]) if options.quick else RECIPES[name]
    digits, test = mnist("train", options.mnist), mnist("test", options.mnist)
    plain = train(name, digits, replace(recipe, distortion=None), seed, options.device)
    model = train(name, digits, recipe, seed, options.device)
    card = {
        "model": WORDS[name],
        "architecture": name,
        **circumstances(command(options), recipe, began),
        "seed": seed,
        "undistorted_test_error_percent": error(plain, test),
    }
    card = save(model, options.out, card)
    card["measured"]["mnist"] = {"test_error_percent": error(model, test), "n": len(test.labels)}
    write_card(options.out, card)
    told = {each: card[each] for each in ("parameters", "seconds", "undistorted_test_error_percent")}
    return {"out": str(options.out), **told, **card["measured"]}
