"""What makes a network's probabilities honest, and when it says "no digit": a temperature and a threshold."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ..model import LeNet5, digit_score


def calibrate(logits: Tensor, labels: Tensor, wrongly_rejected: float) -> dict[str, float]:
    """Fit temperature and threshold on held-out digits: logits (n, 10), labels (n,).

    The temperature minimises the cross-entropy of softmax(logits / temperature); the threshold is the
    score, after the temperature, that a share `wrongly_rejected` of these digits stays below.
    """
    candidates = torch.exp(torch.linspace(math.log(0.2), math.log(5), 2_001)).tolist()
    temperature = min(candidates, key=lambda each: F.cross_entropy(logits / each, labels).item())
    threshold = torch.quantile(digit_score(logits / temperature), wrongly_rejected).item()
    return {"temperature": round(temperature, 4), "threshold": round(threshold, 4)}


def fold_temperature(model: LeNet5, temperature: float) -> None:
    """Divide the output layer by the temperature, so that a plain softmax of the logits is calibrated."""
    with torch.no_grad():
        for parameter in model.output.parameters():
            parameter.div_(temperature)
