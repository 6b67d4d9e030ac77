"""In a mirror: the drawing flipped, and what the network says then."""

from __future__ import annotations

from typing import Any

import torch

from demo.experiments.settings import Settings, choice
from demo.experiments.subject import Subject, probabilities

AXES = {"across": [3], "down": [2], "both": [2, 3]}


def run(subject: Subject, settings: Settings) -> dict[str, Any]:
    """settings: "way", one of AXES. Returns "pictures" (2, 28, 28), as drawn and flipped; of both "probabilities"
    (2, outputs) and "read", the answer, null where it is no digit."""
    flipped = subject.image.flip(AXES[choice(settings, "way", list(AXES))])
    pictures = torch.cat([subject.image, flipped])
    with torch.inference_mode():
        logits = subject.model(pictures)
    return {"pictures": pictures[:, 0], "probabilities": probabilities(logits), "read": subject.answers(logits)}
