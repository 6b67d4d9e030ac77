"""How good a network is: on MNIST's test set, on pen strokes, on junk. Every figure on the card comes from here."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from ..ink import InkError, rasterize
from ..model import PARAMETERS, LeNet5
from ..recognize import digit_score
from ..synthetic import junk

JUNK_PER_KIND = 500
_TURN_SEED = 5
JUNK_SEED = 2026
_LARGEST_FILE = 500_000_000


class EvaluationError(ValueError):
    """The file to evaluate cannot be used; the message says why."""


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
        "error_percent_per_digit": {str(k): _percent(~outcome.right[outcome.labels == k]) for k in range(10)},
        "confusion": confusion(outcome),
        "rejection_curve": rejection_curve(outcome),
    }


def on_ink(outcome: Outcome, threshold: float) -> dict[str, Any]:
    """Figures on pen strokes, drawn by `rasterize` as the page does. accuracy counts the likeliest digit."""
    labels = outcome.labels
    per_digit = {str(k): _percent(outcome.right[labels == k]) for k in range(10) if (labels == k).any()}
    kept = outcome.score >= threshold
    return {
        "accuracy_percent": _percent(outcome.right),
        "n": len(labels),
        "per_digit": per_digit,
        "worst_digit_percent": min(per_digit.values()),
        "wrongly_rejected_percent": _percent(~kept),
        "accuracy_of_accepted_percent": _percent(outcome.right[kept]),
        "calibration_error_percent": round(100 * calibration_error(outcome), 3),
        "confusion": confusion(outcome),
    }


def on_ink_distorted(model: LeNet5, records: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Accuracy in percent on the same strokes drawn small, off centre, and turned: by 10 degrees either way, the most
    that is asked of the network, and each by any angle up to that."""
    labels = np.array([record["digit"] for record in records])
    random = np.random.default_rng(_TURN_SEED)

    def turned(degrees: float) -> np.ndarray:
        angle = np.radians(degrees)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    # Of each record: a matrix, and a shift.
    changes: dict[str, tuple[Callable[[], np.ndarray], float]] = {
        "as drawn": (lambda: np.eye(2), 0),
        "a quarter of the size": (lambda: np.eye(2) / 4, 0),
        "in the corner": (lambda: np.eye(2) / 2, 0.5),
        "turned 10 degrees": (lambda: turned(10), 0),
        "turned -10 degrees": (lambda: turned(-10), 0),
        "turned up to 10 degrees": (lambda: turned(random.uniform(-10, 10)), 0),
    }
    accuracy = {}
    for name, (of_record, shift) in changes.items():
        changed = []
        for record in records:
            matrix = of_record()
            strokes = [(np.array(stroke) @ matrix.T + shift).tolist() for stroke in record["strokes"]]
            changed.append({**record, "strokes": strokes})
        accuracy[name] = _percent(run(model, drawn(changed), labels).right)
    return accuracy


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


def summary(card: dict[str, Any]) -> list[tuple[str, str]]:
    """The figures of a weights' card that matter most, in words."""
    measured = card["measured"]
    mnist, ink, junk_ = measured["mnist"], measured["ink"], measured["junk"]
    seeds = measured["mnist_per_seed"]
    errors = ", ".join(f"{figures['test_error_percent']:.2f} %" for figures in seeds.values())
    distorted = ink["accuracy_percent_distorted"]
    return [
        (f"MNIST test error ({mnist['n']:,} digits)", f"{mnist['test_error_percent']:.2f} %"),
        (f"the same, from seeds {', '.join(seeds)}, before the last stage of training", errors),
        (f"strangers' pens, accuracy ({ink['n']:,} digits)", f"{ink['accuracy_percent']:.2f} %"),
        ("worst of the ten digits there", f"{ink['worst_digit_percent']:.2f} %"),
        ("the same pens turned by up to 10 degrees", f"{distorted['turned up to 10 degrees']:.2f} %"),
        ("turned by 10 degrees either way, shrunk or moved, at worst", f"{min(distorted.values()):.2f} %"),
        ("expected calibration error on MNIST, 15 bins", f"{mnist['calibration_error_percent']:.2f} %"),
        ("MNIST digits wrongly called no digit", f"{mnist['wrongly_rejected_percent']:.2f} %"),
        ("pen digits wrongly called no digit", f"{ink['wrongly_rejected_percent']:.2f} %"),
        (f"junk rejected ({junk_['n']:,} letters, symbols, scribbles, blobs)", f"{junk_['rejected_percent']:.1f} %"),
        ("AUROC, digits against junk", f"{junk_['auroc']:.4f}"),
    ]


def read_ink(path: Path) -> list[dict[str, Any]]:
    """Read a JSON list of {"digit", "strokes"}, plain or .gz. Raises EvaluationError if it is anything else."""

    def fits(record: dict[str, Any]) -> bool:
        digit = record.get("digit")
        return isinstance(digit, int) and not isinstance(digit, bool) and 0 <= digit <= 9

    return read_records(path, '{"digit", "strokes"}', '"digit" from 0 to 9', fits)


def read_records(path: Path, form: str, label: str, fits: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Read a JSON list of labelled strokes, plain or .gz. form, label: in words; fits: whether a label is right.

    Raises EvaluationError for anything else.
    """
    records = read_json(path)
    if not isinstance(records, list) or not records:
        raise EvaluationError(f"{path} must hold a list of {form}.")
    for number, record in enumerate(records):
        if not isinstance(record, dict) or not fits(record) or "strokes" not in record:
            raise EvaluationError(f'Record {number} of {path} needs a {label} and "strokes".')
    return records


def read_json(path: Path) -> Any:
    """Read a JSON file, plain or .gz. Raises EvaluationError when it cannot be read."""
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = zlib.decompressobj(wbits=31).decompress(content, _LARGEST_FILE)
        return json.loads(content)
    except (OSError, zlib.error, gzip.BadGzipFile) as error:
        raise EvaluationError(f"{path} cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} is not JSON.") from error


def drawn(records: Sequence[dict[str, Any]]) -> np.ndarray:
    """The pictures of ink records: float32 (n, 28, 28). Raises EvaluationError for ink that cannot be drawn."""
    pictures = []
    for number, record in enumerate(records):
        try:
            pictures.append(rasterize(record["strokes"]))
        except InkError as error:
            raise EvaluationError(f"Record {number}: {error}") from error
    return np.stack(pictures)


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


def sheet(items: Iterable[tuple[np.ndarray, str]], columns: int = 16, zoom: int = 3) -> Image.Image:
    """Pictures (28, 28) in [0, 1], ink = 1, with a caption each, as one picture to look at."""
    cells = list(items)
    width, height = 28 * zoom + 8, 28 * zoom + 22
    page = Image.new("L", (columns * width, max(1, -(-len(cells) // columns)) * height), 255)
    pen = ImageDraw.Draw(page)
    for i, (picture, caption) in enumerate(cells):
        x, y = i % columns * width + 4, i // columns * height + 4
        grey = Image.fromarray(np.rint(255 - 255 * picture).astype(np.uint8))
        page.paste(grey.resize((28 * zoom, 28 * zoom), Image.Resampling.NEAREST), (x, y))
        pen.text((x, y + 28 * zoom + 2), caption, fill=0)
    return page


def gallery(make: Callable[[np.random.Generator], list[np.ndarray]], count: int, seed: int) -> list[np.ndarray]:
    """`count` pictures of synthetic ink."""
    random = np.random.default_rng(seed)
    return [rasterize(make(random)) for _ in range(count)]


def _unit(picture: np.ndarray) -> np.ndarray:
    return picture.astype(np.float32) / 255 if picture.dtype == np.uint8 else picture


def _percent(flags: np.ndarray) -> float:
    return round(100 * float(np.mean(flags)), 3) if len(flags) else 0.0
