"""The command line: train, evaluate, predict, gallery.

The last line of standard output is one JSON object. A mistake is one line on standard error and status 2.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from .cards import write_card
from .evaluation import digits as evaluate
from .evaluation.digits import EvaluationError
from .evaluation.lines import on_lines, read_lines
from .ink import InkError
from .photo import PhotoError
from .recognize import WEIGHTS, card, load, recognize
from .synthetic import digits as synth
from .synthetic import junk
from .training.mnist import DataError, mnist
from .training.stages import train_all
from .training.train import Recipe
from .training.train_scan import ScanRecipe, train_scan_all

_MISTAKES = (DataError, EvaluationError, InkError, PhotoError, FileNotFoundError, PermissionError)


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        result = options.run(options)
    except _MISTAKES as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lenet", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train the bundled weights anew")
    train.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    train.add_argument("--out", type=Path, required=True, metavar="FILE", help="weights to write, FILE.pt")
    train.add_argument("--seeds", type=_seed, nargs="+", default=[1, 2, 3], help="a network each; the best is shipped")
    train.add_argument("--epochs", type=int, default=Recipe.epochs)
    train.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="networks trained at once")
    train.add_argument("--keep", type=Path, metavar="DIR", help="keep finished networks, and go on from there")
    train.set_defaults(run=_train)

    sweep = commands.add_parser("train-scan", help="train the weights that sweep over lines anew")
    sweep.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    sweep.add_argument("--out", type=Path, required=True, metavar="FILE", help="weights to write, FILE.pt")
    sweep.add_argument("--seed", type=int, default=1)
    sweep.add_argument("--steps", type=int, default=ScanRecipe.steps, help="batches of lines")
    sweep.add_argument("--string-steps", type=int, default=ScanRecipe.string_steps, help="then, of whole strings")
    sweep.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that draw ink")
    sweep.set_defaults(run=_train_scan)

    measure = commands.add_parser("evaluate", help="measure the bundled weights")
    what = measure.add_mutually_exclusive_group(required=True)
    what.add_argument("--mnist", type=Path, metavar="DIR", nargs="?", const=None, default=argparse.SUPPRESS)
    what.add_argument("--ink", type=Path, metavar="FILE", help="JSON list of {digit, strokes}, plain or .gz")
    what.add_argument("--lines", type=Path, metavar="FILE", help="JSON list of {text, strokes}, plain or .gz")
    measure.add_argument("--weights", type=Path, default=WEIGHTS, metavar="FILE")
    measure.add_argument("--card", action="store_true", help="write the figures into the weights' card")
    measure.add_argument("--sheet", type=Path, metavar="FILE.png", help="draw the misread digits")
    measure.set_defaults(run=_evaluate)

    predict = commands.add_parser("predict", help="read pictures of one digit each")
    predict.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    predict.set_defaults(run=_predict)

    sheet = commands.add_parser("gallery", help="draw a sheet of synthetic digits and junk")
    sheet.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    sheet.add_argument("--seed", type=int, default=1)
    sheet.set_defaults(run=_gallery)
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("a seed is a whole number from 1; 0 is the calibrating network's")
    return int(text)


def _train(options: argparse.Namespace) -> dict[str, Any]:
    recipe = Recipe(epochs=options.epochs)
    written, models = train_all(
        mnist("train", options.mnist), options.out, recipe, options.seeds, options.workers, options.keep
    )
    test = mnist("test", options.mnist)
    threshold = written["rejection"]["threshold"]
    written["measured"]["mnist_per_seed"] = {
        str(seed): {
            key: value
            for key, value in evaluate.on_mnist(evaluate.run(model, test.images, test.labels), threshold).items()
            if key in ("test_error_percent", "calibration_error_percent", "wrongly_rejected_percent")
        }
        for seed, model in zip(options.seeds, models, strict=True)
    }
    write_card(options.out, written)
    return {"out": str(options.out), "mnist_per_seed": written["measured"]["mnist_per_seed"]}


def _train_scan(options: argparse.Namespace) -> dict[str, Any]:
    recipe = ScanRecipe(steps=options.steps, string_steps=options.string_steps)
    train_scan_all(mnist("train", options.mnist), options.out, recipe, options.seed, options.workers)
    return {"out": str(options.out)}


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    if getattr(options, "lines", None):
        return on_lines(read_lines(options.lines))
    model, written = load(options.weights), card(options.weights)
    threshold = written["rejection"]["threshold"]
    if getattr(options, "ink", None):
        records = evaluate.read_ink(options.ink)
        pictures, labels = evaluate.drawn(records), [record["digit"] for record in records]
        outcome = evaluate.run(model, pictures, np.array(labels))
        result = evaluate.on_ink(outcome, threshold)
        figures = {"ink": {**result, "accuracy_percent_distorted": evaluate.on_ink_distorted(model, records)}}
    else:
        test = mnist("test", options.mnist)
        pictures = test.images.astype("float32") / 255
        outcome = evaluate.run(model, pictures, test.labels)
        result = evaluate.on_mnist(outcome, threshold)
        figures = {"mnist": result, "junk": evaluate.on_junk(model, threshold, outcome)}
    misread = evaluate.misread(outcome, pictures)
    if options.card:
        written["measured"].update(figures)
        write_card(options.weights, written)
        if "mnist" in figures:
            # MNIST is CC BY-SA 3.0 and these few pictures may go along; the page shows them.
            listed = options.weights.with_name(f"{options.weights.stem}.misread.json")
            listed.write_text(json.dumps(misread, indent=0) + "\n", "utf-8")
    if options.sheet:
        cells = [(pictures[m["index"]], f"{m['digit']} as {m['read_as']} {m['probability']:.2f}") for m in misread]
        evaluate.sheet(cells).save(options.sheet)
    return {**result, **{key: value for key, value in figures.items() if key == "junk"}}


def _predict(options: argparse.Namespace) -> dict[str, Any]:
    return {"predictions": [{"file": str(path), **_read(path)} for path in options.images]}


def _read(path: Path) -> dict[str, Any]:
    try:
        with Image.open(path) as picture:
            seen = recognize(picture)
    except UnidentifiedImageError as error:
        raise PhotoError(f"{path} is no picture that can be read; use PNG or JPEG.") from error
    except Image.DecompressionBombError as error:
        raise PhotoError(f"{path} has too many pixels; scale it down.") from error
    return {
        "digit": seen.digit,
        "verdict": seen.verdict,
        "probabilities": [round(float(p), 6) for p in seen.probabilities],
    }


def _gallery(options: argparse.Namespace) -> dict[str, Any]:
    rows: list[tuple[str, Callable[[np.random.Generator], synth.Glyph]]] = [
        (str(k), functools.partial(synth.digit, k)) for k in range(10) for _ in range(2)
    ]
    rows += [("fitting", junk.fitting)] * 3 + list(junk.EVALUATION.items())
    cells = [
        (picture, name)
        for number, (name, make) in enumerate(rows)
        for picture in evaluate.gallery(make, 16, options.seed + number)
    ]
    evaluate.sheet(cells).save(options.out)
    return {"out": str(options.out), "pictures": len(cells)}


if __name__ == "__main__":
    sys.exit(main())
