"""The network at moments of its training: kept from the start on, told with its curves, ending as shipped."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import lenet
from lenet import moments
from lenet.evaluation import digits
from lenet.training import moments as trained
from lenet.training.mnist import mnist


def test_moments_become_rarer_from_the_start_to_near_the_end():
    steps = trained.moments(45_000)
    assert steps[0] == 0
    assert len(steps) == trained.COUNT - 1  # the shipped one is the last
    assert steps == sorted(set(steps))
    assert (np.diff(steps)[1:] >= np.diff(steps)[:-1] - 10).all()
    assert 35_000 < steps[-1] < 45_000
    assert trained.moments(120)[-1] < 120


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
