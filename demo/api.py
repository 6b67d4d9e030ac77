"""The endpoints that scripts and agents may call: what they take, what they answer, and an example that runs.

Gradio makes its list of endpoints of this, with examples in several languages, and schemas of tools for agents.
"""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.utils import get_function_description
from torch import Tensor

from demo.digit import answer_of, subject
from demo.line import found, reading_of
from demo.queues import DOWNLOADS
from demo.wire import RequestError, sentence
from lenet.model import LAYER, LAYERS, Layer, Trace
from lenet.recognize import verdict

Ink = list[list[list[float]]]

SEVEN: Ink = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
SEVENTEEN: Ink = [[[0.3, 0.2], [0.3, 0.8]], [[0.6, 0.2], [1.0, 0.2], [0.75, 0.8]]]


async def recognize(ink: Ink) -> dict[str, Any]:
    """Read one handwritten digit.

    Parameters:
        ink: a list of strokes, each a list of [x, y] points in fractions of the pad's height, y down, from top left
    Returns:
        digit (null when the ink is blank or no digit), verdict, the two likeliest candidates, probabilities and logits
        of the ten digits, and score: under threshold it is no digit. Nothing drawn has neither candidates nor
        probabilities nor a score.
    """
    with _said_by_gradio():
        _, traced = await subject({"ink": ink})
    recognition = verdict(traced)
    blank = {"candidates": None, "probabilities": None, "score": None} if recognition.verdict == "blank" else {}
    return {**answer_of(recognition), **blank}


async def activations(ink: Ink, layers: list[str] | None = None) -> dict[str, Any]:
    """The layers of LeNet-5 for one drawing, all or some.

    Parameters:
        ink: a list of strokes, each a list of [x, y] points in fractions of the pad's height, y down, from top left
        layers: the names of those that are wanted, of input, C1, S2, C3, S4, C5, F6 and output; null for all
    Returns:
        digit (null when the ink is blank or no digit), layers by name as nested lists, and pre_activations: the sums
        of C1, C3, C5 and F6 before the ReLU.
    """
    with _said_by_gradio():
        names = _names(layers)
        _, traced = await subject({"ink": ink})
        return await DOWNLOADS.run(_told, traced, names)  # writing all numbers out takes longer than computing them


async def scan(ink: Ink | None = None, picture: str | None = None) -> list[dict[str, Any]]:
    """Find and read the handwritten digits of a line, left to right.

    Parameters:
        ink: strokes, each a list of [x, y] in pad heights, y down; without it, Gradio's clients send an example, 17
        picture: a PNG or JPEG in base64, to be given instead of ink
    Returns:
        digit, confidence and box of each. Boxes are [left, top, right, bottom] in heights of the pad, or of the
        picture as it is looked at upright, from its top left.
    """
    if picture is not None and ink == SEVENTEEN:  # clients fill in the example where no ink is given
        ink = None
    with _said_by_gradio():
        reading = await reading_of(ink, picture)
    return [found(each) for each in reading.detections]


@contextlib.contextmanager
def _said_by_gradio() -> Iterator[None]:
    """What goes wrong, as the error that Gradio passes on: a sentence, and nothing in the log."""
    try:
        yield
    except Exception as error:
        raise gr.Error(sentence(error), print_exception=False) from error


_SUMS = [layer.name for layer in LAYERS if layer.kind in ("convolution", "fully connected") and layer.name != "output"]


def _names(layers: Any) -> list[str]:
    names = list(LAYER)
    if layers is None:
        return names
    if not isinstance(layers, list) or any(name not in names for name in layers):
        raise RequestError(f"layers must be a list of names, of {', '.join(names)}, or null for all.")
    return [name for name in names if name in layers]


def _told(traced: Trace, names: list[str]) -> dict[str, Any]:
    return {
        "digit": verdict(traced).digit,
        "layers": {name: _listed(traced.output[name]) for name in names},
        "pre_activations": {name: _listed(traced.pre_activation[name]) for name in names if name in _SUMS},
    }


def _listed(values: Tensor) -> Any:
    """A layer of one picture as nested lists, each number with as many digits as tell it from other float32."""
    return values[0].numpy().astype(str).astype(float).tolist()


def _of(kind: dict[str, Any], description: str) -> dict[str, Any]:
    return {**kind, "description": description}


def _maybe(kind: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [kind, {"type": "null"}]}


def _list(kind: dict[str, Any], length: int | None = None) -> dict[str, Any]:
    return {"type": "array", "items": kind, **({"minItems": length, "maxItems": length} if length else {})}


def _object(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields}


def _numbers(layer: Layer) -> dict[str, Any]:
    row = _list(_NUMBER, layer.width)
    return _list(_list(row, layer.height), layer.maps) if layer.height > 1 else _list(_NUMBER, layer.units)


_NUMBER, _WHOLE = {"type": "number"}, {"type": "integer"}
_VERDICT = {"type": "string", "enum": ["digit", "unsure", "no digit", "blank"]}
_INK = _list(_list(_list(_NUMBER, 2)))
_DIGIT = _of(_maybe(_WHOLE), "0 to 9, or null when the ink is blank or no digit")

TAKES: dict[str, dict[str, dict[str, Any]]] = {
    "recognize": {"ink": _INK},
    "activations": {"ink": _INK, "layers": _maybe(_list({"type": "string", "enum": list(LAYER)}))},
    "scan": {"ink": _maybe(_INK), "picture": _maybe({"type": "string"})},
}
EXAMPLES: dict[str, list[Any]] = {"recognize": [SEVEN], "activations": [SEVEN, None], "scan": [SEVENTEEN, None]}
ANSWERS: dict[str, dict[str, Any]] = {
    "recognize": _object(
        digit=_DIGIT,
        verdict=_of(_VERDICT, "whether it is a digit, and a sure one"),
        candidates=_of(_maybe(_list(_WHOLE, 2)), "the two likeliest digits, likeliest first; null when it is blank"),
        probabilities=_of(_maybe(_list(_NUMBER, 10)), "of 0 to 9, given that it is a digit; null when it is blank"),
        logits=_of(_list(_NUMBER, 10), "of 0 to 9: what the last layer says"),
        score=_of(_maybe(_NUMBER), "the log-odds of any digit against none; null when it is blank"),
        threshold=_of(_NUMBER, "with a score under this it is no digit"),
    ),
    "activations": _object(
        digit=_DIGIT,
        layers=_of(
            _object(**{layer.name: _of(_numbers(layer), f"output of {layer.name}") for layer in LAYERS}),
            "by name: maps of rows of numbers, or units",
        ),
        pre_activations=_of(
            _object(**{name: _of(_numbers(LAYER[name]), f"sums of {name}") for name in _SUMS}), "before the ReLU"
        ),
    ),
    "scan": _list(
        _object(
            digit=_of(_WHOLE, "0 to 9"),
            confidence=_of(_NUMBER, "the probability of this digit against nine others and none"),
            box=_of(_list(_NUMBER, 4), "left, top, right, bottom in heights of the pad or picture, from its top left"),
        )
    ),
}


def offer(blocks: gr.Blocks) -> None:
    """Open the endpoints on blocks that are being built, and have no other functions."""
    gr.api(recognize, concurrency_limit=None)
    gr.api(activations, concurrency_limit=None)
    # Lines wait for one another; in Gradio's queue they shall not keep the others from their places.
    gr.api(scan, concurrency_limit=4)
    for offered in blocks.fns.values():
        _, said, _ = get_function_description(offered.fn)
        endpoint = str(offered.api_name)
        described = zip(offered.inputs, TAKES[endpoint].items(), EXAMPLES[endpoint], strict=True)
        for field, (name, takes), example in described:
            field._api_info = {**takes, "additional_description": said[name]}
            field.label = name
            field.example_payload = functools.partial(copy.copy, example)
        offered.outputs[0]._api_info = ANSWERS[endpoint]
        offered.outputs[0].label = "answer"
    # Of what may be left out, Gradio's examples have the default.
    scanned = next(offered for offered in blocks.fns.values() if offered.fn is scan)
    scanned.inputs[0].value = SEVENTEEN
