"""`python -m lenet predict`: read pictures of one digit each."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .photo import PhotoError, opened
from .recognize import Recognition, recognize
from .weights import DEFAULT, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    parser.add_argument("--network", default=DEFAULT, metavar="NAME_OR_FILE", help="by default %(default)s")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """{"predictions": [{"file", "digit", "verdict", "probabilities"}, ...]}, in the order of the pictures; and "label"
    of each, where the network's outputs have labels."""
    labels = getattr(load(options.network), "labels", None)
    predictions = []
    for file in options.images:
        seen = read(file, options.network)
        probabilities = [round(float(p), 6) for p in seen.probabilities]
        read_as = {"digit": seen.digit, "verdict": seen.verdict, "probabilities": probabilities}
        label = {"label": labels[seen.digit]} if labels and seen.digit is not None else {}
        predictions.append({"file": str(file), **label, **read_as})
    return {"predictions": predictions}


def read(file: Path, network: str | Path = DEFAULT) -> Recognition:
    """Read the digit of a picture file. Raises PhotoError, which names the file, when it cannot be looked at."""
    try:
        with opened(file) as picture:
            return recognize(picture, network)
    except PhotoError as error:
        raise PhotoError(f"{file}: {error}") from error
