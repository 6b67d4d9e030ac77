"""The card beside a weights file: what made it, and what was measured of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .model import PARAMETERS
from .training.mnist import SHA256


def provenance(weights: Path) -> dict[str, Any]:
    """What the card of every weights file says of the file, the data and the libraries."""
    return {
        "parameters": PARAMETERS,
        "weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "mnist_sha256": SHA256,
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def write_card(weights: Path, card: dict[str, Any]) -> None:
    """Write the card of a weights file beside it."""
    text = json.dumps(card, indent=1, ensure_ascii=False)
    weights.with_suffix(".json").write_text(text + "\n", "utf-8")
