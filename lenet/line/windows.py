"""A network for single digits, whichever, at every place of a line.

It was told neither what is no digit nor what a neighbour is. So the sweep says where digits stand and this network
which; and what stands beside a digit is taken out of its window before it looks.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ..model import INPUT, Traceable, digit_score
from .detect import LineReading, borders, swept
from .strip import Strip
from .sweep import STRIDE, WINDOW, decode

_BATCH = 50  # windows at once, as every layer is kept
_LEAST = -10_000.0  # log-probability: lower ones say nothing more, and could not be sent


def read_windows(model: Traceable, reading: LineReading) -> LineReading:
    """A swept line read again: a digit stands where the sweep says so, and is what `model` says of the window there.

    model: of any number of outputs. The score map has a row for each, logits (outputs, columns): the log-probability
    that it is this one, given a digit, and the sweep's log-odds of a digit. Of both, the softmax with a 0 for no digit
    is the probability that it is a digit and this one.
    """
    pictures = torch.from_numpy(windows(reading.strip, reading.logits))[:, None]
    with torch.inference_mode():
        which = torch.cat([F.log_softmax(model(some).nan_to_num(), 1) for some in pictures.split(_BATCH)])
        logits = which.clamp(_LEAST).T + digit_score(torch.from_numpy(reading.logits).T)
    return LineReading(swept(reading.strip, logits.numpy()), reading.strip, logits.numpy())


def windows(strip: Strip, logits: np.ndarray) -> np.ndarray:
    """What lies under each column of a score map, as a picture of a single digit: float32 (columns, 28, 28).

    logits: (10, columns), of the sweep. A window holds what is between the borders of the digit its middle lies in,
    and is moved up or down until the centre of mass is in the middle row, as it is in MNIST.
    """
    columns = np.arange(WINDOW) + STRIDE * np.arange(logits.shape[1])[:, None]  # (columns, 28), of the strip
    edges = np.array(borders(strip.picture, [column * STRIDE + WINDOW / 2 for column, _, _ in decode(logits)[0]]))
    right = np.searchsorted(edges, columns[:, :1] + WINDOW / 2)
    is_within = (edges[right - 1] <= columns + 0.5) & (columns + 0.5 <= edges[right])
    cut = strip.picture[:, columns].transpose(1, 0, 2) * is_within[:, None]
    rows = np.arange(INPUT.height)
    amount = cut.sum(2)
    middle = amount @ (rows + 0.5) / np.maximum(amount.sum(1), 1e-6)
    above = rows - np.rint(INPUT.height / 2 - middle).astype(int)[:, None]  # the row that comes to each row
    is_inside = (above >= 0) & (above < INPUT.height)
    moved: np.ndarray = np.take_along_axis(cut, np.clip(above, 0, INPUT.height - 1)[..., None], 1)
    return (moved * is_inside[..., None]).astype(np.float32)
