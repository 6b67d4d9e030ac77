"""Temperature and threshold: fitted as their definitions say."""

import json
import shutil

import numpy as np
import pytest
import torch

import lenet
from lenet.__main__ import main
from lenet.ink import rasterize
from lenet.model import LeNet5, digit_score
from lenet.synthetic.digits import digit
from lenet.training import calibration
from lenet.training.calibration import calibrate, fold_temperature
from lenet.training.dataset import of_mnist
from lenet.training.mnist import Pictures
from lenet.weights import FOLDER


def drawn(count):
    random = torch.Generator().manual_seed(1)
    logits = torch.randn(count, 10, generator=random) * 2
    return logits, torch.multinomial(torch.softmax(logits, 1), 1, generator=random)[:, 0]


def test_temperature_is_found_and_folded_in():
    logits, labels = drawn(20_000)
    fitted = calibrate(logits * 3, labels, 0.01)
    assert fitted["temperature"] == pytest.approx(3, rel=0.05)
    model, x = LeNet5(), torch.rand(2, 1, 28, 28)
    before = model(x)
    fold_temperature(model, 3.0)
    torch.testing.assert_close(model(x), before / 3)


@pytest.mark.parametrize("share", [0.003, 0.01, 0.1])
def test_the_threshold_refuses_the_share_of_digits_that_was_asked_for(share):
    logits, labels = drawn(10_000)
    fitted = calibrate(logits, labels, share)
    refused = digit_score(logits / fitted["temperature"]) < fitted["threshold"]
    assert float(refused.float().mean()) == pytest.approx(share, abs=0.0003)


@pytest.fixture
def network(tmp_path, monkeypatch):
    """A copy of the bundled network that was calibrated on 200 digits, and these digits."""
    random = np.random.default_rng(5)
    labels = np.arange(300) % 10
    images = np.stack([np.rint(255 * rasterize(digit(k, random))) for k in labels.tolist()]).astype(np.uint8)
    pictures = Pictures(torch.tensor(images), torch.tensor(labels))
    monkeypatch.setattr(calibration, "mnist", lambda split, folder: pictures)
    file = tmp_path / "copy.pt"
    shutil.copy(FOLDER / "lenet5.pt", file)
    card = json.loads((FOLDER / "lenet5.json").read_text())
    card["calibration"]["held_out"] = 200
    file.with_suffix(".json").write_text(json.dumps(card))
    return file, of_mnist(pictures, 200)[1]


def test_another_threshold_is_written_into_the_card(network, capsys):
    file, held_out = network
    before = lenet.card(file)
    assert main(["set-threshold", "--network", str(file), "--wrongly-rejected", "0.1"]) == 0
    told = json.loads(capsys.readouterr().out)
    after = lenet.card(file)
    assert after["rejection"] == {
        "threshold": told["threshold"], "score": "logsumexp of the ten logits", "wrongly_rejected": 0.1,
    }  # fmt: skip
    assert {**after, "rejection": 0} == {**before, "rejection": 0}
    with torch.inference_mode():
        scores = lenet.load(file)(held_out.images[:, None].float() / 255).logsumexp(1)
    assert int((scores < told["threshold"]).sum()) == 20
    assert lenet.weights.threshold(file) == told["threshold"]


@pytest.mark.parametrize("share", ["0", "0.5", "-1", "nan", "x"])
def test_a_share_that_is_none_is_one_line_and_status_2(share, capsys):
    assert main(["set-threshold", "--wrongly-rejected", share]) == 2
    assert (
        capsys.readouterr().err == f"error: argument --wrongly-rejected: {share} is no share between 0 and 0.5 "
        "(python -m lenet set-threshold --help says more)\n"
    )


@pytest.mark.parametrize("name", ["textbook", "scan"])
def test_other_networks_have_no_threshold(name, capsys):
    assert main(["set-threshold", "--network", name, "--wrongly-rejected", "0.1"]) == 2
    assert "has no threshold" in capsys.readouterr().err
