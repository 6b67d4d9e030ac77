"""What the page's second tab and the endpoint for lines call: many digits in one line of ink or one picture."""

from __future__ import annotations

from typing import Any

from demo.aside import Aside
from demo.networks import chosen
from demo.pictures import NO_INK, developed
from demo.queues import LINES, PHOTOS, WINDOWS
from demo.wire import RequestError, fields_of, halves, hex_of, picture_of, refusal, whole
from lenet.line.detect import METHODS, Detection, LineReading, read_line
from lenet.line.strip import WIDEST, Strip
from lenet.model import INPUT, Traceable
from lenet.photo import PhotoError

READER = Aside(read_line)

# A line with more strokes than a person writes would keep the others waiting.
_MOST_STROKES = 120
CHOSEN = "chosen"  # the method that reads with a network which the request names
_MOST_WORK = 2_000_000_000  # of such a one for all windows: a third of a second; LeNet-5 takes a fifth of it at most


async def scan(request: Any) -> dict[str, Any]:
    """The page's call: find and read the digits of a line.

    request: {"ink": ink, or "strip": a picture 28 high, row by row, in hexadecimal, ink = 255; "method": one of
    METHODS, or "chosen" with "network": reference of one that says which digit stands where the sweep sees one;
    "sequence": number of the call}.
    Returns the sequence, "text", "detections" (boxes in pad heights, or in pixels of a strip), "blank", "placement"
    (scale, x, y) of the strip on the pad, and "scores": the logits (outputs, columns), little-endian float16, base64;
    or {"sequence", "error"}, with "unknown": true for a network that is not here.
    """
    sequence = None
    try:
        fields = fields_of(request)
        sequence = whole(fields.get("sequence", 0), "sequence")
        method = fields.get("method", METHODS[0])
        if method not in (*METHODS, CHOSEN):
            raise RequestError(f"method must be one of {', '.join((*METHODS, CHOSEN))}.")
        model = chosen(fields) if method == CHOSEN else None
        subject = _strip(fields["strip"]) if fields.get("strip") is not None else _line(fields.get("ink"))
        reading = await LINES.run(READER, subject, "swept" if model else method)
        if model:
            from lenet.line.windows import read_windows  # most visitors choose none

            reading = await WINDOWS.run(read_windows, _fit_for(model, reading), reading)
        unit = INPUT.height if isinstance(subject, Strip) else 1  # the page draws a strip in pixels of it
        return {
            "sequence": sequence,
            "text": reading.text,
            "blank": not reading.strip.picture.any(),
            "detections": [{**found(each, unit), **_contents(each, reading)} for each in reading.detections],
            "placement": [reading.strip.scale, *reading.strip.offset],
            "scores": halves(reading.logits),
        }
    except Exception as error:
        return {"sequence": sequence, **refusal(error)}


async def scan_photo(request: Any) -> dict[str, Any]:
    """Find the line of digits in a photo. request: {"file": a PNG or JPEG, base64}. Returns {"strip"} as `scan`
    takes it, or {"error"}."""
    try:
        reading = await PHOTOS.run(developed, fields_of(request).get("file"), read_line)
        if not reading.strip.picture.any():
            raise PhotoError(NO_INK)
        return {"strip": hex_of(reading.strip.picture)}
    except Exception as error:
        return refusal(error)


async def reading_of(ink: Any, picture: Any) -> LineReading:
    """A line read from ink, or from a picture file in base64. Raises a Mistake for what cannot be read,
    and unless just one of them is given."""
    if (ink is None) == (picture is None):
        raise RequestError("Give either ink or a picture: one of the two, and not both.")
    if picture is None:
        return await LINES.run(READER, _line(ink))
    return await PHOTOS.run(developed, picture, read_line)


def _fit_for(model: Traceable, reading: LineReading) -> Traceable:
    """The model, if it can read all windows of a line in a moment."""
    if model.architecture.work * reading.logits.shape[1] > _MOST_WORK:
        raise RequestError(
            "This network is too large for so long a line. Write fewer digits, or let another one read."
        )
    return model


def found(detection: Detection, unit: int = 1) -> dict[str, Any]:
    """A digit that was found, as {"digit", "confidence", "box"}: [left, top, right, bottom] in units, of which so many
    make what was read as high as it is."""
    return {
        "digit": detection.digit,
        "confidence": round(detection.confidence, 6),
        "box": [round(edge * unit, 4) for edge in detection.box],
    }


def _contents(detection: Detection, reading: LineReading) -> dict[str, Any]:
    """What is in the box, for the explorer: numbers of strokes, or the 28x28 picture."""
    if detection.strokes:
        return {"strokes": list(detection.strokes)}
    picture = reading.strip.cut(detection.box) if detection.picture is None else detection.picture
    return {"strokes": [], "picture": hex_of(picture)}


def _line(ink: Any) -> Any:
    if isinstance(ink, (list, tuple)) and len(ink) > _MOST_STROKES:
        raise RequestError(f"A line can have at most {_MOST_STROKES} strokes. Undo a few, or clear the pad.")
    return ink


def _strip(strip: Any) -> Strip:
    column = 2 * INPUT.height
    complaint = "strip must be a picture 28 pixels high and 28 to 2,800 wide, two hexadecimal digits a pixel."
    if not isinstance(strip, str) or len(strip) % column or not INPUT.width <= len(strip) // column <= WIDEST:
        raise RequestError(complaint)
    picture = picture_of(strip, INPUT.height, complaint)
    return Strip(picture, float(INPUT.height), (0.0, 0.0))
