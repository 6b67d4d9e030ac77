"""Pictures that callers send: PNG or JPEG in base64, whole, and of a size that can be looked at."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from demo.wire import RequestError
from lenet.photo import LARGEST, PhotoError, opened

T = TypeVar("T")

_NO_FILE = "The picture must be a PNG or JPEG file in base64, with no data: before it."
NO_INK = "No ink found in this picture. Take it closer, or in better light."
_COLOUR = (234, 88, 12)  # of ink that is shown; seen on white and on black
_LARGEST_JPEG = 25_000_000  # pixels announced; it is decoded at an eighth of that size or more
_MOST_SCANS = 20  # of a JPEG; a progressive one has about ten
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of the colour types of PNG
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def developed(file: Any, find: Callable[[Image.Image], T]) -> T:
    """What `find` makes of a PNG or JPEG that came as base64. Raises RequestError or PhotoError for anything else."""
    if not isinstance(file, str):
        raise RequestError(_NO_FILE)
    try:
        content = base64.b64decode(file, validate=True)
    except ValueError as error:
        raise RequestError(_NO_FILE) from error
    with opened(io.BytesIO(content), ["PNG", "JPEG"]) as picture:
        pixels = picture.width * picture.height
        if picture.format == "JPEG":
            # One of several scans is kept whole while it is decoded, and each scan is as much work as the first.
            most = LARGEST if picture.info.get("progressive") else _LARGEST_JPEG
            if pixels > most or content.count(b"\xff\xda") > _MOST_SCANS:
                raise PhotoError(f"The picture is too large or too involved: at most {most:,} pixels. Scale it down.")
        elif pixels <= LARGEST and _is_cut_short(content):
            raise PhotoError("The picture is damaged: rows are missing. Save it again as PNG or JPEG.")
        return find(picture)


def shown(ink: np.ndarray) -> str:
    """Ink (h, w) in [0, 1] as a PNG in base64: in one colour where there is ink, clear where there is none."""
    alpha = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    picture = Image.new("RGB", alpha.size, _COLOUR)
    picture.putalpha(alpha)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")


def _is_cut_short(png: bytes) -> bool:
    """Whether a PNG has fewer rows than it announces. Pillow takes these for blank.

    Source: Portable Network Graphics (PNG) Specification, third edition, chapters 5 to 8 and 11.2.1.
    """
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", png, 16)
    bits = depth * _CHANNELS.get(colour, 0)
    needed = 0
    for left, top, across, down in _PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        needed += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    stream, start = zlib.decompressobj(), 8
    try:
        while needed > 0 and not stream.eof and start + 8 <= len(png):
            size, kind = struct.unpack_from(">I4s", png, start)
            if kind == b"IDAT":
                needed -= len(stream.decompress(png[start + 8 : start + 8 + size], needed))
                while needed > 0 and stream.unconsumed_tail:
                    needed -= len(stream.decompress(stream.unconsumed_tail, needed))
            start += size + 12
    except zlib.error:
        return True
    return needed > 0
