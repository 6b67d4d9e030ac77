"""What is no digit, to measure on: of other kinds than lenet/synthetic/junk.py has to learn from.

`python -m tests.junk --mnist DIR` draws 500 of each kind and puts into the card of the weights how many of these are
called no digit, and how well the network's score parts them from the digits of MNIST's test set.

Characters of other scripts (Hebrew, Arabic, Indian, Thai, Georgian, Ethiopic ...) and symbols, both in junk.json;
scribbles, coils, letters run together. Few of these have a twin among what is learnt from, which a test measures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lenet.evaluation.digits import Outcome, run
from lenet.ink import rasterize
from lenet.model import Traceable
from lenet.synthetic.hand import Glyph, Random, joined
from lenet.synthetic.letters import alphabet, any_of
from lenet.training.mnist import mnist
from lenet.weights import DEFAULT, card, file_of, load, threshold, write_card

PER_KIND = 500
_SEED = 2026

# As in lenet/synthetic/letters.json, with which these share no character.
_SETS: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
LETTERS, SYMBOLS = _SETS["LETTERS"], _SETS["SYMBOLS"]


def _scribble(random: Random) -> Glyph:
    """What a child does with a pen: loops that wander."""
    return _loops(random, (2, 3.5), lambda: random.choice([-1, 1], 2) * random.uniform(0.08, 0.22, 2))


def dense_scribble(random: Random) -> Glyph:
    """Loops that run over and over the same place: near to the blots that are learnt from, and so in no KINDS."""
    return _loops(random, (3, 9), lambda: random.uniform(-0.08, 0.08, 2))


def _loops(random: Random, most: tuple[float, float], drift: Callable[[], np.ndarray]) -> Glyph:
    turns = random.uniform(*most)
    t = np.linspace(0, 2 * np.pi * turns, int(40 * turns))
    wobble = np.cumsum(random.normal(0, 0.06, (len(t), 2)), 0) * random.uniform(0.3, 1)
    radius = 1 + 0.5 * np.sin(t * random.uniform(0.1, 0.6) + random.uniform(0, 6))
    away = drift()
    loops = radius[:, None] * np.stack([np.cos(t), random.uniform(0.4, 1.2) * np.sin(t)], 1)
    return [loops + wobble + t[:, None] * away]


def _coil(random: Random) -> Glyph:
    """A row of loops, as a pen is tried out."""
    turns = random.uniform(2.5, 5)
    t = np.linspace(0, 2 * np.pi * turns, int(40 * turns))
    size = 1 + np.cumsum(random.normal(0, 0.02, len(t)))
    x = t * random.uniform(0.16, 0.35) - random.uniform(0.2, 0.6) * np.sin(t) * size
    loops = np.stack([x, -random.uniform(0.8, 1.6) * np.cos(t) * size], 1)
    return [loops + np.cumsum(random.normal(0, 0.01, loops.shape), 0)]


_letter = any_of(alphabet(LETTERS))


def _letters_joined(random: Random) -> Glyph:
    """Two letters run together, as in a hasty word."""
    first, second = _letter(random), [stroke + [0.8, 0.0] for stroke in _letter(random)]
    return [*first, joined(first[-1][-1:], second[0]), *second[1:]]


KINDS: dict[str, Callable[[Random], Glyph]] = {
    "letters": _letter,
    "symbols": any_of(alphabet(SYMBOLS)),
    "scribbles": _scribble,
    "coils": _coil,
    "letters joined": _letters_joined,
}


def on_junk(model: Traceable, threshold: float, digits: Outcome) -> dict[str, Any]:
    """Share of each kind of junk that is rejected, and how well the score parts junk from `digits`."""
    random = np.random.default_rng(_SEED)
    pictures = np.stack([rasterize(draw(random)) for draw in KINDS.values() for _ in range(PER_KIND)])
    score = run(model, pictures, np.zeros(len(pictures))).score
    rejected = 100 * (score < threshold).reshape(len(KINDS), PER_KIND).mean(1)
    return {
        "rejected_percent": round(float(rejected.mean()), 3),
        "rejected_percent_per_kind": {kind: round(float(share), 3) for kind, share in zip(KINDS, rejected)},
        "n": len(score),
        "auroc": round(auroc(digits.score, score), 5),
    }


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """The probability that a positive scores above a negative, ties counting half."""
    below, not_above = (np.searchsorted(np.sort(negative), positive, side) for side in ("left", "right"))
    return float((below + not_above).mean() / 2 / len(negative))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mnist", metavar="DIR", help="MNIST's test set; downloaded if left out")
    parser.add_argument("--network", default=DEFAULT, metavar="NAME_OR_FILE", help="by default %(default)s")
    options = parser.parse_args(arguments)
    file, test = file_of(options.network), mnist("test", options.mnist)
    model, written = load(file), card(file)
    written["measured"]["junk"] = on_junk(model, threshold(file), run(model, test.images.numpy(), test.labels.numpy()))
    write_card(file, written)
    print(json.dumps(written["measured"]["junk"]))


if __name__ == "__main__":
    main()
