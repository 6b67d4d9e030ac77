"""What was measured of the bundled network on MNIST's test set, for the experiments.

`python -m lenet measure-units` writes it.
"""

from __future__ import annotations

import functools
import zipfile

import numpy as np

from lenet.weights import DEFAULT, FOLDER, WeightsError, card

FILE = FOLDER / "lenet5.mnist.npz"
ELSEWHERE = "MNIST's test set was measured for the bundled network alone."


@functools.cache
def usual_norm() -> float | None:
    """The norm of a digit of MNIST's test set in the mean, by the card, if that is there."""
    try:
        return float(card(FILE)["measured"]["mean_norm"])
    except (WeightsError, KeyError):
        return None


@functools.cache
def arrays() -> dict[str, np.ndarray]:
    """As lenet/evaluation/units.py writes them. Raises WeightsError where the file is missing, damaged, or was
    measured of other weights than those that are bundled now."""
    try:
        if card(FILE)["network_sha256"] != card(DEFAULT)["weights_sha256"]:
            raise WeightsError(f"{FILE.name} was measured of other weights; run python -m lenet measure-units again.")
        with np.load(FILE) as file:
            return dict(file.items())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{FILE.name} is missing or damaged; check it out anew.") from error
