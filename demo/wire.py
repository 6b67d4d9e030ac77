"""What travels between page and server: checks of what callers send, numbers packed for the page, errors in words."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from lenet.mistake import Mistake
from lenet.photo import opened

log = logging.getLogger(__name__)
T = TypeVar("T")

_NO_FILE = "file must be a PNG or JPEG picture in base64."


class RequestError(Mistake):
    """A call that does not make sense; the message says what it should look like."""


def fields_of(request: Any) -> dict[str, Any]:
    """The fields of a request, which must be an object."""
    if not isinstance(request, dict):
        raise RequestError("The request must be an object with the field ink.")
    return request


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


def developed(file: Any, find: Callable[[Image.Image], T]) -> T:
    """What `find` makes of a PNG or JPEG that came as base64. Raises RequestError or PhotoError for anything else."""
    if not isinstance(file, str):
        raise RequestError(_NO_FILE)
    try:
        content = base64.b64decode(file, validate=True)
    except ValueError as error:
        raise RequestError(_NO_FILE) from error
    with opened(io.BytesIO(content), ["PNG", "JPEG"]) as picture:
        return find(picture)


def sentence(error: Exception) -> str:
    """What to tell a visitor: our own errors in their words, anything else without its inside."""
    if isinstance(error, Mistake):
        return str(error)
    log.exception("a call failed", exc_info=error)
    return "Something went wrong on the server. Your drawing is safe; please try again."


def halves(values: np.ndarray) -> str:
    """Numbers as little-endian float16 in base64, as the page's wire.js takes them."""
    return base64.b64encode(values.astype("<f2").tobytes()).decode("ascii")


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
