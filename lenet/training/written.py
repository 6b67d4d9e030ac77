"""Whole lines of synthetic ink for the sweep's training, drawn as a line on the page is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from ..line.strip import strip_of_ink
from ..line.sweep import STRIDE
from ..synthetic import digits as synth
from ..synthetic import junk
from ..synthetic.lines import CLOSE, SPACED, TOUCHING, compose
from .processes import processes

_CHUNK = 2_000
_SETTINGS = (SPACED, CLOSE, TOUCHING, TOUCHING)  # equally often; what touches is hardest
_ZOOMS = (0.8, 1.3)
_STRANGE = 0.25  # of the lines hold something that is no digit
_STRANGE_LETTERS = 0.5  # the same, when it may be any letter


@dataclass(frozen=True)
class Written:
    """One line. picture: uint8 (28, width), ink = 255; digits: what stands there, left to right."""

    picture: np.ndarray
    digits: list[int]


def written_lines(count: int, seed: int, workers: int = 1, any_letter: bool = False) -> list[Written]:
    """`count` lines of one to six digits, some with something strange among them. The same for any `workers`.

    any_letter: more of them, and among what is strange are letters of the whole alphabet.
    """
    jobs = [(min(_CHUNK, count - first), [seed, first], any_letter) for first in range(0, count, _CHUNK)]
    with processes(workers) as pool:
        drawn = tqdm(pool.map(_chunk, *zip(*jobs, strict=True)), "lines of ink", len(jobs))
        return [line for lines in drawn for line in lines]


def _chunk(count: int, seed: list[int], any_letter: bool) -> list[Written]:
    random = np.random.default_rng(seed)
    return [_line(random, any_letter) for _ in range(count)]


def _line(random: synth.Random, any_letter: bool) -> Written:
    digits = random.integers(0, 10, random.integers(1, 7)).tolist()
    glyphs = [synth.digit(digit, random) for digit in digits]
    if random.random() < (_STRANGE_LETTERS if any_letter else _STRANGE):
        glyphs.insert(int(random.integers(len(glyphs) + 1)), junk.stranger(random, any_letter))
    line = compose(glyphs, _SETTINGS[random.integers(len(_SETTINGS))], random)
    zoom = float(np.exp(random.uniform(*np.log(_ZOOMS))))
    strip = strip_of_ink(line.strokes, zoom).shifted(int(random.integers(STRIDE)))
    return Written(np.rint(strip.picture * 255).astype(np.uint8), digits)


def batches(lines: list[Written], count: int, random: torch.Generator) -> Iterator[tuple[Tensor, list[list[int]]]]:
    """Batches of lines of about the same width, for ever: pictures float32 (count, 1, 28, width) and digits."""
    by_width = sorted(range(len(lines)), key=lambda i: lines[i].picture.shape[1])
    starts = torch.arange(0, len(lines) - count + 1, count)
    while True:
        for start in starts[torch.randperm(len(starts), generator=random)].tolist():
            chosen = [lines[i] for i in by_width[start : start + count]]
            width = chosen[-1].picture.shape[1]
            pictures = np.zeros((count, 1, len(chosen[0].picture), width), np.uint8)
            for picture, line in zip(pictures, chosen, strict=True):
                picture[0, :, : line.picture.shape[1]] = line.picture
            yield torch.from_numpy(pictures).float() / 255, [line.digits for line in chosen]
