"""What the page's second tab and /scan call: many digits in one line of ink or one picture."""

from __future__ import annotations

import base64
from typing import Any, TypedDict

import anyio
import gradio as gr
import numpy as np
from PIL import Image

from demo.checks import RequestError, developed, fields_of, sentence, whole
from lenet.detect import METHODS, Detection, LineReading, best_size, read_line
from lenet.model import INPUT
from lenet.photo import from_photo, ink_of
from lenet.strip import WIDEST, Strip, strip_of_photo

Ink = list[list[list[float]]]

# A line with more strokes than a person writes would keep the others waiting.
_MOST_STROKES = 120


class Found(TypedDict):
    """A digit that /scan found."""

    digit: int
    confidence: float
    box: list[float]


async def scan(request: Any) -> dict[str, Any]:
    """The page's call: find and read the digits of a line.

    request: {"ink": ink, or "strip": a picture 28 high, row by row, in hexadecimal, ink = 255; "method": one of
    METHODS; "sequence": number of the call}.
    Returns the sequence, "text", "detections", "blank", "placement" (scale, x, y) of the strip on the pad, and
    "scores": the logits (10, columns), little-endian float16, base64; or {"sequence", "error"}.
    """
    sequence = None
    try:
        fields = fields_of(request)
        sequence = whole(fields.get("sequence", 0), "sequence")
        method = fields.get("method", METHODS[0])
        if method not in METHODS:
            raise RequestError(f"method must be one of {', '.join(METHODS)}.")
        subject = _strip(fields["strip"]) if fields.get("strip") is not None else _line(fields.get("ink"))
        reading = await anyio.to_thread.run_sync(read_line, subject, method)
        return {
            "sequence": sequence,
            "text": reading.text,
            "blank": not reading.strip.picture.any(),
            "detections": [{**_found(each), **_contents(each, reading)} for each in reading.detections],
            "placement": [reading.strip.scale, *reading.strip.offset],
            "scores": base64.b64encode(reading.logits.astype("<f2").tobytes()).decode("ascii"),
        }
    except Exception as error:
        return {"sequence": sequence, "error": sentence(error)}


async def scan_photo(request: Any) -> dict[str, Any]:
    """Find the line of digits in a photo. request: {"file": a PNG or JPEG, base64}. Returns {"strip"} as `scan`
    takes it, or {"error"}."""
    try:
        strip = await anyio.to_thread.run_sync(developed, fields_of(request).get("file"), _strip_of)
        return {"strip": np.rint(strip.picture * 255).astype(np.uint8).tobytes().hex()}
    except Exception as error:
        return {"error": sentence(error)}


async def scan_endpoint(ink: Ink | None = None, picture: str | None = None) -> list[Found]:
    """Find and read several handwritten digits in a line.

    ink: a list of strokes, each a list of [x, y] points in fractions of the pad's height, y down, origin top left;
    or picture: a PNG or JPEG in base64. Returns a list, left to right, of {"digit", "confidence", "box": [left,
    top, right, bottom]}: in pad heights for ink, in pixels of the line brought to 28 pixels of height for a picture.
    """
    try:
        if (ink is None) == (picture is None):
            raise RequestError("Give either ink or a picture, not both.")
        subject = _line(ink) if picture is None else await anyio.to_thread.run_sync(developed, picture, _strip_of)
        reading = await anyio.to_thread.run_sync(read_line, subject)
    except Exception as error:
        raise gr.Error(sentence(error), print_exception=False) from error
    return [_found(each) for each in reading.detections]


def _found(detection: Detection) -> Found:
    return {
        "digit": detection.digit,
        "confidence": round(detection.confidence, 6),
        "box": [round(edge, 4) for edge in detection.box],
    }


def _contents(detection: Detection, reading: LineReading) -> dict[str, Any]:
    """What is in the box, for the explorer: numbers of strokes, or the 28x28 picture."""
    if detection.strokes:
        return {"strokes": list(detection.strokes)}
    scale, (x, y) = reading.strip.scale, reading.strip.offset
    edges = detection.box
    if scale:  # the boxes are on the pad
        edges = (edges[0] * scale + x, edges[1] * scale + y, edges[2] * scale + x, edges[3] * scale + y)
    left, top, right, bottom = (round(edge) for edge in edges)
    piece = reading.strip.picture[max(0, top) : bottom + 1, max(0, left) : right + 1]
    paper = Image.fromarray(np.rint(255 - 255 * np.pad(piece, 3)).astype(np.uint8))
    picture = from_photo(paper)
    return {"strokes": [], "picture": np.rint(picture * 255).astype(np.uint8).tobytes().hex()}


def _strip_of(photo: Image.Image) -> Strip:
    ink = ink_of(photo)
    return best_size(lambda zoom: strip_of_photo(ink, zoom))


def _line(ink: Any) -> Any:
    if isinstance(ink, (list, tuple)) and len(ink) > _MOST_STROKES:
        raise RequestError(f"A line can have at most {_MOST_STROKES} strokes. Undo a few, or clear the pad.")
    return ink


def _strip(strip: Any) -> Strip:
    column = 2 * INPUT.height
    complaint = "strip must be a picture 28 pixels high and 28 to 2,800 wide, two hexadecimal digits a pixel."
    if not isinstance(strip, str) or len(strip) % column or not INPUT.width <= len(strip) // column <= WIDEST:
        raise RequestError(complaint)
    try:
        pixels = np.frombuffer(bytes.fromhex(strip), np.uint8)
    except ValueError as error:
        raise RequestError(complaint) from error
    if 2 * len(pixels) != len(strip):  # fromhex overlooks spaces
        raise RequestError(complaint)
    return Strip(pixels.reshape(INPUT.height, -1).astype(np.float32) / 255, 0.0, (0.0, 0.0))
