"""Teach it your hand: the output layer learns some drawings, and what that costs elsewhere is measured."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from demo.digit import picture_in
from demo.experiments.measured import arrays
from demo.experiments.settings import Settings
from demo.experiments.subject import Subject, probabilities
from demo.wire import RequestError, flag, hex_of
from lenet.model import Traceable

MOST = 5  # drawings
_STEPS = 400
_AT_ONCE = 50  # pictures, as every layer of them is kept
_FEWEST = 40  # steps that teach at all
_WORK = 800_000_000  # multiply-adds of all steps
_REHEARSED = (30, 300)  # of the program's own digits, at least and at most
_WEIGHT = 0.3  # of the drawings, beside the rehearsal
_SURE = 0.8  # how sure of each drawing the network is to be: what is pressed further costs more elsewhere
_MOMENTUM = 0.9
_PACE = 2.0  # of a step, in what the longest input allows
CANNOT = (
    "The output of this network is distances to fixed bitmaps: it has no weights that could learn. Choose another"
    " network on the first tab."
)


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "teach": whether to; then "pictures", 1 to MOST as `digit.picture_in` takes them, "labels", of each
    the output that it should be, and "names" of the outputs, where they are no digits.

    Returns "picture": the drawing in hexadecimal, "logits": of it, (outputs,); where the output cannot learn
    "cannot": why. With "teach" also "taught": "before" and "after", the probabilities of each picture and, last, of
    the drawing, (pictures + 1, outputs); "cost": as `_cost` has it; "file": the taught network's weights, base64.
    """
    about = {"picture": hex_of(subject.picture), "logits": subject.traced.logits[0]}
    if subject.model.architecture.output != "logits":
        return {**about, "cannot": CANNOT}
    if not flag(settings.get("teach", False), "teach"):
        return about
    labels, names = _labels(settings, subject.model.layers[-1].maps)
    given = settings.get("pictures")
    if not isinstance(given, list) or len(given) != len(labels):
        raise RequestError("pictures and labels must be lists of one length.")
    pictures = torch.from_numpy(np.stack([picture_in(each) for each in given]))[:, None]
    return {**about, "taught": _taught(subject, pictures, torch.tensor(labels), names)}


def _labels(settings: Settings, outputs: int) -> tuple[list[int], tuple[str, ...] | None]:
    from lenet.own.labels import labels_in  # few visitors teach

    labels = settings.get("labels")
    if not isinstance(labels, list) or not 0 < len(labels) <= MOST:
        raise RequestError(f"labels must be a list of 1 to {MOST} outputs.")
    if not all(type(each) is int and 0 <= each < outputs for each in labels):
        raise RequestError(f"Each label must be a whole number from 0 to {outputs - 1}.")
    names = labels_in({"labels": settings.get("names")})
    if names is not None and len(names) != outputs:
        raise RequestError(f"names must be {outputs}, one of each output.")
    return labels, names


def _taught(subject: Subject, pictures: Tensor, labels: Tensor, names: tuple[str, ...] | None) -> dict[str, Any]:
    from lenet.own.conventions import digits

    rehearsed, answers = (each[: subject.passes(*_REHEARSED)] for each in digits())
    model = subject.model
    steps = _affordable(len(rehearsed) + len(pictures), model)
    features = _features(model, torch.cat([rehearsed, pictures, subject.image]))
    known, drawn = features[: len(rehearsed)], features[len(rehearsed) : -1]
    output: Any = model.output
    weight, bias = output.weight.detach(), None if output.bias is None else output.bias.detach()
    learned = learn(weight, bias, known, drawn, labels, steps)
    shown = features[len(rehearsed) :]
    return {
        "before": probabilities(F.linear(shown, weight, bias)),
        "after": probabilities(F.linear(shown, *learned)),
        "cost": _cost(subject, known, None if names else answers, (weight, bias), learned),
        "file": _file(model, learned, names),
    }


def _features(model: Traceable, pictures: Tensor) -> Tensor:
    """What the output layer reads: (n, units)."""
    with torch.inference_mode():
        parts = [model.read_by(model.layers[-1], model.trace(some)).flatten(1) for some in pictures.split(_AT_ONCE)]
        return torch.cat(parts)


def _affordable(drawings: int, model: Traceable) -> int:
    """How many steps the output layer may learn for. Raises RequestError where they are too few to teach anything."""
    steps = min(_STEPS, _WORK // (2 * drawings * model.layers[-1].weights))
    if steps < _FEWEST:
        raise RequestError("The output layer of this network is too large for this experiment.")
    return steps


def learn(
    weight: Tensor, bias: Tensor | None, known: Tensor, drawn: Tensor, labels: Tensor, steps: int = _STEPS
) -> tuple[Tensor, Tensor | None]:
    """Weights (outputs, units) and biases (outputs,) that have learned `drawn`, features (k, units), to be `labels`
    (k,), and still answer `known`, (n, units), as before.

    Gradient descent with momentum on the cross-entropy of all at once: of what is known with the answers before, and
    of what was drawn with the labels. Source: Li and Hoiem 2016, "Learning without forgetting", in spirit.
    """
    size = torch.cat([known, drawn]).square().mean().sqrt().clamp_min(1e-6)  # features may be of any size
    ones = [] if bias is None else [torch.ones(len(known) + len(drawn), 1)]
    inputs = torch.cat([torch.cat([known, drawn]) / size, *ones], 1)
    layer = torch.cat([weight * size, *([] if bias is None else [bias[:, None]])], 1)
    outputs = len(weight)
    wanted = torch.cat(
        [
            torch.softmax(F.linear(known, weight, bias), 1),
            _SURE * F.one_hot(labels, outputs) + (1 - _SURE) / outputs,
        ]
    )
    share = torch.cat([torch.full((len(known), 1), 1 / len(known)), torch.full((len(drawn), 1), _WEIGHT / len(drawn))])
    pace = _PACE / inputs.square().sum(1).max()
    velocity = torch.zeros_like(layer)
    for _ in range(steps):
        gradient = (share * (torch.softmax(inputs @ layer.T, 1) - wanted)).T @ inputs
        velocity = _MOMENTUM * velocity - pace * gradient
        layer = layer + velocity
    if bias is None:
        return layer / size, None
    return layer[:, :-1] / size, layer[:, -1].contiguous()


def _cost(
    subject: Subject,
    known: Tensor,
    answers: Tensor | None,
    before: tuple[Tensor, Tensor | None],
    after: tuple[Tensor, Tensor | None],
) -> dict[str, Any]:
    """What is misread "before" and "after", of how many, "n", and "of" what: "mnist", its test set, for the bundled
    network; "digits", the program's own, which were rehearsed; or, where the outputs are no digits, "answers": on how
    many of these it says another thing than before."""
    if subject.is_bundled:
        measured = arrays()
        known = torch.from_numpy((measured["levels"].T * measured["steps"]).astype(np.float32))
        answers = torch.from_numpy(measured["labels"]).long()
    of = "mnist" if subject.is_bundled else "digits"
    said_before, said = (F.linear(known, *each).argmax(1) for each in (before, after))
    if answers is None or len(before[0]) != 10:
        of, answers = "answers", said_before
    wrong = [int((each != answers).sum()) for each in (said_before, said)]
    return {"of": of, "n": len(known), "before": wrong[0], "after": wrong[1]}


def _file(model: Traceable, learned: tuple[Tensor, Tensor | None], names: tuple[str, ...] | None) -> str:
    """The taught network as torch saves it, with how it is run, and the names of its outputs where it has any."""
    weights = {name: each.clone() for name, each in model.state_dict().items()}
    weights["output.weight"] = learned[0].clone()
    if learned[1] is not None:
        weights["output.bias"] = learned[1].clone()
    file = io.BytesIO()
    way = model.architecture
    how = {"activation": way.activation, "pooling": way.pooling, "scaling": way.scaling}
    torch.save({"state_dict": weights, **how, **({"labels": list(names)} if names else {})}, file)
    return base64.b64encode(file.getvalue()).decode("ascii")
