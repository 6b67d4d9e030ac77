"""Temperature and threshold: fitted as their definitions say."""

import pytest
import torch

from lenet.model import LeNet5, digit_score
from lenet.training.calibration import calibrate, fold_temperature


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
