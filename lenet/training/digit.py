"""`python -m lenet train`: train the network for single digits anew."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import torch

from ..arguments import output
from ..weights import write_card
from .mnist import mnist
from .stages import train_all
from .train import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--out", type=output(".pt"), required=True, metavar="FILE.pt", help="weights to write")
    parser.add_argument("--seeds", type=_seed, nargs="+", default=[1, 2, 3], help="the best is shipped")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="networks trained at once")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep finished networks, and go on from there")


def run(options: argparse.Namespace) -> dict[str, Any]:
    recipe = Recipe(epochs=options.epochs)
    written, models = train_all(
        mnist("train", options.mnist), options.out, recipe, options.seeds, options.workers, options.keep
    )
    test = mnist("test", options.mnist)
    pictures, labels = torch.from_numpy(test.images)[:, None].float() / 255, torch.from_numpy(test.labels)
    with torch.inference_mode():
        errors = [float((model(pictures).argmax(1) != labels).float().mean()) for model in models]
    written["measured"]["mnist_per_seed"] = {
        str(seed): {"test_error_percent": round(100 * error, 3)}
        for seed, error in zip(options.seeds, errors, strict=True)
    }
    write_card(options.out, written)
    return {"out": str(options.out), "mnist_per_seed": written["measured"]["mnist_per_seed"]}


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("a seed is a whole number from 1; 0 is the calibrating network's")
    return int(text)
