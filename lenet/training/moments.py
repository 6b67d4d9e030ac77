"""Keeps a network at some moments of its training, from its random start on, for the page's scrubber.

Beside the weights NAME.pt that `train` writes stand NAME.moments.npz, all moments of that very run in float16, and
their card, with the loss and the test error of each. The last one is the network as it is shipped: the average of the
weights, calibrated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..model import LeNet5
from ..moments import as_network
from ..weights import provenance, write_card
from .mnist import Pictures
from .published import error

COUNT = 20
_FIRST = 20  # batches until the first moment after the start
_OF_THE_RUN = ("command", "recipe", "mnist_sha256", "seconds", "machine", "commit", "seed")


def moments(steps: int, count: int = COUNT) -> list[int]:
    """After how many batches the network is kept: at the start, then ever more seldom; not at the end."""
    return [
        0,
        *np.unique(np.geomspace(min(_FIRST, steps / count), steps * 0.9, count - 2).round().astype(int)).tolist(),
    ]


class Moments:
    """What a network was at moments of one run. `loop.optimise` keeps it with the run, so that an interrupted one has
    them all."""

    def __init__(self, steps: int) -> None:
        self.batches = moments(steps)
        self.networks: list[dict[str, np.ndarray]] = []  # the parameters by name, float16
        self.losses: list[float] = []  # the mean since the moment before
        self._recent: list[Tensor] = []

    def watch(self, model: LeNet5, step: int, loss: Tensor) -> None:
        """To be called before each step, with its number, from 0, and its loss."""
        self._recent.append(loss.detach())
        if step in self.batches:
            self._keep(model)

    def end(self, model: LeNet5, steps: int) -> None:
        """The last one."""
        self.batches = [*self.batches, steps]
        self._keep(model)

    def state_dict(self) -> dict[str, Any]:
        networks = [{name: torch.from_numpy(each) for name, each in network.items()} for network in self.networks]
        return {"networks": networks, "losses": self.losses, "recent": self._recent}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.networks = [{name: each.numpy() for name, each in network.items()} for network in state["networks"]]
        self.losses, self._recent = state["losses"], state["recent"]

    def _keep(self, model: LeNet5) -> None:
        self.networks.append({name: each.detach().cpu().half().numpy() for name, each in model.state_dict().items()})
        self.losses.append(round(float(torch.stack(self._recent).mean()), 4))
        self._recent = []


def file_beside(weights: Path) -> Path:
    """NAME.pt -> NAME.moments.npz."""
    return weights.with_suffix(".moments.npz")


def write(weights: Path, found: Moments, test: Pictures, card: Mapping[str, Any]) -> None:
    """Write the moments of a run beside the weights it ended with, and their card. card: of these weights."""
    arrays: dict[str, Any] = {name: np.stack([each[name] for each in found.networks]) for name in found.networks[0]}
    out = file_beside(weights)
    np.savez(out, **arrays)
    told = {
        "batches": found.batches,
        "loss": found.losses,
        "test_error_percent": [error(as_network(arrays, i), test) for i in range(len(found.networks))],
    }
    write_card(out, {**provenance(out), **{name: card[name] for name in _OF_THE_RUN}, "moments": told})
