"""How pictures and numbers travel between page and server."""

from __future__ import annotations

import base64

import numpy as np

from demo.checks import RequestError


def halves(values: np.ndarray) -> str:
    """Numbers as little-endian float16 in base64, as the page's decode.js takes them."""
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
