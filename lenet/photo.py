"""A photo or scan of one digit -> the 28x28 picture, prepared as MNIST was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps

from .finding import found_in, line_in
from .mistake import Mistake
from .placing import prepared

LARGEST = 4_000_000  # pixels; more is not decoded, but for a JPEG, which can be decoded smaller than it is
_WORKING = 640  # pixels; longer sides are scaled down to this before anything else
_SEARCHED = 480  # pixels; the same where one digit is looked for
_SMALL = 64  # pixels; pictures whose longer side is no longer are enlarged, or their lines could not be made wider
_ENLARGED = 4  # times

_TOO_LARGE = f"The picture must have between 1 and {LARGEST:,} pixels; scale it down."
_DAMAGED = "The picture is damaged; save it again as PNG or JPEG."


class PhotoError(Mistake):
    """The picture cannot be read; the message says what to do."""


def opened(file: str | Path | BinaryIO, formats: list[str] | None = None) -> Image.Image:
    """A picture file, to be closed by the caller. formats: Pillow's names of those that are taken, all if None.

    Raises PhotoError for what is no picture, or cannot be read.
    """
    try:
        return Image.open(file, formats=formats)
    except Image.DecompressionBombError as error:
        raise PhotoError(_TOO_LARGE) from error
    except Exception as error:  # a reader of Pillow's may stumble over anything in a damaged file
        why = getattr(error, "strerror", None)
        said = f"cannot be read: {why}" if why else "is no picture that can be read; choose a PNG or JPEG"
        raise PhotoError(f"This file {said}.") from error


def from_photo(photo: np.ndarray | Image.Image, size: int = 28) -> np.ndarray:
    """Find the digit in a picture of one and prepare it as `ink.rasterize` prepares strokes.

    Rules, squares, boxes, the table that the paper lies on, shadows, specks and neighbours are left out where the rest
    reads better, which the default network judges.
    photo: a Pillow image of any mode, or an array (h, w), (h, w, 3) or (h, w, 4), uint8 or floats in [0, 1];
    dark on light or light on dark; transparent counts as paper. Returns float32 (size, size) in [0, 1], ink = 1;
    all zeros when there is no ink. Raises PhotoError for other arrays, too many pixels, or a damaged file.
    """
    return look_at(photo, size).picture


@dataclass(frozen=True)
class Sighting:
    """What was found in a picture of one digit.

    picture: float32 (size, size) in [0, 1], as `from_photo` returns it. ink: float32 (h, w) in [0, 1], what was taken
    as ink, cut out; None if there is none. box: its left, top, right and bottom, in shares of the picture's sides.
    """

    picture: np.ndarray
    ink: np.ndarray | None = None
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


def look_at(photo: np.ndarray | Image.Image, size: int = 28, frame: Sequence[float] = (0, 0, 1, 1)) -> Sighting:
    """`from_photo`, and where the digit is. frame: left, top, right and bottom of where it is looked for, in shares of
    the picture's sides. Raises PhotoError as `from_photo` does, and for a frame that is none."""
    grey = _grey(_decoded(photo))
    if len(frame) != 4 or not np.isfinite(frame).all():
        raise PhotoError("A frame is four numbers: left, top, right and bottom.")
    left, top, right, bottom = (round(share * side) for share, side in zip(frame, 2 * grey.size))
    if not (0 <= left < right <= grey.width and 0 <= top < bottom <= grey.height):
        raise PhotoError("The frame is outside of the picture, or has no width or height. Drag a larger one.")
    within = grey.crop((left, top, right, bottom))
    scale = min(_SEARCHED / max(within.size), 1) if max(within.size) > _SMALL else _ENLARGED
    searched = (max(1, round(within.width * scale)), max(1, round(within.height * scale)))
    resampling = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    found = found_in(np.asarray(within.resize(searched, resampling), np.float32) / 255)
    if found is None:
        return Sighting(np.zeros((size, size), np.float32))
    scales = [new / old for new, old in zip(2 * searched, 2 * within.size)]
    places = zip(2 * (left, top), found.place, scales, 2 * grey.size)
    shares = [min(float(corner + edge / each) / side, 1.0) for corner, edge, each, side in places]
    return Sighting(prepared(found.ink, size), found.ink, (shares[0], shares[1], shares[2], shares[3]))


def ink_of(photo: np.ndarray | Image.Image) -> np.ndarray:
    """How much of each pixel is ink of a line of digits: float32 (h, w) in [0, 1], both sides at most 640."""
    return line_in(np.asarray(_grey(_decoded(photo)), np.float32) / 255)


def _decoded(photo: np.ndarray | Image.Image) -> Image.Image:
    if isinstance(photo, np.ndarray):
        photo = _from_array(photo)
    photo.draft("L", (_WORKING, _WORKING))
    if not 0 < photo.width * photo.height <= LARGEST:
        raise PhotoError(_TOO_LARGE)
    try:
        photo.load()
        photo = ImageOps.exif_transpose(photo)
    except Exception as error:  # a reader of Pillow's may stumble over anything in a damaged file
        raise PhotoError(_DAMAGED) from error
    if max(photo.size) > _WORKING:
        scale = _WORKING / max(photo.size)
        width, height = (max(1, round(side * scale)) for side in photo.size)
        photo = photo.convert("RGBA").resize((width, height), Image.Resampling.BICUBIC)
    return photo


def _from_array(array: np.ndarray) -> Image.Image:
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if not fits or array.size == 0 or array.dtype.kind not in "uif":
        raise PhotoError("A picture must be an array (h, w), (h, w, 3) or (h, w, 4) of uint8 or floats, not empty.")
    if array.dtype != np.uint8:
        if not np.isfinite(array).all():
            raise PhotoError("The picture holds numbers that are not finite.")
        scaled = array * 255.0 if array.dtype.kind == "f" else array
        array = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return Image.fromarray(array)


def _grey(photo: Image.Image) -> Image.Image:
    """Greyscale, with transparent parts as paper: white, or black under light ink."""
    if photo.mode not in ("RGBA", "LA", "PA") and "transparency" not in photo.info:
        if photo.mode.startswith("I") or photo.mode == "F":
            values = np.asarray(photo, np.float64)
            span = max(float(np.ptp(values)), 1e-9)
            return Image.fromarray(((values - values.min()) / span * 255).astype(np.uint8))
        return photo.convert("L")
    rgba = photo.convert("RGBA")
    alpha = rgba.getchannel("A")
    light = np.asarray(rgba.convert("L"), np.float32)
    weight = np.asarray(alpha, np.float32)
    ink_is_light = (light * weight).sum() > 127.5 * weight.sum()
    paper = Image.new("RGBA", rgba.size, "black" if ink_is_light else "white")
    return Image.alpha_composite(paper, rgba).convert("L")
