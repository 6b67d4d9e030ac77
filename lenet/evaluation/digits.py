"""How good a network for single digits is: on MNIST's test set, on pens, photos, letters and junk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..ink import rasterize
from ..model import PARAMETERS, LeNet5, digit_score
from ..photo import PhotoError, opened
from ..recognize import recognize
from ..synthetic import junk
from .records import EvaluationError, Records, drawn

JUNK_PER_KIND = 500
_TURN_SEED = 5
JUNK_SEED = 2026
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


def run(model: LeNet5, pictures: np.ndarray, labels: np.ndarray) -> Outcome:
    """Run a network over pictures, float32 (n, 28, 28) in [0, 1], or uint8 with ink = 255."""
    if pictures.dtype == np.uint8:
        pictures = pictures.astype(np.float32) / 255
    with torch.inference_mode():
        logits = torch.cat([model(batch[:, None]) for batch in torch.from_numpy(pictures).split(1_000)])
    probabilities = torch.softmax(logits, 1)
    return Outcome(logits.numpy(), probabilities.numpy(), digit_score(logits).numpy(), labels.astype(int))


def on_mnist(outcome: Outcome, threshold: float) -> dict[str, Any]:
    """Figures on MNIST's test set."""
    return {
        "test_error_percent": _percent(~outcome.right),
        "n": len(outcome.labels),
        "parameters": PARAMETERS,
        "calibration_error_percent": round(100 * calibration_error(outcome), 3),
        "wrongly_rejected_percent": _percent(outcome.score < threshold),
        "confusion": confusion(outcome),
        "rejection_curve": rejection_curve(outcome),
    }


def on_ink(outcome: Outcome, threshold: float) -> dict[str, Any]:
    """Figures on pen strokes, drawn by `rasterize` as the page does. accuracy counts the likeliest digit."""
    labels = outcome.labels
    per_digit = {str(k): _percent(outcome.right[labels == k]) for k in range(10) if (labels == k).any()}
    return {
        "accuracy_percent": _percent(outcome.right),
        "n": len(labels),
        "per_digit": per_digit,
        "worst_digit_percent": min(per_digit.values()),
        "wrongly_rejected_percent": _percent(outcome.score < threshold),
    }


def accuracy_turned(model: LeNet5, records: Records) -> float:
    """Accuracy in percent on the same strokes, each turned by an angle of up to 10 degrees either way."""
    random = np.random.default_rng(_TURN_SEED)
    turned = []
    for record in records:
        angle = np.radians(random.uniform(-10, 10))
        matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        turned.append({"strokes": [stroke @ matrix for stroke in record["strokes"]]})
    return _percent(run(model, drawn(turned), np.array([record["digit"] for record in records])).right)


def on_letters(model: LeNet5, records: Records, threshold: float) -> dict[str, Any]:
    """Share of letters and signs that are refused, in all and of each kind; LOOKALIKES are put aside."""
    counted = [record for record in records if record["label"] not in LOOKALIKES]
    if not counted:
        raise EvaluationError("Every record's label looks like a digit; there is nothing to count.")
    refused = run(model, drawn(counted), np.zeros(len(counted))).score < threshold
    kinds = np.array([record["kind"] for record in counted])

    def share(of: np.ndarray) -> dict[str, Any]:
        return {"refused_percent": _percent(of), "n": len(of)}

    by_kind = {str(kind): share(refused[kinds == kind]) for kind in np.unique(kinds)}
    return {**share(refused), "aside": len(records) - len(counted), "kind": by_kind}


def on_photos(network: Path, folder: Path, records: Records) -> dict[str, Any]:
    """Figures on pictures of one digit each. A blank picture counts as refused; accuracy counts the likeliest digit
    of all pictures, refused or not. Raises EvaluationError for a file that is no picture."""
    answers, likeliest = [], []
    for record in records:
        try:
            with opened(folder / record["file"]) as photo:
                seen = recognize(photo, network)
        except PhotoError as error:
            raise EvaluationError(f"{folder / record['file']}: {error}") from error
        answers.append(-1 if seen.digit is None else seen.digit)
        likeliest.append(seen.candidates[0])
    said, labels = np.array(answers), np.array([record["label"] for record in records])
    return {
        "answered_right_percent": _percent(said == labels),
        "accuracy_percent": _percent(np.array(likeliest) == labels),
        "refused_percent": _percent(said < 0),
        "wrong_percent": _percent((said >= 0) & (said != labels)),
        "n": len(records),
    }


def on_junk(model: LeNet5, threshold: float, digits: Outcome) -> dict[str, Any]:
    """Share of each kind of junk that is rejected, and how well the score parts junk from `digits`."""
    random = np.random.default_rng(JUNK_SEED)
    rejected: dict[str, float] = {}
    scores = []
    for kind, make in junk.EVALUATION.items():
        pictures = np.stack([rasterize(make(random)) for _ in range(JUNK_PER_KIND)])
        score = run(model, pictures, np.zeros(JUNK_PER_KIND)).score
        rejected[kind] = _percent(score < threshold)
        scores.append(score)
    junk_scores = np.concatenate(scores)
    return {
        "rejected_percent": _percent(junk_scores < threshold),
        "rejected_percent_per_kind": rejected,
        "n": len(junk_scores),
        "auroc": round(auroc(digits.score, junk_scores), 5),
    }


def calibration_error(outcome: Outcome, bins: int = 15) -> float:
    """Expected calibration error of the likeliest digit's probability, in [0, 1].

    Source: Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", equation 3.
    """
    confidence = outcome.probabilities.max(1)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        (bin_of == b).mean() * abs(outcome.right[bin_of == b].mean() - confidence[bin_of == b].mean())
        for b in range(bins)
        if (bin_of == b).any()
    ]
    return float(sum(gaps))


def confusion(outcome: Outcome) -> list[list[int]]:
    """Row: the digit it is; column: the digit it was read as."""
    table = np.zeros((10, 10), int)
    np.add.at(table, (outcome.labels, outcome.answers), 1)
    return table.tolist()


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


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    """The probability that a positive scores above a negative, ties counting half."""
    everything = np.concatenate([positive, negative])
    _, where, counts = np.unique(everything, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    n = len(positive)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * len(negative)))


def misread(outcome: Outcome, pictures: np.ndarray) -> list[dict[str, Any]]:
    """The misread pictures, the most confident first, with what they are and what they were read as."""
    wrong = np.flatnonzero(~outcome.right)
    wrong = wrong[np.argsort(-outcome.probabilities[wrong].max(1), kind="stable")]
    return [
        {
            "index": int(i),
            "digit": int(outcome.labels[i]),
            "read_as": int(outcome.answers[i]),
            "probability": round(float(outcome.probabilities[i].max()), 4),
            "pixels": bytes(np.rint(_unit(pictures[i]) * 255).astype(np.uint8)).hex(),
        }
        for i in wrong
    ]


def _unit(picture: np.ndarray) -> np.ndarray:
    return picture.astype(np.float32) / 255 if picture.dtype == np.uint8 else picture


def _percent(flags: np.ndarray) -> float:
    return round(100 * float(np.mean(flags)), 3) if len(flags) else 0.0
