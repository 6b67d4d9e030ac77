"""Errors with one map or unit muted, anew with plain torch calls and one pass for each."""

import json
import shutil

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from lenet.__main__ import main
from lenet.architecture import BEFORE, Architecture, Convolution
from lenet.evaluation.muted import on_muted
from lenet.own.network import Network
from lenet.synthetic.digits import digit
from lenet.weights import card, file_of


@pytest.fixture(scope="module")
def digits():
    """150 pictures, and labels of which every third is wrong."""
    random = np.random.default_rng(5)
    pictures = np.stack([lenet.rasterize([s.tolist() for s in digit(i % 10, random)]) for i in range(150)])
    return pictures, np.array([i % 10 if i % 3 else (i + 1) % 10 for i in range(150)])


def test_errors_are_those_of_the_network_with_one_map_at_zero(digits):
    pictures, labels = digits
    net = lenet.load()
    found = on_muted(net, pictures, labels)
    assert found["n"] == 150
    # S2 and S4 have the errors of C1 and C3: the largest of zeros is zero.
    assert {name: len(each) for name, each in found["with_one_muted"].items()} == {
        "C1": 6,
        "C3": 16,
        "C5": 120,
        "F6": 84,
    }

    def error(muted="", map_=0):
        def passed(name, values):
            values = values.clone()
            if name == muted:
                values[:, map_] = 0
            return values

        x = torch.from_numpy(pictures)[:, None]
        x = F.max_pool2d(passed("C1", F.relu(net.C1(x))), 2)
        x = F.max_pool2d(passed("C3", F.relu(net.C3(x))), 2)
        x = passed("F6", F.relu(net.F6(passed("C5", F.relu(net.C5(x.flatten(1)))))))
        return 100 * float((net.output(x).argmax(1).numpy() != labels).mean())

    with torch.inference_mode():
        assert found["test_error_percent"] == pytest.approx(error(), abs=1e-3)
        for name, errors in found["with_one_muted"].items():
            expected = [error(name, map_) for map_ in range(len(errors))]
            np.testing.assert_allclose(errors, expected, atol=1e-3)
            assert len(set(expected)) > 1


def test_pooling_that_reads_sums_reads_those_of_a_muted_map_as_zero(digits):
    pictures, labels = digits
    random = torch.Generator().manual_seed(3)
    way = Architecture((Convolution(3, 5, 0, pooled=True),), (10,), activation="sigmoid", pooling=BEFORE)
    kernels, weights = (torch.randn(shape, generator=random) for shape in ((3, 1, 5, 5), (10, 432)))
    found = on_muted(Network(way, [(kernels, None), (weights, None)]).eval(), pictures, labels)["with_one_muted"]
    assert found.keys() == {"C1", "S2"}  # which passes on 0.5 where the sums are 0, and 0 where it is muted itself
    sums = F.avg_pool2d(F.conv2d(torch.from_numpy(pictures)[:, None], kernels), 2)
    for map_ in range(3):
        kept = torch.ones(3, 1, 1)
        kept[map_] = 0
        for name, passed in (("C1", torch.sigmoid(kept * sums)), ("S2", kept * torch.sigmoid(sums))):
            wrong = (passed.flatten(1) @ weights.T).argmax(1).numpy() != labels
            assert found[name][map_] == pytest.approx(100 * wrong.mean(), abs=1e-3)


def test_the_card_keeps_what_the_command_measured(capsys, mnist_folder, tmp_path):
    for file in (file_of("lenet5"), file_of("lenet5").with_suffix(".json")):
        shutil.copy(file, tmp_path)
    network = tmp_path / "lenet5.pt"
    assert main(["evaluate", "--muted", str(mnist_folder), "--network", str(network), "--card"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert card(network)["measured"]["muted"] == found
    promised = card()["measured"]["muted"]
    for name, errors in promised["with_one_muted"].items():
        # Another processor may round borderline digits the other way.
        np.testing.assert_allclose(found["with_one_muted"][name], errors, atol=0.05)
    assert found["test_error_percent"] == pytest.approx(promised["test_error_percent"], abs=0.03)
