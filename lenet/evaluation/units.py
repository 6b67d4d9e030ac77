"""Look at MNIST's test set with the bundled network, and keep what the page's experiments show of it.

`python -m lenet measure-units --mnist DIR --out weights/lenet5.mnist.npz` takes some seconds. It writes
which digits excite each map and each unit most, and what the layer before the output passes on for every digit, in so
few bits that the error measured from it is still that of the network; and a card with both errors, sums and counts.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..mistake import Mistake
from ..model import Traceable
from ..training.mnist import Pictures, mnist
from ..training.run import circumstances, command
from ..weights import DEFAULT, card, load, provenance, write_card

_BATCH = 1_000
_APART = 0.02  # percent that the error from the features may lie from the network's own


@dataclass(frozen=True)
class Recipe:
    """digits: of each map or unit, those that excite it most. bits: of a number that a unit passes on."""

    digits: int = 4
    bits: int = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.npz", help="what to write; a card beside it")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure, write the arrays and their card, and return the card's figures.

    The arrays: what `looked_at` returns; "levels", uint8 (units, digits): of each unit of the layer before the output
    how many of its "steps", float32 (units,), it passes on for each digit of the test set; "labels", uint8 (digits,).
    """
    began, out, recipe = time.time(), options.out, Recipe()
    if out.suffix != ".npz" or not out.parent.is_dir():
        raise Mistake(f"{out} must end in .npz, in a folder that is there.")
    model, test = load(DEFAULT), mnist("test", options.mnist)
    places, features, logits = looked_at(model, test, recipe)
    steps, levels = in_levels(features, recipe.bits)
    answers = F.linear(torch.from_numpy(levels * steps), model.output.weight, model.output.bias).detach().argmax(1)
    figures = {
        "n": len(test.labels),
        "units": len(places["index"]),
        "pictures": len(places["pictures"]),
        "mean_norm": round(float(test.images.float().flatten(1).norm(dim=1).mean()) / 255, 4),
        "test_error_percent": _error(logits.argmax(1), test.labels),
        "test_error_from_features_percent": _error(answers, test.labels),
    }
    if abs(figures["test_error_percent"] - figures["test_error_from_features_percent"]) > _APART:
        raise Mistake(f"{recipe.bits} bits tell too little of what the units pass on; take more.")
    arrays: dict[str, Any] = {
        **places,
        "levels": levels.T.copy(),
        "steps": steps,
        "labels": test.labels.byte().numpy(),
    }
    np.savez_compressed(out, **arrays)
    of_network = {"network_sha256": card(DEFAULT)["weights_sha256"]}
    write_card(
        out, {**provenance(out), **of_network, **circumstances(command(options), recipe, began), "measured": figures}
    )
    return {"out": str(out), **figures}


def looked_at(model: Traceable, test: Pictures, recipe: Recipe) -> tuple[dict[str, np.ndarray], np.ndarray, Tensor]:
    """What a network makes of pictures.

    Returns of every map or unit of every layer behind the input, one layer after the other, n in all, the pictures
    that excite it most, the best first: "index" (n, digits) of the picture, "value" (n, digits) that the layer passes
    on at most, "row" and "column" (n, digits) where; and "pictures", uint8 (k, 28, 28), each of these once, with
    "numbers", (k,), in the test set, and "digits", (k,), their labels, so that "index" counts among them. Then the
    layer before the output, float32 (pictures, units), and the logits.
    """
    largest: dict[str, list[Tensor]] = {layer.name: [] for layer in model.layers[1:]}
    places: dict[str, list[Tensor]] = {name: [] for name in largest}
    features, logits = [], []
    with torch.inference_mode():
        for images in test.images.split(_BATCH):
            traced = model.trace(images[:, None].float() / 255)
            for layer in model.layers[1:]:
                value, place = traced.output[layer.name].reshape(len(images), layer.maps, -1).max(2)
                largest[layer.name].append(value)
                places[layer.name].append(place)
            features.append(model.read_by(model.layers[-1], traced).flatten(1))
            logits.append(traced.logits)
    found: dict[str, list[Tensor]] = {name: [] for name in ("index", "value", "row", "column")}
    for layer in model.layers[1:]:
        value, index = torch.cat(largest[layer.name]).topk(recipe.digits, 0)
        place = torch.cat(places[layer.name]).gather(0, index)
        for name, each in zip(found, (index, value, place // layer.width, place % layer.width), strict=True):
            found[name].append(each.T)
    numbers, index = torch.cat(found["index"]).unique(return_inverse=True)
    arrays = {
        "index": index.short().numpy(),
        "value": torch.cat(found["value"]).numpy(),
        "row": torch.cat(found["row"]).byte().numpy(),
        "column": torch.cat(found["column"]).byte().numpy(),
        "pictures": test.images[numbers].numpy(),
        "numbers": numbers.short().numpy(),
        "digits": test.labels[numbers].byte().numpy(),
    }
    return arrays, torch.cat(features).numpy(), torch.cat(logits)


def in_levels(features: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers from 0, (n, units), in steps of each unit's own: float32 (units,), and how many of them, uint8."""
    steps = features.max(0) / (2**bits - 1)
    steps[steps == 0] = 1  # a unit that is silent all along
    return steps, np.rint(features / steps).astype(np.uint8)


def _error(answers: Tensor, labels: Tensor) -> float:
    return round(100 * float((answers != labels).float().mean()), 2)
