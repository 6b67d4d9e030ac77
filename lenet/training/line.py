"""`python -m lenet train-scan`: train the network that is swept over lines anew."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from ..arguments import output, whole
from .mnist import mnist
from .train_scan import ScanRecipe, train_scan_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--out", type=output(".pt"), required=True, metavar="FILE.pt", help="weights to write")
    parser.add_argument("--seed", type=whole, default=1)
    parser.add_argument("--steps", type=int, default=ScanRecipe.steps, help="batches of lines")
    parser.add_argument("--string-steps", type=int, default=ScanRecipe.string_steps, help="then, of whole strings")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that draw ink")


def run(options: argparse.Namespace) -> dict[str, Any]:
    recipe = ScanRecipe(steps=options.steps, string_steps=options.string_steps)
    train_scan_all(mnist("train", options.mnist), options.out, recipe, options.seed, options.workers)
    return {"out": str(options.out)}
