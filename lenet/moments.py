"""The bundled network at moments of its training, from its random start to what is shipped."""

from __future__ import annotations

import functools
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from .model import LeNet5
from .weights import FOLDER, WeightsError

FILE = FOLDER / "lenet5.moments.npz"


def as_network(arrays: Mapping[str, np.ndarray], moment: int) -> LeNet5:
    """One of them, in eval mode. arrays: of every parameter, by its name, all moments: float16 (n, *its shape)."""
    model = LeNet5()
    model.load_state_dict({name: torch.from_numpy(each[moment].astype(np.float32)) for name, each in arrays.items()})
    return model.eval()


@functools.cache
def networks() -> tuple[LeNet5, ...]:
    """All of them, in the order of training. Raises WeightsError where the file is missing or damaged."""
    try:
        with np.load(FILE) as file, torch.inference_mode(False):
            arrays = dict(file.items())
            return tuple(as_network(arrays, i) for i in range(len(curves()["batches"])))
    except (OSError, ValueError, KeyError, IndexError, RuntimeError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{FILE} is missing or damaged; check it out anew.") from error


@functools.cache
def curves() -> dict[str, Any]:
    """Of every moment: "batches" it had seen, mean "loss" since the one before, "test_error_percent" on MNIST."""
    try:
        told: dict[str, Any] = json.loads(FILE.with_suffix(".json").read_bytes())["moments"]
        return told
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{FILE.with_suffix('.json')} is missing or damaged; check it out anew.") from error
