"""`python -m tests.gallery --out FILE.png`: a sheet of synthetic ink to look at."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from lenet.ink import rasterize
from lenet.model import NO_DIGIT
from lenet.synthetic import digits, junk, styles
from lenet.synthetic.hand import Glyph, Random
from tests.junk import KINDS

_EACH = 16  # pictures of a kind, a row


def drawn(seed: int) -> list[tuple[np.ndarray, str]]:
    """Two rows of each digit, three of what is learnt as junk, one of each kind of junk that measures; half a row of
    every style."""
    rows: list[tuple[str, Callable[[Random], Glyph]]] = [
        (str(k), functools.partial(digits.digit, k)) for k in range(10) for _ in range(2)
    ]
    rows += [("fitting", junk.fitting)] * 3 + list(KINDS.items())
    counts = [_EACH] * len(rows)
    for label, of_label in enumerate(styles.STYLES):
        rows += [
            (f"{label} {name}" if label < NO_DIGIT else name, functools.partial(styles.between, style))
            for name, style in of_label.items()
        ]
    counts += [_EACH // 2] * (len(rows) - len(counts))
    cells = []
    for number, ((name, draw), count) in enumerate(zip(rows, counts, strict=True)):
        random = np.random.default_rng(seed + number)
        cells += [(rasterize(draw(random)), name) for _ in range(count)]
    return cells


def sheet(items: Iterable[tuple[np.ndarray, str]], columns: int = 16, zoom: int = 3) -> Image.Image:
    """Pictures (28, 28) in [0, 1], ink = 1, with a caption each, as one picture to look at."""
    cells = list(items)
    width, height = 28 * zoom + 8, 28 * zoom + 22
    page = Image.new("L", (columns * width, max(1, -(-len(cells) // columns)) * height), 255)
    pen = ImageDraw.Draw(page)
    for i, (picture, caption) in enumerate(cells):
        x, y = i % columns * width + 4, i // columns * height + 4
        grey = Image.fromarray(np.rint(255 - 255 * picture).astype(np.uint8))
        page.paste(grey.resize((28 * zoom, 28 * zoom), Image.Resampling.NEAREST), (x, y))
        pen.text((x, y + 28 * zoom + 2), caption, fill=0)
    return page


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    parser.add_argument("--seed", type=int, default=1, help="by default %(default)s")
    options = parser.parse_args(arguments)
    sheet(drawn(options.seed)).save(options.out)


if __name__ == "__main__":
    main()
