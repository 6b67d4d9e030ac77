"""`python -m lenet evaluate`: measure a network, and with --card put the figures into its card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..own.conventions import Own, opened
from ..training.mnist import mnist
from ..weights import DEFAULT, SCAN, card, file_of, has_card, load, threshold, write_card
from . import digits, lines
from .digits import Figures
from .muted import on_muted
from .records import EvaluationError, drawn, read_ink, read_letters, read_lines, read_photos
from .report import MISREAD


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--mnist", metavar="DIR", nargs="?", const="", help="MNIST's test set; downloaded without DIR")
    what.add_argument("--muted", metavar="DIR", nargs="?", const="", help="the same with each map or unit muted alone")
    for kind, metavar, content in (
        ("ink", "FILE", "JSON list of {digit, strokes}, plain or .gz"),
        ("photos", "DIR", "pictures and their labels.json, a list of {file, label} or {file, label, kind}"),
        ("letters", "FILE", "JSON list of {label, kind, strokes}, plain or .gz"),
        ("lines", "FILE", "JSON list of {text, strokes}, plain or .gz"),
    ):
        what.add_argument(f"--{kind}", type=Path, metavar=metavar, help=content)
    parser.add_argument("--network", metavar="NAME_OR_FILE", help=f"by default {DEFAULT}, for --lines {SCAN}")
    kept = "put the figures into the network's card, under this name"
    parser.add_argument("--card", metavar="NAME", nargs="?", const="", help=kept)


def run(options: argparse.Namespace) -> Figures:
    """The figures of the set that was named; what they are is said in `digits`, `muted` and `lines`."""
    kind = next(kind for kind in _MEASURES if getattr(options, kind) is not None)
    if options.card and kind in ("mnist", "muted"):
        raise EvaluationError(f"--card takes no name with --{kind}, which has its own place in the card.")
    file, path = file_of(options.network or (SCAN if kind == "lines" else DEFAULT)), getattr(options, kind)
    own = None if has_card(file) else opened(file)
    if own and options.card is not None:
        raise EvaluationError(f"{file} has no card, so leave out --card; `train` writes one beside a network.")
    figures = _MEASURES[kind](file, path)
    misread = figures.pop("misread", None)
    if own:
        figures["opened_as"] = _told(own)
    if options.card is not None:
        written = card(file)
        if kind == "mnist":
            written["measured"]["mnist"] = figures
            # MNIST is CC BY-SA 3.0 and these few pictures may go along; the page shows them.
            file.with_suffix(MISREAD).write_text(json.dumps(misread, indent=0) + "\n", "utf-8")
        elif kind == "muted":
            written["measured"]["muted"] = figures
        else:
            written["measured"].setdefault(kind, {})[options.card or path.name.split(".")[0]] = figures
        write_card(file, written)
    return figures


def _told(own: Own) -> Figures:
    """How a network of somebody else is run, and of so many of the program's own digits how many it reads so."""
    best = own.candidates[0]
    way = best.architecture
    layers = " ".join(f"{layer.name}:{'x'.join(map(str, layer.shape))}" for layer in way.layers)
    told = {"layers": layers, "activation": way.activation, "pooling": way.pooling, "pixels": way.scaling}
    if not best.tried:
        return {**told, "tried_on_digits": 0}
    return {**told, "tried_on_digits": best.tried, "own_digits_read_percent": round(100 * best.accuracy, 1)}


def _mnist(file: Path, folder: str) -> Figures:
    test = mnist("test", folder or None)
    model, images = load(file), test.images.numpy()
    outcome = digits.run(model, images, test.labels.numpy())
    parameters = sum(each.numel() for each in model.parameters())
    figures = digits.on_mnist(outcome, threshold(file), parameters)
    return {**figures, "misread": digits.misread(outcome, images)}


def _muted(file: Path, folder: str) -> Figures:
    test = mnist("test", folder or None)
    return on_muted(load(file), test.images.numpy(), test.labels.numpy())


def _ink(file: Path, path: Path) -> Figures:
    records = read_ink(path)
    outcome = digits.run(load(file), drawn(records), np.array([record["digit"] for record in records]))
    return digits.on_ink(outcome, threshold(file))


def _lines(file: Path, path: Path) -> Figures:
    if "rejection" in card(file):
        raise EvaluationError(f"{file} is a network for single digits; --lines needs one for lines, such as {SCAN}.")
    return lines.on_lines(read_lines(path), file)


_MEASURES: dict[str, Callable[[Path, Any], Figures]] = {
    "mnist": _mnist,
    "muted": _muted,
    "ink": _ink,
    "photos": lambda file, folder: digits.on_photos(file, read_photos(folder)),
    "letters": lambda file, path: digits.on_letters(load(file), read_letters(path), threshold(file)),
    "lines": _lines,
}
