"""The bundled model, and what it makes of ink or of a picture."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .ink import Ink, rasterize
from .model import LeNet5, Trace
from .photo import from_photo

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "lenet5.pt"
UNSURE_BELOW = 0.8  # a probability under this is shown as "not sure: a or b"


@dataclass(frozen=True)
class Recognition:
    """What the network says of one picture.

    digit: 0 to 9, or None when it is blank or no digit. verdict: "digit", "unsure" (digit holds the
    likelier one), "no digit" or "blank". probabilities: float32 (10,), calibrated on held-out MNIST, given
    that it is a digit at all. logits: float32 (10,). score: the logsumexp of the logits, the log-odds of "a
    digit" against "no digit"; under `threshold` it is no digit.
    """

    digit: int | None
    verdict: str
    probabilities: np.ndarray
    logits: np.ndarray
    score: float
    threshold: float

    @property
    def candidates(self) -> list[int]:
        """The two likeliest digits, likeliest first."""
        return [int(k) for k in np.argsort(-self.probabilities, kind="stable")[:2]]


@functools.cache
def load(weights: Path = WEIGHTS) -> LeNet5:
    """The bundled model in eval mode, read once. Raises FileNotFoundError when the file is missing."""
    # Whoever calls first may be in inference mode; the model must not be bound to it for ever after.
    with torch.inference_mode(False):
        model = LeNet5()
        model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        return model.eval()


@functools.cache
def card(weights: Path = WEIGHTS) -> dict[str, Any]:
    """The weights' card: recipe, seeds, sums, and every measured figure."""
    return json.loads(weights.with_suffix(".json").read_text("utf-8"))


def recognize(ink_or_image: Ink | np.ndarray | Image.Image) -> Recognition:
    """Read one digit from ink, or from a picture of one (an array or a Pillow image, as `from_photo` takes).

    Raises InkError or PhotoError for what cannot be drawn or looked at.
    """
    return verdict(trace(picture_of(ink_or_image)))


def picture_of(ink_or_image: Ink | np.ndarray | Image.Image) -> np.ndarray:
    """The 28x28 picture the network sees: float32 in [0, 1], ink = 1."""
    if isinstance(ink_or_image, (np.ndarray, Image.Image)):
        return from_photo(ink_or_image)
    return rasterize(ink_or_image)


def trace(picture: np.ndarray) -> Trace:
    """The bundled model's forward pass over one picture (28, 28), with every layer kept."""
    with torch.inference_mode():
        return load().trace(torch.from_numpy(picture)[None, None])


def verdict(traced: Trace, threshold: float | None = None) -> Recognition:
    """Read the answer off a traced forward pass of one picture. threshold: of the score, the card's if None."""
    limit = card()["rejection"]["threshold"] if threshold is None else threshold
    logits = traced.logits[0]
    probabilities = torch.softmax(logits, 0).numpy()
    score = float(digit_score(logits))
    best = int(probabilities.argmax())
    if not bool(traced.output["input"].any()):
        said = "blank"
    elif score < limit:
        said = "no digit"
    elif probabilities[best] < UNSURE_BELOW:
        said = "unsure"
    else:
        said = "digit"
    return Recognition(
        best if said in ("digit", "unsure") else None, said, probabilities, logits.numpy(), score, limit
    )


def digit_score(logits: Tensor) -> Tensor:
    """logits (..., 10) -> (...): the log-odds of "a digit" against "no digit", whose own logit is 0."""
    return torch.logsumexp(logits, -1)
