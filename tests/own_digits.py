"""Writes lenet/own/digits.json, the digits that a network of somebody else is tried on: `python -m tests.own_digits
--mnist DIR`.

Most such networks know MNIST alone. So of the generator's digits those are taken that a plain LeNet reads which has
seen MNIST's training set once: what is left out are styles that MNIST lacks.

A list of drawings of 0, 1, … 9, 0, 1, …; a drawing is a list of strokes, a stroke x, y, x, y, … in hundredths of the
pad.
"""

from __future__ import annotations

import argparse
import json
from itertools import count
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from lenet.ink import rasterize
from lenet.model import LeNet5
from lenet.synthetic.digits import digit
from lenet.training.mnist import mnist
from tests.serving import ROOT

COUNT = 300
SEED = 19
SURE = 0.9  # of the right answer


def plain(folder: Path) -> LeNet5:
    """A LeNet that has seen MNIST's training set once."""
    torch.manual_seed(SEED)
    train = mnist("train", folder)
    pictures, model = train.images[:, None].float() / 255, LeNet5()
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    for chosen in torch.randperm(len(pictures)).split(128):
        optimizer.zero_grad()
        F.cross_entropy(model(pictures[chosen]), train.labels[chosen]).backward()
        optimizer.step()
    return model.eval()


def written(number: int, model: LeNet5) -> list[list[int]]:
    """The strokes of one drawing, 60 high in the middle of the pad, every other point left out."""
    for attempt in count():
        ink = digit(number % 10, np.random.default_rng([SEED, number, attempt]))
        points = np.concatenate(ink)
        low, high = points.min(0), points.max(0)
        scale = 60 / (high - low).max()
        placed = [np.rint((stroke - (low + high) / 2) * scale + 50).astype(int) for stroke in ink]
        thinned = [np.concatenate([stroke[:-1:2], stroke[-1:]]) for stroke in placed]
        picture = torch.from_numpy(rasterize([(stroke / 100).tolist() for stroke in thinned]))
        with torch.no_grad():
            if torch.softmax(model(picture[None, None])[0], 0)[number % 10] >= SURE:
                return [stroke.ravel().tolist() for stroke in thinned]
    raise AssertionError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mnist", type=Path, required=True, metavar="DIR")
    model = plain(parser.parse_args().mnist)
    lines = ",\n".join(json.dumps(written(number, model), separators=(",", ":")) for number in range(COUNT))
    (ROOT / "lenet" / "own" / "digits.json").write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
