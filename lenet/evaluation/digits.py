"""How good a network for single digits is: on MNIST's test set, on pens, photos and letters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..model import PARAMETERS, Traceable, digit_score
from ..predict import read
from .records import EvaluationError, Records, drawn

Figures = dict[str, Any]

# Characters that people write as they write a digit, or a part of one: no network can refuse them.
LOOKALIKES = frozenset("oOQDlIiLzZsSqgbBGtTyYJj|/\\()-_!1'`,.;:")


@dataclass(frozen=True)
class Outcome:
    """What a network said of n pictures. logits (n, 10), probabilities (n, 10), score (n,), labels (n,)."""

    logits: np.ndarray
    probabilities: np.ndarray
    score: np.ndarray
    labels: np.ndarray

    @property
    def answers(self) -> np.ndarray:
        return self.logits.argmax(1)

    @property
    def right(self) -> np.ndarray:
        return self.answers == self.labels


def run(model: Traceable, pictures: np.ndarray, labels: np.ndarray) -> Outcome:
    """Run a network over pictures, float32 (n, 28, 28) in [0, 1], or uint8 with ink = 255."""
    with torch.inference_mode():
        batches = torch.from_numpy(unit(pictures))[:, None].split(1_000)
        logits = torch.cat([model(batch) for batch in batches])
    probabilities = torch.softmax(logits, 1)
    return Outcome(logits.numpy(), probabilities.numpy(), digit_score(logits).numpy(), labels.astype(int))


def on_mnist(outcome: Outcome, threshold: float, parameters: int = PARAMETERS) -> Figures:
    """Figures on MNIST's test set."""
    return {
        "test_error_percent": percent(~outcome.right),
        "n": len(outcome.labels),
        "parameters": parameters,
        "calibration_error_percent": round(100 * calibration_error(outcome), 3),
        "wrongly_rejected_percent": percent(outcome.score < threshold),
        "confusion": confusion(outcome),
        "rejection_curve": rejection_curve(outcome),
    }


def on_ink(outcome: Outcome, threshold: float) -> Figures:
    """Figures on pen strokes, drawn by `rasterize` as the page does. accuracy counts the likeliest digit of all,
    answered right those that were not refused."""
    per_digit = {str(k): percent(outcome.right[outcome.labels == k]) for k in np.unique(outcome.labels)}
    return {
        "accuracy_percent": percent(outcome.right),
        "answered_right_percent": percent(outcome.right & (outcome.score >= threshold)),
        "n": len(outcome.labels),
        "per_digit": per_digit,
        "worst_digit_percent": min(per_digit.values()),
        "wrongly_rejected_percent": percent(outcome.score < threshold),
    }


def on_letters(model: Traceable, records: Records, threshold: float) -> Figures:
    """Share of letters and signs that are refused, in all and of each kind; LOOKALIKES are put aside."""
    counted = [record for record in records if record["label"] not in LOOKALIKES]
    if not counted:
        raise EvaluationError("Every record's label looks like a digit; there is nothing to count.")
    refused = run(model, drawn(counted), np.zeros(len(counted))).score < threshold
    kinds = np.array([record["kind"] for record in counted])

    def share(of: np.ndarray) -> Figures:
        return {"refused_percent": percent(of), "n": len(of)}

    by_kind = {str(kind): share(refused[kinds == kind]) for kind in np.unique(kinds)}
    return {**share(refused), "aside": len(records) - len(counted), "kind": by_kind}


def on_photos(network: Path, records: Records) -> Figures:
    """Figures on pictures of one digit each, and by kind where records have one. A blank picture counts as refused;
    accuracy counts the likeliest digit of all pictures, refused or not. Raises PhotoError for a file that is no
    picture."""
    seen = [read(record["file"], network) for record in records]
    said = np.array([-1 if each.digit is None else each.digit for each in seen])
    likeliest = np.array([each.candidates[0] for each in seen])
    labels = np.array([record["label"] for record in records])

    def figures(of: np.ndarray) -> Figures:
        return {
            "answered_right_percent": percent((said == labels)[of]),
            "accuracy_percent": percent((likeliest == labels)[of]),
            "refused_percent": percent((said < 0)[of]),
            "wrong_percent": percent(((said >= 0) & (said != labels))[of]),
            "n": int(of.sum()),
        }

    kinds = np.array([record.get("kind", "") for record in records])
    by_kind = {str(kind): figures(kinds == kind) for kind in np.unique(kinds) if kind}
    worst = min(percent((said == labels)[labels == digit]) for digit in np.unique(labels))
    found = {**figures(np.ones(len(records), bool)), "worst_digit_percent": worst}
    return {**found, "kind": by_kind} if by_kind else found


def calibration_error(outcome: Outcome, bins: int = 15) -> float:
    """Expected calibration error of the likeliest digit's probability, in [0, 1].

    Source: Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", equation 3.
    """
    confidence = outcome.probabilities.max(1)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    # A bin's share of the pictures cancels against the means of its gap.
    return float(np.abs(np.bincount(bin_of, outcome.right - confidence)).sum() / len(confidence))


def confusion(outcome: Outcome) -> list[list[int]]:
    """Row: the digit it is; column: the digit it was read as."""
    return np.bincount(10 * outcome.labels + outcome.answers, minlength=100).reshape(10, 10).tolist()


def rejection_curve(outcome: Outcome) -> list[dict[str, float]]:
    """Errors among the accepted against rejected, both in percent, rejecting the least probable answers first.

    Source: LeCun et al. 1998, section III-C, which reports errors at a share of rejected patterns.
    """
    order = np.argsort(-outcome.probabilities.max(1), kind="stable")
    errors = np.cumsum(~outcome.right[order])
    curve = []
    for rejected in (0, 0.25, 0.5, 1, 2, 3, 5, 10):
        kept = len(order) - round(len(order) * rejected / 100)
        curve.append({"rejected_percent": rejected, "error_percent": round(100 * errors[kept - 1] / kept, 3)})
    return curve


def misread(outcome: Outcome, pictures: np.ndarray) -> list[dict[str, Any]]:
    """The misread pictures, the most confident first, with what they are and what they were read as."""
    wrong = np.flatnonzero(~outcome.right)
    return [
        {
            "index": int(i),
            "digit": int(outcome.labels[i]),
            "read_as": int(outcome.answers[i]),
            "probability": round(float(outcome.probabilities[i].max()), 4),
            "pixels": np.rint(unit(pictures[i]) * 255).astype(np.uint8).tobytes().hex(),
        }
        for i in wrong[np.argsort(-outcome.probabilities[wrong].max(1), kind="stable")]
    ]


def unit(pictures: np.ndarray) -> np.ndarray:
    """Pictures of bytes, ink = 255, or of floats as float32 in [0, 1], ink = 1."""
    return pictures.astype(np.float32) / 255 if pictures.dtype == np.uint8 else pictures


def percent(flags: np.ndarray) -> float:
    """How many of some flags are set, in percent."""
    return round(100 * float(np.mean(flags)), 3)
