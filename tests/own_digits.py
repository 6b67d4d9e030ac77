"""Writes lenet/own/digits.json, the digits that a network of somebody else is tried on: `python -m tests.own_digits`.

A list of drawings of 0, 1, … 9, 0, 1, …; a drawing is a list of strokes, a stroke x, y, x, y, … in hundredths of the
pad.
"""

from __future__ import annotations

import json

import numpy as np

from lenet.synthetic.digits import digit
from tests.serving import ROOT

COUNT = 300
SEED = 19


def written(number: int) -> list[list[int]]:
    """The strokes of one drawing, 60 high in the middle of the pad, every other point left out."""
    ink = digit(number % 10, np.random.default_rng([SEED, number]))
    points = np.concatenate(ink)
    low, high = points.min(0), points.max(0)
    scale = 60 / (high - low).max()
    placed = [np.rint((stroke - (low + high) / 2) * scale + 50).astype(int) for stroke in ink]
    return [np.concatenate([stroke[:-1:2], stroke[-1:]]).ravel().tolist() for stroke in placed]


def main() -> None:
    lines = ",\n".join(json.dumps(written(number), separators=(",", ":")) for number in range(COUNT))
    (ROOT / "lenet" / "own" / "digits.json").write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
