"""The loop that both trainings share: AdamW, one cycle of the learning rate, an average of the weights.

It leaves what it has every so many steps, and goes on from there if it was the same recipe.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..model import LeNet5

_KEPT_EVERY = 1_000  # steps
_TOLD_EVERY = 1_000


class Optimisation(Protocol):
    """What a recipe says of it. averaging: share of the average that a step leaves as it was."""

    @property
    def steps(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def averaging(self) -> float: ...


def optimise(
    model: LeNet5,
    loss_at: Callable[[LeNet5, int], Tensor],
    recipe: Optimisation,
    title: str,
    part: Path | None = None,
    fingerprint: str = "",
) -> LeNet5:
    """Train a network in place. loss_at: of the network, in step number so and so, from 0.

    part: a file to keep the run in, and to go on from if it was kept under the same fingerprint; whoever calls
    deletes it. Returns the average of the weights over the last steps, in eval mode.
    """
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging))
    optimizer = torch.optim.AdamW(model.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=recipe.steps, pct_start=0.1, final_div_factor=1e3
    )
    run = {"model": model, "averaged": averaged, "optimizer": optimizer, "schedule": schedule}
    first = _restore(run, part, fingerprint)
    model.train()
    for step in range(first, recipe.steps):
        loss = loss_at(model, step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        averaged.update_parameters(model)
        if (step + 1) % _TOLD_EVERY == 0:
            print(f"{title}: {step + 1:,} of {recipe.steps:,} batches, loss {loss.item():.4f}", file=sys.stderr)
        if part and (step + 1) % _KEPT_EVERY == 0:
            _keep(run, step + 1, part, fingerprint)
    model.load_state_dict(averaged.module.state_dict())
    return model.cpu().to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]


def _keep(run: dict[str, Any], steps: int, part: Path, fingerprint: str) -> None:
    states = {name: each.state_dict() for name, each in run.items()}
    unfinished = part.with_name(part.name + ".new")
    torch.save({"fingerprint": fingerprint, "steps": steps, **states}, unfinished)
    os.replace(unfinished, part)


def _restore(run: dict[str, Any], part: Path | None, fingerprint: str) -> int:
    """Go on from a file. Returns how many steps were made, 0 without a file or with one of another recipe."""
    if part is None or not part.is_file():
        return 0
    try:
        kept = torch.load(part, weights_only=True)
    except Exception:  # cut short, or another program's: torch.load says it in many ways
        return 0
    if not isinstance(kept, dict) or kept.get("fingerprint") != fingerprint:
        return 0
    for name, each in run.items():
        each.load_state_dict(kept[name])
    steps: int = kept["steps"]
    print(f"{part.name}: goes on after {steps:,} batches", file=sys.stderr)
    return steps
