"""What is kept of MNIST's test set: written by the command, and as good as the network itself."""

from __future__ import annotations

import json
from argparse import Namespace

import numpy as np
import pytest
import torch

import lenet
from demo.experiments import measured
from lenet.evaluation import units
from lenet.mistake import Mistake
from lenet.training.mnist import Pictures, mnist
from lenet.weights import FOLDER, card


def test_the_bundled_file_tells_the_error_of_the_network(mnist_folder):
    arrays, told = measured.arrays(), card(measured.FILE)
    test = mnist("test", mnist_folder)
    np.testing.assert_array_equal(arrays["labels"], test.labels)
    features = (arrays["levels"].T * arrays["steps"]).astype(np.float32)
    output = lenet.load().output
    with torch.inference_mode():
        logits = torch.from_numpy(features) @ output.weight.T + output.bias
    error = 100 * float((logits.argmax(1) != test.labels).float().mean())
    own = card("lenet5")["measured"]["mnist"]["test_error_percent"]
    assert error == pytest.approx(told["measured"]["test_error_from_features_percent"])
    assert abs(error - own) <= 0.02
    assert told["measured"]["test_error_percent"] == own
    assert told["network_sha256"] == card("lenet5")["weights_sha256"]
    assert (
        told["measured"] | {"n": 10_000, "units": len(arrays["index"]), "pictures": len(arrays["pictures"])}
        == (told["measured"])
    )


def test_the_whole_command_in_small(tmp_path, monkeypatch, mnist_folder):
    few = mnist("test", mnist_folder)[:300]
    monkeypatch.setattr(units, "mnist", lambda split, folder: few)
    out = tmp_path / "few.npz"
    told = units.run(Namespace(mnist=None, out=out, arguments=["measure-units"]))
    written = json.loads(out.with_suffix(".json").read_text())
    assert written["measured"] == {name: each for name, each in told.items() if name != "out"}
    assert told["n"] == 300
    with np.load(out) as file:
        arrays = dict(file.items())
    assert arrays["levels"].shape == (84, 300)
    assert set(arrays) == set(measured.arrays())
    assert str(FOLDER) not in out.with_suffix(".json").read_text()


def test_too_few_bits_are_refused(tmp_path, monkeypatch, mnist_folder):
    test = mnist("test", mnist_folder)
    monkeypatch.setattr(units, "mnist", lambda split, folder: Pictures(test.images[:2000], test.labels[:2000]))
    coarse = units.Recipe(bits=1)
    monkeypatch.setattr(units, "Recipe", lambda: coarse)
    with pytest.raises(Mistake, match="take more"):
        units.run(Namespace(mnist=None, out=tmp_path / "few.npz", arguments=["measure-units"]))


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(Mistake, match="npz"):
        units.run(Namespace(out=tmp_path / "units.pt"))
