"""Edit pixels: what the network says of a picture against the one that it was made of, and few pixels, found step by
step, whose change turns the answer into another."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from demo.digit import picture_in
from demo.experiments.settings import Settings, whole
from demo.experiments.subject import Subject
from demo.wire import flag, hex_of
from lenet.model import INPUT, digit_score
from lenet.weights import threshold

_MOST_PIXELS = 40
_WIDEST, _NARROWEST = 64, 8  # changes that are tried at each step
_GRADIENT = 3  # passes that finding them costs
_FEWEST = 10  # steps; fewer would find next to nothing


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "before", the picture as it was before it was edited, as `hex_of` has it, or null; "search", whether
    pixels are to be found; "target", the output that is to win, or null for the second likeliest.

    Returns "picture", hexadecimal; "logits" (outputs,); "before", the same of that picture, or null; "is_digit", false
    where the network calls it none; "found", as `search` has it, or null.
    """
    outputs = subject.traced.logits.shape[1]
    target = None if settings.get("target") is None else whole(settings, "target", outputs)
    before = None if settings.get("before") is None else torch.from_numpy(picture_in(settings["before"]))[None, None]
    with torch.inference_mode():
        old = None if before is None else subject.model(before)[0]
    searches = flag(settings.get("search", False), "search")
    return {
        "picture": hex_of(subject.picture),
        "logits": subject.traced.logits[0],
        "before": old,
        "is_digit": _is_digit(subject, subject.traced.logits[0]),
        "found": search(subject, target) if searches else None,
    }


def _is_digit(subject: Subject, logits: Tensor) -> bool:
    return subject.answers(logits[None])[0] is not None


def search(subject: Subject, target: int | None) -> dict[str, Any]:
    """Pixels whose change to ink or to paper makes the target the answer, one after the other: of the changes whose
    gradient promises most, the one is made that most raises the target's logit over the largest other. So it goes on
    until the target wins, no change that is tried helps, or so many are made as may be.

    The target wins where it is the answer: of the bundled network, which may say that it is no digit, a digit as well.
    target: None for the second likeliest. Returns "target"; "pixels": [row, column, 0 or 255] of each; "reached",
    whether the target wins; "most", how many might have been changed; "logits" (1 + pixels, outputs), at first and
    after each; "picture", hexadecimal, and "is_digit" of it.
    """
    cost = _NARROWEST + _GRADIENT
    passes = subject.passes(_FEWEST * cost, _MOST_PIXELS * (_WIDEST + _GRADIENT))
    most = min(_MOST_PIXELS, passes // cost)
    if target is None:
        target = int(subject.traced.logits[0].argsort(descending=True)[1])
    # The picture in steps of 1/255, as the page edits it.
    picture = torch.from_numpy(np.rint(subject.picture * 255).astype(np.float32) / 255).flatten()
    free = torch.ones_like(picture, dtype=torch.bool)
    logits, lead = _lead(subject, picture[None], target)
    seen: list[Tensor] = [logits[0]]
    pixels: list[list[int]] = []
    while lead[0] <= 0 and len(pixels) < most:
        room = passes - (most - len(pixels) - 1) * cost - _GRADIENT  # what the steps to come need is left to them
        places, values = _promising(subject, picture, free, target, min(_WIDEST, room))
        passes -= len(places) + _GRADIENT
        tried = picture.repeat(len(places), 1)
        tried[torch.arange(len(places)), places] = values
        logits, leads = _lead(subject, tried, target)
        best = int(leads.argmax())
        if leads[best] <= lead[0]:
            break
        picture, lead, place = tried[best], leads[best : best + 1], int(places[best])
        free[place] = False
        seen.append(logits[best])
        pixels.append([*divmod(place, INPUT.width), int(255 * values[best])])
    return {
        "target": target,
        "pixels": pixels,
        "reached": bool(lead[0] > 0),
        "most": most,
        "logits": torch.stack(seen),
        "picture": hex_of(picture.numpy()),
        "is_digit": _is_digit(subject, seen[-1]),
    }


def _promising(subject: Subject, picture: Tensor, free: Tensor, target: int, most: int) -> tuple[Tensor, Tensor]:
    """Where to change a pixel, and into what (0 or 1), by what the gradient says. free: (784,) whether one may be."""
    with torch.enable_grad():
        read = picture.clone().requires_grad_()
        logits = subject.model(read.view(1, *INPUT.shape))[0]
        (slope,) = torch.autograd.grad(_over(subject, logits, target), [read])
    values = torch.tensor([[0.0], [1.0]])
    change = values - picture
    gain = torch.where(free & (change != 0), slope * change, -torch.inf).flatten()
    found = gain.topk(min(most, int(gain.isfinite().sum()))).indices
    return found % len(picture), (found // len(picture)).float()


def _lead(subject: Subject, pictures: Tensor, target: int) -> tuple[Tensor, Tensor]:
    """Of pictures (n, 784) the logits (n, outputs), and how far the target's is over the largest other (n,)."""
    with torch.inference_mode():
        logits = subject.model(pictures.view(-1, *INPUT.shape))
    return logits, _over(subject, logits, target)


def _over(subject: Subject, logits: Tensor, target: int) -> Tensor:
    """How far the target is over what else would be the answer: the largest other, or that it is no digit."""
    others = torch.cat([logits[..., :target], logits[..., target + 1 :]], -1)
    over = logits[..., target] - others.amax(-1)
    return torch.minimum(over, digit_score(logits) - threshold()) if subject.is_bundled else over
