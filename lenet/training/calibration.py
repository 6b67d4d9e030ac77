"""What makes a network's probabilities honest, and when it says "no digit": a temperature and a threshold.

`train` fits both. `python -m lenet set-threshold --mnist DIR --network lenet5 --wrongly-rejected 0.005` writes another
threshold into the card, without training anew.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..mistake import Mistake
from ..model import LeNet5, Traceable, digit_score
from ..weights import DEFAULT, card, file_of, load, write_card
from .dataset import of_mnist
from .mnist import mnist


def calibrate(logits: Tensor, labels: Tensor, wrongly_rejected: float) -> dict[str, float]:
    """Fit temperature and threshold on held-out digits: logits (n, 10), labels (n,).

    The temperature minimises the cross-entropy of softmax(logits / temperature); the threshold is the
    score, after the temperature, that a share `wrongly_rejected` of these digits stays below.
    """
    candidates = torch.exp(torch.linspace(math.log(0.2), math.log(5), 2_001)).tolist()
    temperature = min(candidates, key=lambda each: F.cross_entropy(logits / each, labels).item())
    return {"temperature": round(temperature, 4), "threshold": _threshold(logits / temperature, wrongly_rejected)}


def rejection(threshold: float, wrongly_rejected: float) -> dict[str, Any]:
    """What a card says of when a network says "no digit"."""
    return {"threshold": threshold, "score": "logsumexp of the ten logits", "wrongly_rejected": wrongly_rejected}


def logits_of(model: Traceable, images: Tensor) -> Tensor:
    """Logits (n, outputs) of pictures uint8 (n, 28, 28)."""
    with torch.inference_mode():
        return torch.cat([model(batch.unsqueeze(1).float() / 255) for batch in images.split(1_000)])


def _threshold(logits: Tensor, wrongly_rejected: float) -> float:
    return round(torch.quantile(digit_score(logits), wrongly_rejected).item(), 4)


def fold_temperature(model: LeNet5, temperature: float) -> None:
    """Divide the output layer by the temperature, so that a plain softmax of the logits is calibrated."""
    with torch.no_grad():
        for parameter in model.output.parameters():
            parameter.div_(temperature)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 < share < 0.5:
        raise argparse.ArgumentTypeError(f"{text} is no share between 0 and 0.5")
    return share


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--network", default=DEFAULT, metavar="NAME_OR_FILE", help="by default %(default)s")
    told = "of the digits it was not trained on, how many may be called no digit"
    parser.add_argument("--wrongly-rejected", type=_share, required=True, metavar="SHARE", help=told)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Write a threshold into a card. What `evaluate --card` measured with the one before is to be measured again."""
    file = file_of(options.network)
    written = card(file)
    if not {"rejection", "calibration"} <= set(written):
        raise Mistake(f"{file} has no threshold; networks that `train` made for single digits have.")
    _, held_out = of_mnist(mnist("train", options.mnist), written["calibration"]["held_out"])
    threshold = _threshold(logits_of(load(file), held_out.images), options.wrongly_rejected)
    written["rejection"] = rejection(threshold, options.wrongly_rejected)
    write_card(file, written)
    return {"card": str(file.with_suffix(".json")), **written["rejection"]}
