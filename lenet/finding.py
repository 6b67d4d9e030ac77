"""Where in a picture the digit is: among the groups of ink there are, the one that reads best as a digit. And what
of a picture is a line of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from .boxes import box_in
from .doubts import doubt_of, doubts_beside, mottled, within_one
from .model import digit_score
from .paper import ink_on, inks_of, is_dark, largest, paper_of
from .parts import Group, groups_of, is_speckled, line_of, parts_of
from .placing import prepared
from .rules import rules_of
from .underline import underline_in
from .weights import load

_ENOUGH = 6.0  # a score that is higher makes no surer
_SURE = 3.0  # of likeness: then nobody asks whether the ink might be the light and not the dark
_TURNED = 5.0  # of likeness that such ink loses,
_TURNED_IN_SHADOW = 1.0  # in a hard shadow, where it is hard to tell,
_HOLE = 3.0  # and if it is a hole in the other
_REST = 1.5  # and ink that is left when rules, the table or what is fainter are taken out: a digit may look so


@dataclass(frozen=True)
class Found:
    """A digit's ink, float32 (h, w) in [0, 1], cut out of a picture, and where: its top row and left column."""

    ink: np.ndarray
    top: int
    left: int

    @property
    def place(self) -> np.ndarray:
        """(4,) its left, top, right and bottom, the last two exclusive."""
        height, width = self.ink.shape
        return np.array([self.left, self.top, self.left + width, self.top + height])


def found_in(light: np.ndarray) -> Found | None:
    """The digit in a picture, float32 (h, w) in [0, 1], dark on light or light on dark; None where there is no ink."""
    best, most = None, -np.inf
    dark, shadowed = paper_of(light)
    inked = np.zeros((0, 4))  # where in the picture there may be a digit, while the ink is not turned
    for turned in (False, True):
        found, places, likeness = _judged(1 - light if dark != turned else light)
        if not found:
            continue
        if turned:
            likeness -= (_TURNED_IN_SHADOW if shadowed else _TURNED) + _HOLE * within_one(places, inked)
        at = int(np.argmax(likeness))
        if likeness[at] > most:
            best, most = found[at], likeness[at]
        if most > _SURE and not shadowed:
            break
        inked = places[likeness > 0]  # at the rim as well: a tightly cropped digit has holes
    return best


def line_in(light: np.ndarray) -> np.ndarray:
    """How much of each pixel is ink of a line of digits, float32 (h, w) in [0, 1]: without rules, boxes, specks and
    other lines. light: as `found_in` takes it."""
    ink = ink_on(1 - light if is_dark(light) else light)
    if not is_speckled(ink > 0.5):
        ink = np.where(_with_soft_edges(ink, box_in(parts_of(ink > 0.5), empty=False)), 0, ink)
    ink = np.where(rules_of(ink > 0.5), 0, ink)
    return np.where(largest(line_of(ink > 0.5).astype(np.uint8), 5) > 0, ink, 0)


def _judged(light: np.ndarray) -> tuple[list[Found], np.ndarray, np.ndarray]:
    """Where the digit may be, the places, (n, 4), and how much each is like one, less its doubts. Ink is dark."""
    found, doubts = _looked_for(light)
    if not found:
        return [], np.zeros((0, 4)), doubts
    likeness = _likeness(found)
    places = np.stack([each.place for each in found])
    return found, places, likeness - doubts - doubts_beside(places, likeness, likeness - doubts, light.shape)


def _looked_for(light: np.ndarray) -> tuple[list[Found], np.ndarray]:
    """Where the digit may be, and what makes each less likely. Ink is dark."""
    found, doubts = [], []
    for ink, is_rest in _with_and_without_rules(light):
        for group in groups_of(ink > 0.5):
            found.append(_inked(ink, group))
            doubts.append(doubt_of(group, max(light.shape)) + mottled(found[-1].ink) + _REST * is_rest)
    return found, np.array(doubts)


def _with_and_without_rules(light: np.ndarray) -> Iterator[tuple[np.ndarray, bool]]:
    """The ink there may be, and whether to doubt it for what was taken out: not for a box, which nothing else looks
    like, and without which the ink is looked for anew."""
    for number, ink in enumerate(inks_of(light)):
        yield ink, number > 0
        mask = ink > 0.5
        rules = rules_of(mask)
        if rules.any():
            yield np.where(rules, 0, ink), True
        if is_speckled(mask):
            continue
        parts = parts_of(mask)
        box = box_in(parts)
        if box.any():
            soft = _with_soft_edges(ink, box)
            # A pencil's ink is weak beside the box; but of what is far darker, what is fainter stays away.
            yield (np.where(soft, 0, ink), True) if number else (ink_on(light, soft), False)
        underline = underline_in(parts)
        if underline.any():
            yield np.where(_with_soft_edges(ink, underline), 0, ink), True


def _with_soft_edges(ink: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Lines, bool (h, w), with their soft edges, but not the ink that crosses them."""
    return (largest(lines.astype(np.int8), 3) > 0) & ((ink <= 0.5) | lines)


def _inked(ink: np.ndarray, group: Group) -> Found:
    """The ink of a group alone, with the soft edges of its strokes."""
    height, width = group.mask.shape
    near = largest(group.mask.astype(np.uint8), 5) > 0
    alone = np.where(near, ink[group.top : group.top + height, group.left : group.left + width], 0)
    return Found(alone, group.top, group.left)


def _likeness(found: list[Found]) -> np.ndarray:
    """How much each is like a digit: its score, the log-odds of "a digit", and how sure it is which."""
    pictures = np.stack([prepared(each.ink) for each in found])
    with torch.inference_mode():
        logits = load()(torch.from_numpy(pictures)[:, None])
        sure = torch.log_softmax(logits, 1).max(1).values
        return (digit_score(logits).clamp(max=_ENOUGH) + sure).numpy()
