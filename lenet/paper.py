"""What of a grey picture is ink: paper of any light, and ink of any strength on it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .parts import parts_of

_FAINTEST = 0.04  # of the paper's light; ink that is fainter is none,
_ABOVE_NOISE = 7  # times as strong as the noise of the paper, at least
_GRAIN = 3.5  # and so many times as strong is what ink begins with
_DARKEST = 0.2  # paper is never taken for darker than this, or its noise would be ink
_DARKER = 1.3  # times the threshold: what is darker than that may be the only ink
_WIDEST = 4  # the picture's longer side is so many times as long as the widest line
_WIDE = 0.05  # of the longer side: a dark part at the rim that is wider is no ink
_SHADED = 0.15  # of the picture's middle and of its rim, at least, is dark, and so much light, in a hard shadow
_BLOCK = 16  # pixels; the side of the blocks that a slope of the light is measured between
_SMALL = 64  # pixels; a smaller picture has no shadows, but paper of one brightness


def inks_of(light: np.ndarray) -> Iterator[np.ndarray]:
    """How much of each pixel may be ink, float32 (h, w) in [0, 1]: by one threshold; without what is off the paper,
    should there be something; and, where some ink is far darker than the rest, that alone.

    light: float32 (h, w) in [0, 1], dark ink on lighter paper.
    """
    split = None
    for contrast, split in _splits(light):
        if split is not None:
            yield _between(contrast, split)
    if split is None:
        return
    darker = otsu(contrast[contrast > split])
    if darker > _DARKER * split and (contrast > darker).any():
        yield _between(contrast, darker)


def ink_on(light: np.ndarray, lines: np.ndarray | bool = False) -> np.ndarray:
    """The same by one threshold, without what is off the paper; nothing where there is no ink.

    lines: bool (h, w), what is taken for paper before the threshold is chosen, or False: beside a printed box a pencil
    would be too weak for ink.
    """
    found = np.zeros_like(light)
    for contrast, split in _splits(light, lines):
        found = found if split is None else _between(contrast, split)
    return found


def _splits(light: np.ndarray, lines: np.ndarray | bool = False) -> Iterator[tuple[np.ndarray, float | None]]:
    """The contrast and from which on something is ink; and the same without what is off the paper, should there be
    something: None, if nothing else is ink."""
    contrast = np.where(lines, 0, contrast_of(light))
    noise = noise_of(contrast)
    split = _split(contrast, noise)
    if split is None:
        return
    yield contrast, split
    off = off_paper(contrast > split)
    if off.any():
        contrast = np.where(off, 0, contrast)
        yield contrast, _split(contrast, noise)


def is_dark(light: np.ndarray) -> bool:
    """Whether the paper is dark: it is most of the picture's middle, and a table or window may be around. Without the
    light's slope, which may be steeper than faint ink is dark.

    In a hard shadow ink is that of dark and light that there is less of.
    """
    return paper_of(light)[0]


def paper_of(light: np.ndarray) -> tuple[bool, bool]:
    """Whether the paper is dark, as `is_dark` tells it, and whether there is a hard shadow: much is dark and much is
    light, in the middle and along the rim."""
    flat = light if min(light.shape) < _SMALL else light - _slope(light)
    lighter = flat > (float(flat.min()) + float(flat.max())) / 2
    rows, columns = (slice(side // 5, side - side // 5) for side in light.shape)
    rim = np.concatenate([lighter[0], lighter[-1], lighter[:, 0], lighter[:, -1]])
    middle = float(np.mean(lighter[rows, columns]))
    if not all(_SHADED < share < 1 - _SHADED for share in (middle, float(np.mean(rim)))):
        return middle < 0.5, False
    dark, bright = (_share_of_ink(each) for each in (light, 1 - light))
    return bright < dark, True


def _share_of_ink(light: np.ndarray) -> float:
    contrast, split = next(_splits(light), (light, None))
    return 1.0 if split is None else float(np.mean(contrast > split))


def _split(contrast: np.ndarray, noise: float) -> float | None:
    """From which contrast on something is ink; None: nothing is."""
    strongest = max(float(np.quantile(contrast, 0.995)), float(contrast.max()) * 0.6)
    if strongest < max(_FAINTEST, _ABOVE_NOISE * noise):
        return None
    return max(otsu(contrast), strongest / 4, _GRAIN * noise)


def off_paper(mask: np.ndarray) -> np.ndarray:
    """What is not the sheet but what it lies on: dark parts at the rim that are wider than a line, and their edges."""
    wide = round(_WIDE * max(mask.shape)) // 2 * 2 + 1
    parts = parts_of(largest(1 - mask.astype(np.uint8), wide) == 0)  # what is left when lines are worn away
    at_rim = (parts.boxes[:, :2] == 0).any(1) | (parts.boxes[:, 2:] == mask.shape[::-1]).any(1)
    if not at_rim.any():
        return np.zeros_like(mask)
    return largest(np.isin(parts.labels, np.flatnonzero(at_rim) + 1).astype(np.uint8), wide + 8) > 0


def contrast_of(light: np.ndarray) -> np.ndarray:
    """By how much each pixel is darker than the paper around it, in shares of the paper's light."""
    if min(light.shape) < _SMALL:
        paper = np.full_like(light, np.quantile(light, 0.9))
    else:
        slope = _slope(light)
        paper = _closed(light - slope, max(light.shape) // _WIDEST) + slope
    contrast = (paper - light) / np.maximum(paper, _DARKEST)
    # The brightest grain of the paper was taken for it; most of the picture is paper of middle brightness.
    return np.clip(contrast - np.median(contrast), 0, 1)


def _slope(light: np.ndarray) -> np.ndarray:
    """By how much a picture, (h, w), grows lighter or darker from side to side and from top to bottom; 0 in its
    middle. Along the rim, `_closed` would take the darker side of a slope for ink."""
    height, width = (side // _BLOCK * _BLOCK for side in light.shape)
    blocks = light[:height, :width].reshape(height // _BLOCK, _BLOCK, -1, _BLOCK).swapaxes(1, 2)
    brightness = np.quantile(blocks.reshape(*blocks.shape[:2], -1), 0.75, axis=2)  # of the paper: most of a block
    down, across = (np.median(np.diff(brightness, axis=axis)) / _BLOCK for axis in (0, 1))
    row, column = (np.arange(side) - side / 2 for side in light.shape)
    return ((down * row)[:, None] + across * column).astype(np.float32)


def noise_of(grey: np.ndarray) -> float:
    """The spread of the paper's grain: by how much a pixel differs from its neighbours', in the median."""
    away = grey[1:-1, 1:-1] - (grey[1:-1, :-2] + grey[1:-1, 2:] + grey[:-2, 1:-1] + grey[2:, 1:-1]) / 4
    return float(np.median(np.abs(away))) * 1.5 if away.size else 0.0


def _between(contrast: np.ndarray, split: float) -> np.ndarray:
    full = max(float(np.median(contrast[contrast > split])), split + 1e-3)
    return np.clip((contrast - split / 2) / (full - split / 2), 0, 1)


def _closed(grey: np.ndarray, side: int) -> np.ndarray:
    """The brightest in a square, then the darkest of that: the page without its ink, with its shadows."""
    return -largest(-largest(grey, side), side)


def largest(values: np.ndarray, side: int, axes: tuple[int, ...] = (0, 1)) -> np.ndarray:
    """The largest of a square around each pixel, (h, w), of an odd side, or of a line along one axis.

    In steps of twice the size, each a pass over whole rows, in which other threads can work.
    """
    for axis in axes:
        reach = side // 2
        wide = np.pad(values, [(reach, reach) if each == axis else (0, 0) for each in (0, 1)], "edge")
        wide = np.moveaxis(wide, axis, 0)
        done = 1
        while done < 2 * reach + 1:
            step = min(done, 2 * reach + 1 - done)
            wide = np.maximum(wide[:-step], wide[step:])
            done += step
        values = np.moveaxis(wide, 0, axis)
    return values


def otsu(values: np.ndarray) -> float:
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
    return float(edges[1 + int(np.argmax(np.nan_to_num(between)))])
