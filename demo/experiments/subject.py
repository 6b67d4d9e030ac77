"""What an experiment is done on: a drawing, and a network that reads it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from demo.wire import RequestError
from lenet.architecture import Layer
from lenet.ink import Ink, checked
from lenet.model import Trace, Traceable, digit_score
from lenet.weights import threshold

_MOST_WORK = 1_000_000_000  # multiply-adds for one caller, or what takes as long: some 0.2 s


@dataclass(frozen=True)
class Subject:
    """A drawing and a network.

    picture: float32 (28, 28) in [0, 1], ink = 1. ink: the strokes that it was made of; None where it is a photo.
    traced: the network's pass over the picture. is_bundled: whether the network is the one that comes with the page.
    """

    model: Traceable
    picture: np.ndarray
    ink: Ink | None
    traced: Trace
    is_bundled: bool = False

    @property
    def image(self) -> Tensor:
        """The picture as the network takes it: (1, 1, 28, 28)."""
        return torch.from_numpy(self.picture)[None, None]

    def layer(self, name: str) -> Layer:
        """A layer by its name. Raises RequestError where there is none."""
        found = next((layer for layer in self.model.layers if layer.name == name), None)
        if found is None:
            raise RequestError(f"This network has no layer {name!r:.40}.")
        return found

    def passes(self, least: int, most: int) -> int:
        """How many passes of the network an experiment may do, of the most that it would. Raises RequestError where
        the least that it needs are too many for a network so large."""
        affordable = _MOST_WORK // self.model.architecture.work
        if affordable < least:
            raise RequestError("This network is too large for this experiment; it would keep others waiting.")
        return min(most, affordable)

    def strokes(self) -> list[np.ndarray]:
        """The pen's strokes, float64 (n, 2) each, in pad heights. Raises RequestError where there are none."""
        if self.ink is None:
            raise RequestError("This needs the pen's own strokes; a photo or an edited picture has none.")
        strokes = checked(self.ink)
        if not strokes:
            raise RequestError("Draw a digit first.")
        return strokes

    def answers(self, logits: Tensor) -> list[int | None]:
        """What the network answers by logits (n, outputs): of each its output; None where it says that it is no digit,
        which the bundled one alone can."""
        best: list[int | None] = logits.argmax(-1).tolist()
        if not self.is_bundled:
            return best
        is_digit = (digit_score(logits) >= threshold()).tolist()
        return [answer if sure else None for answer, sure in zip(best, is_digit, strict=True)]


def probabilities(logits: Tensor) -> np.ndarray:
    """Logits (..., outputs) -> their softmax, float32, the same shape."""
    return torch.softmax(logits, -1).numpy()
