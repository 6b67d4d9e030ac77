"""The optimisation that both trainings share: AdamW, one cycle of the learning rate, averaged weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

Network = TypeVar("Network", bound=nn.Module)


class Optimisation(Protocol):
    """What a recipe says of it. averaging: share of the average that a batch leaves as it was."""

    @property
    def learning_rate(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def averaging(self) -> float: ...


def optimise(
    model: Network,
    loss_at: Callable[[int], Tensor],
    steps: int,
    recipe: Optimisation,
    title: str,
    progress: bool = True,
) -> Network:
    """Train a network in place. loss_at: number of the step -> loss of a batch.

    Returns the network with the average of its weights over the last batches, in eval mode.
    """
    averaged = {name: value.detach().clone() for name, value in model.state_dict().items()}
    optimizer = torch.optim.AdamW(model.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=steps, pct_start=0.1, final_div_factor=1e3
    )
    bar = tqdm(range(steps), desc=title, unit=" batches", disable=not progress)
    running = 0.0
    for step in bar:
        loss = loss_at(step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        keep_average = min(recipe.averaging, (step + 1) / (step + 10))
        with torch.no_grad():
            for name, value in model.state_dict().items():
                if not value.is_floating_point():  # batch normalisation counts its batches
                    continue
                averaged[name].lerp_(value, 1 - keep_average)
        running += 0.01 * (loss.item() - running)
        if step % 50 == 0:
            bar.set_postfix(loss=f"{running:.4f}")
    model.load_state_dict(averaged)
    return model.to(memory_format=torch.contiguous_format).eval()  # type: ignore[call-overload]
