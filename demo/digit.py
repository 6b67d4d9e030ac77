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
from demo.networks import chosen, is_own, limit_of
from demo.pictures import NO_INK, developed, shown
from demo.queues import DOWNLOADS, DRAWING, INKS, LARGE, PHOTOS
from demo.wire import RequestError, fields_of, flag, halves, hex_of, in_bytes, picture_of, refusal, whole
from lenet.explain import Cell, explain
from lenet.ink import Prepared, prepare
from lenet.model import INPUT, Trace, Traceable
from lenet.photo import PhotoError, look_at
from lenet.recognize import Recognition, traced_by, verdict

# Ink with more points than this is drawn in a thread, so that it does not hold up other visitors.
_POINTS_AT_ONCE = 400
# So is the answer of a network that is more work than this: multiply-adds, numbers, and terms of a sum. LeNet-5 takes
# 0.4 million, 8,878 and 400.
_WORK_AT_ONCE, _UNITS_AT_ONCE, _TERMS_AT_ONCE = 2_000_000, 40_000, 5_000
_MOST_KERNELS = 1_000  # of a layer that are sent
_LONGEST_NAME = 100  # letters of a file's name


async def see(request: Any) -> dict[str, Any]:
    """The page's call: read the ink, return every layer.

    request: {"ink": ink, or the same in "steps" of a "unit", or "picture": 784 bytes in hexadecimal, ink = 255;
    "sequence": number of the call; "pre_activation": whether hidden layers should be their sums before the activation;
    "cell": [layer, map, row, column] of a cell to explain, if any; "network": reference of one, or the bundled one}.
    Returns the recognition, the sequence, where the picture lies on the pad, and "values": all layers one after
    another, little-endian float16, base64; or {"sequence", "error"}, with "unknown": true for a network that is not
    here.
    """
    return await _seen(request, lambda model, traced, before: {"values": packed(model, traced, before)})


async def see_briefly(request: Any) -> dict[str, Any]:
    """The same for demo/live.py: "values" are bytes, as `packed_briefly` has them."""
    answer = await _seen(request, packed_briefly)
    answer.pop("logits", None)  # they are among the values
    return answer


async def _seen(request: Any, values: Callable[[Traceable, Trace, bool], dict[str, Any]]) -> dict[str, Any]:
    sequence = None
    try:
        fields = fields_of(request)
        sequence = whole(fields.get("sequence", 0), "sequence")
        before = flag(fields.get("pre_activation", False), "pre_activation")
        model, limit, prepared = chosen(fields), limit_of(fields), await _pictured(fields)

        def answer() -> dict[str, Any]:
            traced = traced_by(model, prepared.picture)
            return {
                "sequence": sequence,
                **_explanation(fields, model, traced),
                **answer_of(verdict(traced, limit)),
                "placement": [round(each, 4) for each in (prepared.scale, *prepared.offset)],
                **values(model, traced, before),
            }

        DRAWING.noted()
        return await LARGE.run(answer) if _is_large(model) else answer()
    except Exception as error:
        return {"sequence": sequence, **refusal(error)}


async def kernels(request: Any) -> dict[str, Any]:
    """Every kernel and bias of every convolution: {"C1": {"weight": 6x1x5x5 in float16, one after the other,
    little-endian, base64, "shape": [6, 1, 5, 5], "bias": 6}, "C3": ...}.

    request: {"network": as for `see`}. bias is null where there is none, weight where there are too many to be shown.
    """
    try:
        model = chosen(fields_of(request or {}))
        return {
            layer.name: _kernels(getattr(model, layer.name)) for layer in model.layers if layer.kind == "convolution"
        }
    except Exception as error:
        return refusal(error)


def _kernels(module: torch.nn.Module) -> dict[str, Any]:
    weight, bias = module.weight, module.bias
    assert isinstance(weight, torch.Tensor)
    few = weight.shape[0] * weight.shape[1] <= _MOST_KERNELS
    return {
        "weight": halves(weight.detach().flatten().numpy()) if few else None,
        "shape": list(weight.shape),
        "bias": bias.tolist() if isinstance(bias, torch.Tensor) else None,
    }


async def snippet(request: Any) -> dict[str, Any]:
    """A cell's number as PyTorch. request: as for `see`, with "cell", and "name" of the network's file if it has one.

    Returns {"code"} or {"error"}.
    """
    try:
        fields = fields_of(request)
        await _pictured(fields)  # says what is wrong with ink or picture
        source: Any = fields.get("picture") or fields.get("ink")
        model = chosen(fields)
        name, cell = fields.get("network"), _cell(fields.get("cell"), model)
        if not is_own(name):
            return {"code": lenet.snippet.snippet(source, cell, model.architecture, name)}
        file = str(fields.get("name", ""))[-_LONGEST_NAME:]
        named = file if file.isprintable() and file else "lenet.pth"
        return {"code": lenet.snippet.snippet(source, cell, model.architecture, named, is_file=True)}
    except Exception as error:
        return refusal(error)


async def download(request: Any) -> dict[str, Any]:
    """All activations of a drawing. request: as for `see`. Returns {"npz": a NumPy archive, base64} or {"error"}."""
    try:
        fields = fields_of(request)
        _, traced = await subject(fields, chosen(fields))
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


def packed(model: Traceable, traced: Trace, pre_activation: bool) -> str:
    """All layers of one picture from the input on: float16, little-endian, base64."""
    return halves(np.concatenate(list(_layers(model, traced, pre_activation).values())))


def packed_briefly(model: Traceable, traced: Trace, pre_activation: bool) -> dict[str, Any]:
    """The same in a third of the bytes: the steps of every map, the maps in bytes, and the other layers in float16.

    Max pooling's are left out, since each is the largest of four that are there; but not where these are sums before
    the activation, whose steps may be many times as large: then "whole" is true. So it is for any other pooling.
    """
    steps = values = b""
    whole = pre_activation or model.architecture.pooling != "max"
    numbers = _layers(model, traced, pre_activation)
    for layer in model.layers:
        if layer.kind == "pooling" and not whole:
            continue
        if layer.height > 1:
            of_maps, brief = in_bytes(numbers[layer.name].reshape(layer.maps, -1))
            steps, values = steps + of_maps, values + brief
        else:
            values += numbers[layer.name].astype("<f2").tobytes()
    return {"values": steps + values, "whole": whole}


def _layers(model: Traceable, traced: Trace, pre_activation: bool) -> dict[str, np.ndarray]:
    chosen = {**traced.output, **(traced.pre_activation if pre_activation else {})}
    return {layer.name: chosen[layer.name][0].flatten().numpy() for layer in model.layers}


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
        "threshold": recognition.threshold if np.isfinite(recognition.threshold) else None,
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), 6) for value in values]


def _explanation(fields: dict[str, Any], model: Traceable, traced: Trace) -> dict[str, Any]:
    if fields.get("cell") is None:
        return {}
    cell = _cell(fields["cell"], model)
    with torch.inference_mode():
        explained = explain(model, traced, cell)
    return {"explanation": {"cell": fields["cell"], **_shortened(explained)}}


def _cell(value: Any, model: Traceable) -> Cell:
    whole = isinstance(value, list) and len(value) == 4 and all(type(number) is int for number in value[1:])
    if not whole or not isinstance(value[0], str):
        raise RequestError("cell must be [layer, map, row, column].")
    return Cell(*value).check(model.layers)


def _shortened(value: Any) -> Any:
    """Six significant digits are more than a float32 sum is worth, and half the bytes."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if isinstance(value, dict):
        return {key: _shortened(each) for key, each in value.items()}
    return value


async def subject(fields: dict[str, Any], model: Traceable | None = None) -> tuple[Prepared, Trace]:
    """What a request is about, ink or picture, prepared and run through a network, the bundled one by default."""
    prepared = await _pictured(fields)
    network = model or lenet.load()
    if _is_large(network):
        return prepared, await LARGE.run(traced_by, network, prepared.picture)
    return prepared, traced_by(network, prepared.picture)


def _is_large(model: Traceable) -> bool:
    multiply_adds = sum(layer.multiply_adds for layer in model.layers)
    units = sum(layer.units for layer in model.layers)
    terms = max(layer.multiply_adds // layer.units for layer in model.layers)
    return multiply_adds > _WORK_AT_ONCE or units > _UNITS_AT_ONCE or terms > _TERMS_AT_ONCE


async def _pictured(fields: dict[str, Any]) -> Prepared:
    picture = fields.get("picture")
    if picture is None:
        ink = fields.get("ink")
        if isinstance(ink, (list, tuple)) and _points(ink) > _POINTS_AT_ONCE:
            return await INKS.run(prepare, ink)
        return prepare(ink)  # type: ignore[arg-type]  # which says what is wrong with it
    return Prepared(picture_in(picture), 0.0, (0.0, 0.0))


def picture_in(value: Any) -> np.ndarray:
    """A picture as callers send it, 784 bytes in hexadecimal, ink = 255: float32 (28, 28) in [0, 1]. Raises
    RequestError for anything else."""
    complaint = f"picture must be {2 * INPUT.units} hexadecimal digits."
    if not isinstance(value, str) or len(value) != 2 * INPUT.units:
        raise RequestError(complaint)
    return picture_of(value, INPUT.height, complaint)


def _points(ink: list[Any] | tuple[Any, ...]) -> int:
    return sum(len(stroke) for stroke in ink[: lenet.ink.MAX_STROKES] if isinstance(stroke, (list, tuple)))
