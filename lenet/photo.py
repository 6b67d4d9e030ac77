"""A photo or scan of one digit -> the 28x28 picture, prepared as MNIST was."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageChops, ImageOps

from .ink import BOX, LINE_WIDTH, centre_of_mass
from .mistake import Mistake

LARGEST = 4_000_000  # pixels; more is not decoded, but for a JPEG, which can be decoded smaller than it is
_WORKING = 640  # pixels; longer sides are scaled down to this before anything else
_DIGIT = 160  # pixels; the same for the digit itself, when its lines are made wider or thinner
_FAINTEST = 0.12  # of full contrast; less between ink and paper is an empty picture

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
    """Find the ink in a picture of one digit and prepare it as `ink.rasterize` prepares strokes.

    photo: a Pillow image of any mode, or an array (h, w), (h, w, 3) or (h, w, 4), uint8 or floats in [0, 1];
    dark on light or light on dark; transparent counts as paper. Returns float32 (size, size) in [0, 1], ink = 1;
    all zeros when there is no ink. Raises PhotoError for other arrays, too many pixels, or a damaged file.
    """
    ink = ink_of(photo)
    rows, columns = np.flatnonzero(ink.max(1) > 0.5), np.flatnonzero(ink.max(0) > 0.5)
    if len(rows) == 0:
        return np.zeros((size, size), np.float32)
    crop = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if max(crop.shape) > _DIGIT:
        crop = np.array(ImageOps.contain(Image.fromarray(crop), (_DIGIT, _DIGIT), Image.Resampling.BOX))
    return placed(_with_line_width(crop), size)


def ink_of(photo: np.ndarray | Image.Image) -> np.ndarray:
    """How much of each pixel is ink: float32 (h, w) in [0, 1], lighting evened out, both sides at most 640."""
    grey = _grey(_decoded(photo))
    if _paper_is_dark(np.asarray(grey)):
        grey = ImageOps.invert(grey)
    # The paper's own brightness around each pixel, so that a shadow across the page is no ink.
    paper = _closing(grey, max(grey.size) // 32 * 2 + 1)
    contrast = np.asarray(ImageChops.subtract(paper, grey), np.float32) / 255
    strongest = max(float(np.quantile(contrast, 0.995)), float(contrast.max()) * 0.6)
    if strongest < _FAINTEST:
        return np.zeros_like(contrast)
    split = max(_otsu(contrast), strongest / 4)
    inked = contrast[contrast > split]
    full = max(float(np.median(inked)), split + 1e-3)
    return np.clip((contrast - split / 2) / (full - split / 2), 0, 1)


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
        photo = ImageOps.contain(photo.convert("RGBA"), (_WORKING, _WORKING))
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


def _paper_is_dark(grey: np.ndarray) -> bool:
    """Paper is what most of the rim shows."""
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]).astype(np.float32)
    middle = (float(grey.min()) + float(grey.max())) / 2
    return float(np.median(rim)) < middle


def _closing(grey: Image.Image, side: int) -> Image.Image:
    """The brightest in a square of eight times `side`, then the darkest of that: the page without its ink."""
    if min(grey.size) < 64:  # a small picture has no shadows, but paper of one brightness
        return Image.new("L", grey.size, int(np.quantile(np.asarray(grey), 0.9)))
    small = grey.resize((grey.width // 8, grey.height // 8), Image.Resampling.BOX)
    paper = -_largest(-_largest(np.asarray(small, np.float32), side), side)
    return Image.fromarray(paper.astype(np.uint8)).resize(grey.size, Image.Resampling.BILINEAR)


def _largest(values: np.ndarray, side: int) -> np.ndarray:
    """The largest around each pixel, float32 (h, w), in a square of an odd side. Other threads can work meanwhile."""
    pooled = torch.from_numpy(values)[None, None]
    for kernel in ((side, 1), (1, side)):
        pooled = F.max_pool2d(pooled, kernel, 1, (kernel[0] // 2, kernel[1] // 2))
    return pooled[0, 0].numpy()


def _otsu(values: np.ndarray) -> float:
    """The threshold that parts values in [0, 1] into two classes with the least variance within.

    Source: Otsu 1979, "A threshold selection method from gray-level histograms".
    """
    counts, edges = np.histogram(values, 128, (0, 1))
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    mass = np.cumsum(counts * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(edges[1 + int(np.nanargmax(between))])


def _with_line_width(ink: np.ndarray) -> np.ndarray:
    """Thicken or thin the lines of a cropped digit to about MNIST's width for its size."""
    longest = max(ink.shape)
    solid = ink > 0.5
    if longest <= 1.5 * BOX or not solid.any():  # too coarse, or too fine, to do better
        return ink
    rim = solid & ~(np.pad(solid, 1)[:-2, 1:-1] & np.pad(solid, 1)[2:, 1:-1]
                    & np.pad(solid, 1)[1:-1, :-2] & np.pad(solid, 1)[1:-1, 2:])  # fmt: skip
    width = 2 * solid.sum() / rim.sum()
    wanted = LINE_WIDTH / BOX * longest
    grow = round(float(wanted - width) / 2)
    if 0.7 < width / wanted < 1.5:  # people's pens differ as much in MNIST
        return ink
    if grow > 0:
        return _largest(np.pad(ink, grow), 2 * grow + 1)
    # Never thin away more than a third of the line.
    return -_largest(-ink, 2 * min(-grow, int(width / 3)) + 1)


def placed(ink: np.ndarray, size: int = 28) -> np.ndarray:
    """Ink (h, w) in [0, 1], as it was found -> float32 (size, size), as MNIST was prepared: longest side 20 of 28
    pixels, centre of mass in the middle, in one resampling. All zeros when nothing is darker than 0.3."""
    rows, columns = np.flatnonzero(ink.max(1) > 0.3), np.flatnonzero(ink.max(0) > 0.3)
    if len(rows) == 0:
        return np.zeros((size, size), np.float32)
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    scale = BOX * size / 28 / max(height, width)
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Image.fromarray(np.rint(ink * 255).astype(np.uint8))
    picture = picture.resize(small, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR)
    left, top = np.rint(size / 2 - centre_of_mass(np.asarray(picture, np.float32))).astype(int)
    canvas = Image.new("L", (size, size))
    canvas.paste(picture, (int(left), int(top)))
    return np.asarray(canvas, np.float32) / 255
