"""What a network makes of ink or of a picture: the digit, its probability, and whether it is a digit at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .ink import Ink, rasterize
from .model import Trace, Traceable, digit_score
from .photo import from_photo
from .weights import DEFAULT, load
from .weights import threshold as threshold_of

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


def recognize(ink_or_image: Ink | np.ndarray | Image.Image, network: str | Path = DEFAULT) -> Recognition:
    """Read one digit from ink, or from a picture of one (an array or a Pillow image, as `from_photo` takes).

    network: a bundled one's name, or a weights file with its card beside it.
    Raises InkError or PhotoError for what cannot be drawn or looked at, WeightsError for a network that cannot be had.
    """
    return verdict(trace(picture_of(ink_or_image), network), threshold_of(network))


def picture_of(ink_or_image: Ink | np.ndarray | Image.Image) -> np.ndarray:
    """The 28x28 picture the network sees: float32 in [0, 1], ink = 1."""
    if isinstance(ink_or_image, (np.ndarray, Image.Image)):
        return from_photo(ink_or_image)
    return rasterize(ink_or_image)


def trace(picture: np.ndarray, network: str | Path = DEFAULT) -> Trace:
    """A network's forward pass over one picture, float32 (28, 28) in [0, 1], with every layer kept."""
    return traced_by(load(network), picture)


def traced_by(model: Traceable, picture: np.ndarray) -> Trace:
    """The same of a network that was loaded."""
    with torch.inference_mode():
        return model.trace(torch.from_numpy(picture)[None, None])


def verdict(traced: Trace, threshold: float | None = None) -> Recognition:
    """Read the answer off a traced forward pass of one picture. threshold: the default network's if None."""
    limit = threshold_of() if threshold is None else threshold
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
