"""LeNet-5 swept over a line of digits: the space displacement network, and what it finds.

A convolution does not care how wide its input is. C5 is a convolution too, whose 5x5 kernel happens to
cover all of S4 when the picture is 28 wide; on a wider picture it has more places to stand. F6 and the
output follow as 1x1 convolutions. One pass over a wide picture then gives ten logits every 4 pixels, the
same ones that a 28x28 window cut out there would get, with most of the work shared between windows.
Source: LeCun et al. 1998, section VII, "space displacement neural network"; Matan et al. 1992.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import INPUT, NO_DIGIT, S2, S4, LeNet5, with_no_digit

STRIDE = S2.stride * S4.stride  # pixels between neighbouring columns of the score map
WINDOW = INPUT.width  # pixels of the picture under one column


def sweep(model: LeNet5, pictures: Tensor) -> Tensor:
    """The space displacement network. pictures: float32 (n, 1, 28, width) in [0, 1], width at least 28.

    Returns logits (n, 10, columns), columns = (width - 28) // 4 + 1; column j is centred on pixel 4 j + 14.
    """
    maps = _pooled(F.relu(model.C1(pictures)))  # S2: (n, 6, 14, width / 2)
    maps = _pooled(F.relu(model.C3(maps)))  # S4: (n, 16, 5, width / 4 - 2)
    # C5's kernel at every place: the convolution, written as one matrix product, which is faster at this size.
    places = maps.unfold(3, S4.width, 1).permute(0, 3, 1, 2, 4).flatten(2)  # (n, columns, 400)
    f6 = F.relu(model.F6(F.relu(model.C5(places))))
    return model.output(f6).transpose(1, 2)


def _pooled(maps: Tensor) -> Tensor:
    """The largest of every 2x2. max_pool2d does the same, and takes three times as long on maps so flat."""
    height, width = (size // 2 * 2 for size in maps.shape[2:])
    rows = torch.maximum(maps[:, :, 0:height:2], maps[:, :, 1:height:2])
    return torch.maximum(rows[..., 0:width:2], rows[..., 1:width:2])


def decode(logits: np.ndarray) -> tuple[list[tuple[int, int, float]], float]:
    """Where digits stand: the likeliest reading of a score map, left to right, as (column, digit, probability), and
    the log-probability of that reading.

    logits: (outputs, columns), ten digits or whatever else can be read. Every column is a digit, or no digit, or next
    to a digit and then may be anything, for half a digit is seen there; no two neighbouring columns are digits.
    Dynamic programming finds the reading of the highest probability, which is what non-maximum suppression
    approximates.
    """
    logp = log_probabilities(logits)
    digit, best, none = logp[:-1].argmax(0), logp[:-1].max(0), logp[-1]
    # Having read so many columns, the last one was: nothing, beside the digit to come, a digit, beside one.
    nothing, before, here, after = range(4)
    may_follow = {nothing: (nothing, after), before: (nothing, after), here: (nothing, before, after), after: (here,)}
    score = np.array([0.0, -np.inf, -np.inf, -np.inf])
    came_from = np.zeros((len(none), 4), int)
    for column in range(len(none)):
        gain = (none[column], 0.0, best[column], 0.0)
        came_from[column] = [max(may_follow[s], key=lambda p: score[p]) for s in range(4)]
        score = score[came_from[column]] + gain
    score[before] = -np.inf
    state, found = int(score.argmax()), []
    for column in reversed(range(len(none))):
        if state == here:
            found.append((column, int(digit[column]), float(np.exp(best[column]))))
        state = int(came_from[column, state])
    return found[::-1], float(score.max())


def string_scores(maps: Sequence[np.ndarray], strings: Sequence[Sequence[int]]) -> np.ndarray:
    """The log-probability of each string in each of several score maps, wherever in it the digits stand.

    maps: logits (10, columns) each; returns float64 (maps, strings).
    Source: Graves et al. 2006, "Connectionist temporal classification".
    """
    columns = torch.tensor([logits.shape[1] for logits in maps])
    logp = torch.zeros(int(columns.max()), len(maps), NO_DIGIT + 1)
    for number, logits in enumerate(maps):
        logp[: logits.shape[1], number] = torch.from_numpy(log_probabilities(logits).T)
    length = torch.tensor([len(string) for string in strings])
    lost = F.ctc_loss(
        logp.repeat_interleave(len(strings), 1),
        torch.tensor([digit for string in strings for digit in string] * len(maps), dtype=torch.long),
        columns.repeat_interleave(len(strings)),
        length.repeat(len(maps)),
        blank=NO_DIGIT,
        reduction="none",
    )
    return -lost.view(len(maps), len(strings)).double().numpy()


def log_probabilities(logits: np.ndarray) -> np.ndarray:
    """logits (outputs, columns) -> (outputs + 1, columns): log-probabilities of the digits and, last, of no digit."""
    return F.log_softmax(with_no_digit(torch.from_numpy(logits), 0), 0).numpy()
