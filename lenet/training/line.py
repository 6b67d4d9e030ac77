"""Train the network that is swept over lines: one phase, from the weights that read one digit.

`python -m lenet train-scan --mnist DIR --network lenet5.pt --out scan.pt` prints where it wrote them. What the two
kinds of lines give, by 6,000 batches each (one seed; 120 lines of DigiLeTs' pens read whole by the sweep alone):

                                            spaced    close     touching
    drawn, and set from single pictures     92.5 %    90.0 %    60.8 %
    drawn alone                             89.2      80.8      59.2
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..line.sweep import sweep
from ..model import NO_DIGIT, LeNet5, with_no_digit
from ..weights import DEFAULT, file_of, provenance, save, standard
from .dataset import batch, of_sources, randomness
from .loop import Optimisation, optimise
from .mnist import Pictures, mnist
from .run import add_training_arguments, circumstances, command, fingerprint, whole
from .strips import DrawnLines, Setting, Strips, drawn_lines, set_lines

_LINES_SEED = 1


@dataclass(frozen=True)
class Recipe(Optimisation):
    """Every number of the training, besides those of the loop."""

    steps: int = 38_000
    learning_rate: float = 2e-3
    # Of the pictures that 16 lines are set from, 8 a line.
    sources: Mapping[str, int] = field(
        default_factory=lambda: {
            "MNIST": 50, "digits": 31, "styles": 24, "junk": 7, "letters": 7, "compounds": 3, "signs": 6,
        }
    )  # fmt: skip
    drawn: int = 80_000  # pictures of every kind of ink
    setting: Setting = field(default_factory=Setting)
    drawn_lines: int = 100_000
    drawn_per_batch: int = 24
    digit_weight: float = 2.0  # of the columns that show a digit, in their loss
    column_share: float = 0.25  # of that loss, beside the strings'


def quick(recipe: Recipe) -> Recipe:
    """The same in about three minutes, to a worse network: for trying things."""
    return replace(recipe, steps=3_000, drawn=12_000, drawn_lines=15_000, averaging=0.99)


def train(
    start: LeNet5, digits: Pictures, recipe: Recipe, seed: int, part: Path | None = None, device: str = "cpu"
) -> LeNet5:
    """Train a copy of a network on lines. Returns it in eval mode, on the CPU.

    Every step has lines set from single pictures, of which the columns of the score map are labelled as well, and
    lines drawn in one go. A string is right wherever in the line the network sees each digit best.
    """
    pictures = of_sources(recipe.sources, digits, recipe.drawn)
    drawn = DrawnLines(drawn_lines(recipe.drawn_lines, _LINES_SEED), recipe.drawn_per_batch)
    torch.set_num_threads(1)
    model = LeNet5()
    model.load_state_dict(start.state_dict())

    def loss_at(model: LeNet5, step: int) -> Tensor:
        random = randomness(seed, step)
        composed = set_lines(batch(pictures, recipe.sources, random), recipe.setting, random)
        return loss(model, composed, recipe, device) + loss(model, drawn.take(random), recipe, device)

    name = fingerprint(recipe, seed, device, [value.sum().item() for value in start.state_dict().values()])
    return optimise(model.to(device), loss_at, recipe, f"seed {seed}", part, name)


def loss(model: LeNet5, strips: Strips, recipe: Recipe, device: str = "cpu") -> Tensor:
    """What a network's sweep over lines costs: of the strings, and of the columns where they are labelled."""
    logits = with_no_digit(sweep(model, strips.pictures.to(device)))
    total = strings_loss(logits, strips.digits)
    if strips.columns is not None:
        total = total + recipe.column_share * columns_loss(logits, strips.columns.to(device), recipe)
    return total


def columns_loss(logits: Tensor, columns: Tensor, recipe: Recipe) -> Tensor:
    """Cross-entropy of the columns that have a label. logits: (n, 11, columns); columns: (n, columns)."""
    weight = torch.full((NO_DIGIT + 1,), recipe.digit_weight, device=logits.device)
    weight[NO_DIGIT] = 1.0
    return F.cross_entropy(logits, columns, weight, label_smoothing=recipe.label_smoothing)


def strings_loss(logits: Tensor, strings: list[list[int]]) -> Tensor:
    """Connectionist temporal classification: minus the mean log-probability, per digit, of what is written.

    logits: (n, 11, columns); strings: the n lines' digits, left to right.
    Source: Graves et al. 2006, "Connectionist temporal classification"; LeCun et al. 1998, section VII, train their
    space displacement network on whole strings for the same reason.
    """
    # On the CPU, since not every device has this loss. (columns, n, 11)
    logp = F.log_softmax(logits, 1).permute(2, 0, 1).cpu()
    length = torch.tensor([len(digits) for digits in strings])
    columns = torch.full((len(length),), len(logp))
    written = torch.tensor([digit for digits in strings for digit in digits])
    lost = F.ctc_loss(logp, written, columns, length, blank=NO_DIGIT, reduction="none", zero_infinity=True)
    return (lost / length.clamp(min=1)).mean().to(logits.device)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line says of this training."""
    add_training_arguments(parser)
    parser.add_argument("--seed", type=whole, default=1)
    parser.add_argument("--network", default=DEFAULT, metavar="NAME_OR_FILE", help="to start from")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train, and save the weights and their card."""
    began = time.time()
    recipe = quick(Recipe()) if options.quick else Recipe()
    start, digits = standard(options.network), mnist("train", options.mnist)
    part = options.out.with_suffix(".part")
    model = train(start, digits, recipe, options.seed, part, options.device)
    card = {
        "model": "LeNet-5 with max pooling, swept over lines as a space displacement network",
        "started_from_sha256": provenance(file_of(options.network))["weights_sha256"],
        **circumstances(command(options), recipe, began),
        "seed": options.seed,
    }
    save(model, options.out, card)
    part.unlink(missing_ok=True)
    return {"out": str(options.out), "seconds": card["seconds"]}
