"""`python -m lenet evaluate`: measure a network, and with --card put the figures into its card."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import output
from ..weights import DEFAULT, SCAN, card, file_of, load, threshold, write_card
from . import digits, lines
from .gallery import SHEETS, sheet
from .records import EvaluationError, drawn, read_ink, read_letters, read_lines, read_photos
from .report import MISREAD

Figures = dict[str, Any]
Misread = list[dict[str, Any]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--mnist", metavar="DIR", nargs="?", const="", help="MNIST's test set; downloaded without DIR")
    what.add_argument("--ink", metavar="FILE", help="JSON list of {digit, strokes}, plain or .gz")
    what.add_argument("--photos", metavar="DIR", help="pictures and their labels.json, a list of {file, label}")
    what.add_argument("--letters", metavar="FILE", help="JSON list of {label, kind, strokes}, plain or .gz")
    what.add_argument("--lines", metavar="FILE", help="JSON list of {text, strokes}, plain or .gz")
    parser.add_argument("--network", metavar="NAME_OR_FILE", help=f"by default {DEFAULT}, for --lines {SCAN}")
    parser.add_argument(
        "--card", metavar="NAME", nargs="?", const="", help="put the figures into the network's card, under this name"
    )
    parser.add_argument("--sheet", metavar="FILE.png", type=output(*SHEETS), help="draw the misread digits")


def run(options: argparse.Namespace) -> Figures:
    """The figures of the set that was named; what they are is said in `digits` and `lines`."""
    kind = next(kind for kind in _MEASURES if getattr(options, kind) is not None)
    if options.sheet and kind not in ("mnist", "ink"):
        raise EvaluationError(f"--sheet draws misread digits and does not go with --{kind}.")
    if options.card and kind == "mnist":
        raise EvaluationError("--card takes no name with --mnist, which has its own place in the card.")
    file = file_of(options.network or (SCAN if kind == "lines" else DEFAULT))
    path = getattr(options, kind)
    figures, misread = _MEASURES[kind](file, path)
    if options.sheet:
        sheet((_pixels(each), "{digit} as {read_as} {probability:.2f}".format_map(each)) for each in misread).save(
            options.sheet
        )
    if options.card is not None:
        written = card(file)
        if kind == "mnist":
            written["measured"]["mnist"] = {key: value for key, value in figures.items() if key != "junk"}
            written["measured"]["junk"] = figures["junk"]
            # MNIST is CC BY-SA 3.0 and these few pictures may go along; the page shows them.
            file.with_suffix(MISREAD).write_text(json.dumps(misread, indent=0) + "\n", "utf-8")
        else:
            written["measured"].setdefault(kind, {})[options.card or Path(path).name.split(".")[0]] = figures
        write_card(file, written)
    return figures


def _mnist(file: Path, folder: str) -> tuple[Figures, Misread]:
    from ..training.mnist import mnist  # which needs tqdm

    test = mnist("test", folder or None)
    outcome = digits.run(load(file), test.images, test.labels)
    junk = digits.on_junk(load(file), threshold(file), outcome)
    return {**digits.on_mnist(outcome, threshold(file)), "junk": junk}, digits.misread(outcome, test.images)


def _ink(file: Path, path: str) -> tuple[Figures, Misread]:
    records = read_ink(Path(path))
    pictures = drawn(records)
    outcome = digits.run(load(file), pictures, np.array([record["digit"] for record in records]))
    turned = {"accuracy_turned_percent": digits.accuracy_turned(load(file), records)}
    return {**digits.on_ink(outcome, threshold(file)), **turned}, digits.misread(outcome, pictures)


def _photos(file: Path, folder: str) -> tuple[Figures, Misread]:
    return digits.on_photos(file, Path(folder), read_photos(Path(folder))), []


def _letters(file: Path, path: str) -> tuple[Figures, Misread]:
    return digits.on_letters(load(file), read_letters(Path(path)), threshold(file)), []


def _lines(file: Path, path: str) -> tuple[Figures, Misread]:
    if "rejection" in card(file):
        raise EvaluationError(f"{file} is a network for single digits; --lines needs one for lines, such as {SCAN}.")
    return lines.on_lines(read_lines(Path(path)), file), []


_MEASURES = {"mnist": _mnist, "ink": _ink, "photos": _photos, "letters": _letters, "lines": _lines}


def _pixels(misread: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(misread["pixels"]), np.uint8).reshape(28, 28) / 255
