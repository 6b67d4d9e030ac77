"""The loop that both trainings share: AdamW, one cycle of the learning rate, an average of the weights.

It leaves what it has every so many steps, and goes on from there if it was the same recipe.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..model import Traceable

_KEPT = 40  # times in a run

M = TypeVar("M", bound=Traceable)


LossAt = Callable[[M, int], Tensor]  # of a network, in step number so and so, from 0


@dataclass(frozen=True)
class Optimisation:
    """What a recipe says of the loop, and of the loss."""

    steps: int
    learning_rate: float  # the highest of the cycle
    weight_decay: float = 0.02
    averaging: float = 0.9995  # share of the average of the weights that a step leaves as it was
    label_smoothing: float = 0.02


class Resumable(Protocol):
    """What goes on as it was after an interruption."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state: Any) -> Any: ...


def optimise(
    model: M,
    loss_at: LossAt[M],
    recipe: Optimisation,
    title: str,
    part: Path | None,
    fingerprint: str,
    beside: Mapping[str, Resumable] | None = None,
) -> M:
    """Train a network in place.

    part: a file to keep the run in, and to go on from if it was kept under the same fingerprint; whoever calls
    deletes it. beside: what is kept with it. Returns the average of the weights over the last steps, in eval mode, on
    the CPU.
    """
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging))
    optimizer = torch.optim.AdamW(model.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=recipe.steps, pct_start=0.1, final_div_factor=1e3
    )
    run: dict[str, Resumable] = {"model": model, "averaged": averaged, "optimizer": optimizer, "schedule": schedule}
    run |= beside or {}
    if part:
        _restore(run, part, fingerprint)
    if first := schedule.last_epoch:
        print(f"{title}: goes on after {first:,} batches", file=sys.stderr)
    model.train()
    for step in range(first, recipe.steps):
        loss = loss_at(model, step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        averaged.update_parameters(model)
        if (step + 1) % -(-recipe.steps // _KEPT) == 0:
            print(f"{title}: {step + 1:,} of {recipe.steps:,} batches, loss {loss.item():.4f}", file=sys.stderr)
            if part:
                _keep(run, part, fingerprint)
    model.load_state_dict(averaged.module.state_dict())
    return model.cpu().to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]


def _keep(run: Mapping[str, Resumable], part: Path, fingerprint: str) -> None:
    unfinished = part.with_suffix(".new.part")
    torch.save({"fingerprint": fingerprint, **{name: each.state_dict() for name, each in run.items()}}, unfinished)
    os.replace(unfinished, part)


def _restore(run: Mapping[str, Resumable], part: Path, fingerprint: str) -> None:
    """Go on from a file, if there is one and it is of the same recipe."""
    try:
        kept = torch.load(part, weights_only=True)
        known = kept["fingerprint"] == fingerprint
    except Exception:  # none, cut short, or another program's: torch.load says it in many ways
        return
    if known:
        for name, each in run.items():
            each.load_state_dict(kept[name])
