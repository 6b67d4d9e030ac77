"""What travels between page and server: checks of what callers send, numbers packed for the page, errors in words."""

from __future__ import annotations

import base64
import logging
from typing import Any

import numpy as np

from demo.queues import Busy
from lenet.ink import MAX_POINTS, MAX_STROKES
from lenet.mistake import Mistake

log = logging.getLogger(__name__)

_FARTHEST = 1_000_000  # units that one step of a stroke may be


class UnknownNetwork(Mistake):
    """A network that is not kept here, or not any more; the page brings its file again."""


class RequestError(Mistake):
    """A call that does not make sense; the message says what it should look like."""


def fields_of(request: Any) -> dict[str, Any]:
    """The fields of a request, which must be an object; ink that came in steps has points again."""
    if not isinstance(request, dict):
        raise RequestError("The request must be an object with the field ink.")
    if "steps" in request:
        return {**request, "ink": _ink(request["steps"], request.get("unit"))}
    return request


def _ink(strokes: Any, unit: Any) -> list[list[list[float]]]:
    """Ink in pad heights, from what the page's wire.js makes of it.

    strokes: of each the first point and then the way to every next, x and y by turns, in whole numbers of units.
    """
    complaint = "steps must be lists of whole numbers, x and y by turns, and unit a part of the pad's height."
    if not isinstance(strokes, list) or not isinstance(unit, float) or not 0 < unit < 1:
        raise RequestError(complaint)
    if len(strokes) > MAX_STROKES or sum(len(each) for each in strokes if isinstance(each, list)) > 2 * MAX_POINTS:
        raise RequestError(f"At most {MAX_STROKES:,} strokes and {MAX_POINTS:,} points can be read at once.")
    ink = []
    for stroke in strokes:
        fits = isinstance(stroke, list) and len(stroke) % 2 == 0 and all(type(n) is int for n in stroke)
        if not fits or max(map(abs, stroke), default=0) > _FARTHEST:
            raise RequestError(complaint)
        ink.append((np.cumsum(np.reshape(stroke, (-1, 2)), 0) * unit).round(5).tolist())
    return ink


def whole(value: Any, name: str) -> int:
    """A whole number that a page counts with."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise RequestError(f"{name} must be a whole number from 0.")
    return value


def flag(value: Any, name: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise RequestError(f"{name} must be true or false.")
    return value


def refusal(error: Exception) -> dict[str, Any]:
    """The same as the page takes it; "busy" when it may ask again in a moment, "unknown" when it may bring a network
    first."""
    told = {"busy": isinstance(error, Busy), "unknown": isinstance(error, UnknownNetwork)}
    return {"error": sentence(error), **{name: True for name, holds in told.items() if holds}}


def sentence(error: Exception) -> str:
    """What to tell a visitor: our own errors in their words, anything else without its inside."""
    if isinstance(error, Mistake):
        return str(error).encode("utf-8", "replace").decode()  # names in files may be no text that can be sent
    log.exception("a call failed", exc_info=error)
    return "Something went wrong on the server. Your drawing is safe; please try again."


def halves(values: np.ndarray) -> str:
    """Numbers as little-endian float16 in base64, as the page's wire.js takes them."""
    return base64.b64encode(values.astype("<f2").tobytes()).decode("ascii")


def in_bytes(maps: np.ndarray) -> tuple[bytes, bytes]:
    """Maps (n, units), each to a 64th of its largest number: the n steps, little-endian float32, and of each number
    how many steps, a signed byte."""
    steps = np.abs(maps).max(1) / 64
    steps[steps == 0] = 1
    return steps.astype("<f4").tobytes(), np.rint(maps / steps[:, None]).astype(np.int8).tobytes()


def hex_of(picture: np.ndarray) -> str:
    """A picture (h, w) in [0, 1] row by row in hexadecimal, two digits a pixel, ink = 255."""
    return np.rint(picture * 255).astype(np.uint8).tobytes().hex()


def picture_of(text: str, height: int, complaint: str) -> np.ndarray:
    """The way back: float32 (height, w). Raises RequestError with `complaint` for what is not hexadecimal.

    text: of a length that makes whole rows.
    """
    try:
        pixels = np.frombuffer(bytes.fromhex(text), np.uint8)
    except ValueError as error:
        raise RequestError(complaint) from error
    if 2 * len(pixels) != len(text):  # fromhex overlooks spaces
        raise RequestError(complaint)
    return pixels.reshape(height, -1).astype(np.float32) / 255
