"""A line looked at in several sizes by the swept network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from ..model import NO_DIGIT
from ..weights import SCAN, standard
from .strip import Strip
from .sweep import STRIDE, WINDOW, decode, log_probabilities, string_scores, sweep

# The height of a line does not tell the height of its digits, which differ: a line is looked at in several sizes,
# and in each a second time half a column farther on. Chosen on synthetic lines, as is the next.
_ZOOMS = (0.9, 1.0, 1.12, 1.25)
_DIGIT_GAINS = 1.3  # log-probability, or views that miss a digit would win
_BESIDE = 3.0  # pixels: the middle of a digit's window may lie so far beside its box


@dataclass(frozen=True)
class Views:
    """The strips of one line, and the score map (10, columns) of each."""

    strips: list[Strip]
    maps: list[np.ndarray]

    @cached_property
    def texts(self) -> list[tuple[int, ...]]:
        """What is read in each."""
        return [tuple(digit for _, digit, _ in decode(logits)[0]) for logits in self.maps]

    @cached_property
    def best(self) -> int:
        """The number of the one that reads the line best.

        Every text that is read in one of them is weighed by all, for one alone errs easily where digits touch; of
        those that read the winning text, the surest is the best.
        """
        texts = sorted(set(self.texts))
        winner = texts[int((self.votes(texts) + _DIGIT_GAINS * np.array(list(map(len, texts)))).argmax())]
        right = [number for number, text in enumerate(self.texts) if text == winner]
        return max(right, key=lambda number: float(self._scores[winner][number]))

    def votes(self, texts: Sequence[tuple[int, ...]]) -> np.ndarray:
        """(n,): the log of the probabilities of each text in all views together, wherever in it the digits stand."""
        if unknown := [text for text in texts if text not in self._scores]:
            self._scores.update(zip(unknown, string_scores(self.maps, unknown).T))
        return np.logaddexp.reduce([self._scores[text] for text in texts], 1)

    @cached_property
    def _scores(self) -> dict[tuple[int, ...], np.ndarray]:
        """Of each text that was asked for its log-probability in every view."""
        return {}

    @cached_property
    def _logp(self) -> list[np.ndarray]:
        return [log_probabilities(logits) for logits in self.maps]

    def evidence(self, left: float, right: float) -> float:
        """The log-odds that a digit, whichever, stands from left to right on the pad, by the mean over the views of
        the log-probability in that column of each that shows one best."""
        seen = []
        for strip, logp in zip(self.strips, self._logp, strict=True):
            start, end = (edge * strip.scale + strip.offset[0] for edge in (left, right))
            columns = STRIDE * np.arange(logp.shape[1]) + WINDOW / 2
            away = np.maximum(np.maximum(start - columns, columns - end), _BESIDE)
            seen.append(np.logaddexp.reduce(logp[:NO_DIGIT, away == away.min()], 0).max())
        mean = min(float(np.mean(seen)), -1e-6)
        return mean - float(np.log(-np.expm1(mean)))


def looked_at(strip_at: Callable[[float], Strip], network: str | Path = SCAN) -> Views:
    """All views of a line, given as a function: size -> strip."""
    strips: list[Strip] = []
    maps: list[np.ndarray] = []
    for zoom in _ZOOMS:
        strip = strip_at(zoom)
        pair = (strip, strip.shifted(STRIDE // 2))
        strips += pair
        maps += score_maps(pair, network)
    return Views(strips, maps)


def score_maps(strips: Sequence[Strip], network: str | Path = SCAN) -> list[np.ndarray]:
    """The swept network over strips of one width: logits (10, columns) of each."""
    with torch.inference_mode():
        return list(sweep(standard(network), torch.from_numpy(np.stack([s.picture for s in strips]))[:, None]).numpy())
