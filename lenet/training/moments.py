"""Train the bundled network once more, and keep it at some moments from its random start on.

`python -m lenet train-moments --mnist DIR --out moments.npz` takes 40 minutes of one core. It trains by the recipe of
`digit`, from the seed of the bundled network, and writes all moments in float16, and a card with the loss and the test
error of each. The last one is the network as it is shipped: the average of the weights, calibrated.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from ..mistake import Mistake
from ..model import LeNet5
from ..moments import as_network
from ..weights import DEFAULT, card, provenance, write_card
from . import digit
from .calibration import calibrate, fold_temperature
from .dataset import of_mnist, of_sources
from .mnist import mnist
from .published import error
from .run import circumstances, command, device

COUNT = 20
_FIRST = 20  # batches until the first moment after the start


def moments(steps: int, count: int = COUNT) -> list[int]:
    """After how many batches the network is kept: at the start, then ever more seldom; not at the end."""
    return [
        0,
        *np.unique(np.geomspace(min(_FIRST, steps / count), steps * 0.9, count - 2).round().astype(int)).tolist(),
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.npz", help="what to write; a card beside it")
    parser.add_argument("--device", type=device, default="cpu", help="cpu (the default), cuda or mps")
    parser.add_argument("--quick", action="store_true", help="of a worse network, in about two minutes")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train, write the moments and their card, and return its curves."""
    began, out = time.time(), options.out
    if out.suffix != ".npz" or not out.parent.is_dir():
        raise Mistake(f"{out} must end in .npz, in a folder that is there.")
    recipe = digit.quick(digit.Recipe()) if options.quick else digit.Recipe()
    digits, test = mnist("train", options.mnist), mnist("test", options.mnist)
    learned, held_out = of_mnist(digits, recipe.held_out)
    pictures = of_sources(recipe.sources, learned, recipe.drawn)
    wanted, kept, losses = set(moments(recipe.steps)), [], []
    recent: list[float] = []

    def watch(model: LeNet5, step: int, loss: Tensor) -> None:
        recent.append(float(loss.detach()))
        if step in wanted:
            kept.append({name: each.detach().cpu().half().numpy() for name, each in model.state_dict().items()})
            losses.append(round(float(np.mean(recent)), 4))
            recent.clear()

    seed = card(DEFAULT)["seed"]
    model = digit.train(pictures, recipe, seed, device=options.device, watch=watch)
    logits = digit.logits_of(model, held_out.images)
    fold_temperature(model, calibrate(logits, held_out.labels, recipe.wrongly_rejected)["temperature"])
    kept.append({name: each.half().numpy() for name, each in model.state_dict().items()})
    losses.append(round(float(np.mean(recent)), 4))
    arrays: dict[str, Any] = {name: np.stack([each[name] for each in kept]) for name in kept[0]}
    np.savez(out, **arrays)
    networks = [as_network(arrays, i) for i in range(len(kept))]
    told = {
        "batches": [*sorted(wanted), recipe.steps],
        "loss": losses,
        "test_error_percent": [error(each, test) for each in networks],
    }
    written = {**provenance(out), **circumstances(command(options), recipe, began), "seed": seed, "moments": told}
    write_card(out, written)
    return {"out": str(out), "seconds": written["seconds"], **told}
