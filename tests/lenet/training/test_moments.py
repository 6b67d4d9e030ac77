"""The network at moments of its training: kept from the start on, told with its curves, ending as shipped."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import lenet
from lenet import moments
from lenet.__main__ import main
from lenet.evaluation import digits
from lenet.model import LeNet5
from lenet.training import digit as training
from lenet.training import moments as trained
from lenet.training.mnist import mnist
from tests.lenet.training.test_digit import TINY
from tests.lenet.training.test_digit import digits as drawn_digits

digits_ = drawn_digits


def test_moments_become_rarer_from_the_start_to_near_the_end():
    steps = trained.moments(45_000)
    assert steps[0] == 0
    assert len(steps) == trained.COUNT - 1  # the shipped one is the last
    assert steps == sorted(set(steps))
    assert (np.diff(steps)[1:] >= np.diff(steps)[:-1] - 10).all()
    assert 35_000 < steps[-1] < 45_000
    assert trained.moments(120)[-1] < 120


def test_training_leaves_its_moments_beside_the_weights(digits_, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "mnist", lambda split, folder: digits_)
    monkeypatch.setattr(training, "quick", lambda recipe: TINY)
    out = tmp_path / "small.pt"
    assert main(["train", "--out", str(out), "--seeds", "3", "4", "--quick"]) == 0
    of_weights = json.loads(out.with_suffix(".json").read_text())
    card = json.loads((tmp_path / "small.moments.json").read_text())
    assert card["seed"] == of_weights["seed"]
    told = card["moments"]
    assert told["batches"][0] == 0
    assert told["batches"][-1] == TINY.steps
    assert len(told["loss"]) == len(told["test_error_percent"]) == len(told["batches"])
    assert told["test_error_percent"][0] > 60
    assert told["test_error_percent"][-1] < 40
    with np.load(tmp_path / "small.moments.npz") as file:
        arrays = dict(file.items())
    assert {each.dtype for each in arrays.values()} == {np.dtype(np.float16)}
    torch.manual_seed(card["seed"])
    for moment, network in ((0, LeNet5()), (-1, lenet.load(out))):
        kept = moments.as_network(arrays, moment).state_dict()
        for name, each in network.state_dict().items():
            np.testing.assert_allclose(kept[name], each, atol=1e-3)


def test_the_bundled_moments_end_with_the_shipped_network(mnist_folder):
    networks, curves = moments.networks(), moments.curves()
    assert 16 <= len(networks) <= 24
    assert moments.FILE.stat().st_size <= 2_500_000
    assert {len(each) for each in curves.values()} == {len(networks)}
    for name, each in lenet.load().state_dict().items():
        torch.testing.assert_close(networks[-1].state_dict()[name], each, atol=2e-3, rtol=2e-3)
    test = mnist("test", mnist_folder)
    for i in (0, len(networks) // 2, len(networks) - 1):
        outcome = digits.run(networks[i], test.images.numpy(), test.labels.numpy())
        assert 100 * float((~outcome.right).mean()) == pytest.approx(curves["test_error_percent"][i], abs=0.05)


def test_a_file_that_is_missing_or_damaged_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(moments, "FILE", tmp_path / "moments.npz")
    for function in (moments.networks, moments.curves):
        function.cache_clear()
        with pytest.raises(lenet.WeightsError, match="missing or damaged"):
            function()
        (tmp_path / "moments.npz").write_bytes(b"PK\x03\x04 broken")
        (tmp_path / "moments.json").write_text("{}")
        with pytest.raises(lenet.WeightsError, match="missing or damaged"):
            function()
        function.cache_clear()
