"""`python -m lenet predict`: read pictures of one digit each."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .photo import PhotoError, opened
from .recognize import recognize
from .weights import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    parser.add_argument("--network", default=DEFAULT, metavar="NAME_OR_FILE", help="by default %(default)s")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """{"predictions": [{"file", "digit", "verdict", "probabilities"}, ...]}, in the order of the pictures."""
    return {"predictions": [{"file": str(path), **_read(path, options.network)} for path in options.images]}


def _read(path: Path, network: str) -> dict[str, Any]:
    try:
        with opened(path) as picture:
            seen = recognize(picture, network)
    except PhotoError as error:
        raise PhotoError(f"{path}: {error}") from error
    return {
        "digit": seen.digit,
        "verdict": seen.verdict,
        "probabilities": [round(float(p), 6) for p in seen.probabilities],
    }
