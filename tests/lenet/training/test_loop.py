"""The loop: averages the weights, and goes on after an interruption as if there had been none."""

from dataclasses import replace

import pytest
import torch

from lenet.model import LeNet5
from lenet.training import loop
from lenet.training.loop import Optimisation

RECIPE = Optimisation(steps=6, learning_rate=1e-3, weight_decay=0.0, averaging=0.5)


class InterruptedError_(Exception):
    pass


class Steps:
    """What is kept beside the network."""

    def __init__(self):
        self.seen = []

    def state_dict(self):
        return {"seen": self.seen}

    def load_state_dict(self, state):
        self.seen = state["seen"]


def trained(part=None, stop=None, fingerprint="this", recipe=None, beside=None):
    torch.manual_seed(1)
    pictures = torch.rand(6, 8, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    steps = []

    def loss_at(model, step):
        if step == stop:
            raise InterruptedError_
        steps.append(step)
        if beside:
            beside.seen.append(step)
        return model(pictures[step]).logsumexp(1).mean()

    return loop.optimise(
        LeNet5(),
        loss_at,
        recipe or RECIPE,
        "test",
        part,
        fingerprint,
        {"steps": beside} if beside is not None else None,
    ), steps


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(loop, "_KEPT", 3)


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_an_interrupted_run_goes_on_to_the_same_weights(tmp_path, capsys):
    whole, steps = trained()
    assert steps == list(range(6))
    with pytest.raises(InterruptedError_):
        trained(tmp_path / "run.part", stop=5)
    capsys.readouterr()
    resumed, steps = trained(tmp_path / "run.part")
    assert steps == [4, 5]
    assert "goes on after 4 batches" in capsys.readouterr().err
    assert same(whole, resumed)


def test_what_is_kept_beside_goes_on_too(tmp_path):
    with pytest.raises(InterruptedError_):
        trained(tmp_path / "run.part", stop=5, beside=Steps())
    resumed = Steps()
    trained(tmp_path / "run.part", beside=resumed)
    assert resumed.seen == list(range(6))


@pytest.mark.parametrize("found", ["another recipe", "cut short", "something else", "nothing"])
def test_what_another_recipe_or_program_left_is_not_trusted(tmp_path, found):
    part = tmp_path / "run.part"
    with pytest.raises(InterruptedError_):
        trained(part, stop=5, fingerprint="other" if found == "another recipe" else "this")
    if found == "cut short":
        part.write_bytes(part.read_bytes()[:1000])
    elif found == "something else":
        torch.save([1, 2], part)
    elif found == "nothing":
        part.unlink()
    resumed, steps = trained(part)
    assert steps == list(range(6))
    assert same(resumed, trained()[0])


def test_the_weights_are_the_average_of_the_last_steps():
    last, _ = trained(recipe=replace(RECIPE, averaging=0.0))
    before, _ = trained(recipe=replace(RECIPE, averaging=0.5))
    frozen, _ = trained(recipe=replace(RECIPE, averaging=1.0))
    torch.manual_seed(1)
    start = LeNet5().output.bias
    moved = [float((each.output.bias - start).detach().norm()) for each in (frozen, before, last)]
    assert moved == sorted(moved)
    assert moved[0] < moved[1] < moved[2]
    assert not before.training
