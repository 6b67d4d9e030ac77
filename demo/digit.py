"""What the page calls about one digit: check the input, ask lenet, pack the answer.

Anyone can call these with any JSON, so everything is checked before it is used, and what is wrong is
returned or raised as one sentence. Nothing is kept between calls.
"""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import lenet
import lenet.snippet
from demo.pictures import NO_INK, developed, shown
from demo.queues import DOWNLOADS, DRAWING, INKS, PHOTOS
from demo.wire import RequestError, fields_of, flag, halves, hex_of, in_bytes, picture_of, refusal, whole
from lenet.explain import Cell, explain
from lenet.ink import Prepared, prepare
from lenet.model import INPUT, LAYER, LAYERS, Trace
from lenet.photo import PhotoError, look_at
from lenet.recognize import Recognition, trace, verdict

# Ink with more points than this is drawn in a thread, so that it does not hold up other visitors.
_POINTS_AT_ONCE = 400


async def see(request: Any) -> dict[str, Any]:
    """The page's call: read the ink, return every layer.

    request: {"ink": ink, or the same in "steps" of a "unit", or "picture": 784 bytes in hexadecimal, ink = 255;
    "sequence": number of the call; "pre_activation": whether C1, C3, C5, F6 should be their sums before the ReLU;
    "cell": [layer, map, row, column] of a cell to explain, if any}.
    Returns the recognition, the sequence, where the picture lies on the pad, and "values": all layers one after
    another in the order of LAYERS, little-endian float16, base64; or {"sequence", "error"}.
    """
    return await _seen(request, lambda traced, before: {"values": packed(traced, before)})


async def see_briefly(request: Any) -> dict[str, Any]:
    """The same for demo/live.py: "values" are bytes, as `packed_briefly` has them."""
    answer = await _seen(request, packed_briefly)
    answer.pop("logits", None)  # they are among the values
    return answer


async def _seen(request: Any, values: Callable[[Trace, bool], dict[str, Any]]) -> dict[str, Any]:
    sequence = None
    try:
        fields = fields_of(request)
        sequence = whole(fields.get("sequence", 0), "sequence")
        prepared, traced = await subject(fields)
        DRAWING.noted()
        before = flag(fields.get("pre_activation", False), "pre_activation")
        explanation = _explanation(fields, traced)
        return {
            "sequence": sequence,
            **explanation,
            **answer_of(verdict(traced)),
            "placement": [round(each, 4) for each in (prepared.scale, *prepared.offset)],
            **values(traced, before),
        }
    except Exception as error:
        return {"sequence": sequence, **refusal(error)}


async def kernels(request: Any) -> dict[str, Any]:
    """Every kernel and bias of C1 and C3: {"C1": {"weight": 6x1x5x5, "bias": 6}, "C3": ...} as nested lists."""
    return {
        layer.name: {
            name: parameter.tolist() for name, parameter in getattr(lenet.load(), layer.name).named_parameters()
        }
        for layer in LAYERS
        if layer.kind == "convolution"
    }


async def snippet(request: Any) -> dict[str, Any]:
    """A cell's number as PyTorch. request: as for `see`, with "cell". Returns {"code"} or {"error"}."""
    try:
        fields = fields_of(request)
        await _pictured(fields)  # says what is wrong with ink or picture
        source: Any = fields.get("picture") or fields.get("ink")
        return {"code": lenet.snippet.snippet(source, _cell(fields.get("cell")))}
    except Exception as error:
        return refusal(error)


async def download(request: Any) -> dict[str, Any]:
    """All activations of a drawing. request: as for `see`. Returns {"npz": a NumPy archive, base64} or {"error"}."""
    try:
        _, traced = await subject(fields_of(request))
        return {"npz": await DOWNLOADS.run(_archive, traced)}
    except Exception as error:
        return refusal(error)


def _archive(traced: Trace) -> str:
    before = {f"{name}_pre_activation": value for name, value in traced.pre_activation.items()}
    arrays: dict[str, Any] = {name: value[0].numpy() for name, value in {**traced.output, **before}.items()}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return base64.b64encode(file.getvalue()).decode("ascii")


async def photo(request: Any) -> dict[str, Any]:
    """Find the digit in a photo. request: {"file": a PNG or JPEG, base64; "frame": where to look, if not everywhere:
    left, top, right and bottom in shares of its sides}. Returns {"picture" as `see` takes it, "box": where it was, as
    the frame, "ink": what was taken as ink there, a PNG that covers the rest with nothing, base64}, or {"error"}."""
    try:
        fields = fields_of(request)
        find = functools.partial(look_at, frame=_frame(fields.get("frame", [0, 0, 1, 1])))
        seen = await PHOTOS.run(developed, fields.get("file"), find)
        if seen.ink is None or not seen.picture.any():
            raise PhotoError(NO_INK)
        return {"picture": hex_of(seen.picture), "box": [round(edge, 4) for edge in seen.box], "ink": shown(seen.ink)}
    except Exception as error:
        return refusal(error)


def _frame(value: Any) -> list[float]:
    if not isinstance(value, list) or [type(edge) in (int, float) and 0 <= edge <= 1 for edge in value] != 4 * [True]:
        raise RequestError("frame must be [left, top, right, bottom], each from 0 to 1.")
    return value


def packed(traced: Trace, pre_activation: bool) -> str:
    """All layers of one picture in the order of LAYERS: float16, little-endian, base64."""
    return halves(np.concatenate(list(_layers(traced, pre_activation).values())))


def packed_briefly(traced: Trace, pre_activation: bool) -> dict[str, Any]:
    """The same in a third of the bytes: the steps of every map, the maps in bytes, and the other layers in float16.

    Max pooling's are left out, since each is the largest of four that are there; but not where these are sums before
    the ReLU, whose steps may be many times as large: then "whole" is true.
    """
    steps = values = b""
    for name, numbers in _layers(traced, pre_activation).items():
        if LAYER[name].kind == "pooling" and not pre_activation:
            continue
        if LAYER[name].height > 1:
            of_maps, brief = in_bytes(numbers.reshape(LAYER[name].maps, -1))
            steps, values = steps + of_maps, values + brief
        else:
            values += numbers.astype("<f2").tobytes()
    return {"values": steps + values, "whole": pre_activation}


def _layers(traced: Trace, pre_activation: bool) -> dict[str, np.ndarray]:
    chosen = {**traced.output, **(traced.pre_activation if pre_activation else {})}
    return {layer.name: chosen[layer.name][0].flatten().numpy() for layer in LAYERS}


def answer_of(recognition: Recognition) -> dict[str, Any]:
    """The fields of an answer that a recognition gives: digit, verdict, candidates, probabilities, logits, score,
    threshold."""
    return {
        "digit": recognition.digit,
        "verdict": recognition.verdict,
        "candidates": recognition.candidates,
        "probabilities": _rounded(recognition.probabilities),
        "logits": _rounded(recognition.logits),
        "score": round(recognition.score, 4),
        "threshold": recognition.threshold,
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 6) for value in values]


def _explanation(fields: dict[str, Any], traced: Trace) -> dict[str, Any]:
    if fields.get("cell") is None:
        return {}
    cell = _cell(fields["cell"])
    with torch.inference_mode():
        explained = explain(lenet.load(), traced, cell)
    return {"explanation": {"cell": fields["cell"], **_shortened(explained)}}


def _cell(value: Any) -> Cell:
    whole = isinstance(value, list) and len(value) == 4 and all(type(number) is int for number in value[1:])
    if not whole or not isinstance(value[0], str):
        raise RequestError("cell must be [layer, map, row, column].")
    return Cell(*value).check()


def _shortened(value: Any) -> Any:
    """Six significant digits are more than a float32 sum is worth, and half the bytes."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in value.items()}
    return value


async def subject(fields: dict[str, Any]) -> tuple[Prepared, Trace]:
    """What a request is about, ink or picture, prepared and run through the network."""
    prepared = await _pictured(fields)
    return prepared, trace(prepared.picture)


async def _pictured(fields: dict[str, Any]) -> Prepared:
    picture = fields.get("picture")
    if picture is None:
        ink = fields.get("ink")
        if isinstance(ink, (list, tuple)) and _points(ink) > _POINTS_AT_ONCE:
            return await INKS.run(prepare, ink)
        return prepare(ink)  # type: ignore[arg-type]  # which says what is wrong with it
    complaint = f"picture must be {2 * INPUT.units} hexadecimal digits."
    if not isinstance(picture, str) or len(picture) != 2 * INPUT.units:
        raise RequestError(complaint)
    return Prepared(picture_of(picture, INPUT.height, complaint), 0.0, (0.0, 0.0))


def _points(ink: list[Any] | tuple[Any, ...]) -> int:
    return sum(len(stroke) for stroke in ink[: lenet.ink.MAX_STROKES] if isinstance(stroke, (list, tuple)))
