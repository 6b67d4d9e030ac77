"""What the networks say of ink and pictures, and the verdicts."""

import numpy as np
import pytest
import torch

import lenet
from lenet.recognize import picture_of, trace, verdict
from lenet.synthetic import digits as synth


def ink_of(label, seed):
    return [stroke.tolist() for stroke in synth.digit(label, np.random.default_rng([label, seed]))]


@pytest.mark.parametrize("label", range(10))
def test_synthetic_digits_are_read(label):
    read = [lenet.recognize(ink_of(label, seed)).digit for seed in range(40)]
    assert read.count(label) >= 36


def test_recognition_agrees_with_torch():
    seen = lenet.recognize(ink_of(3, 1))
    logits = lenet.load()(torch.from_numpy(picture_of(ink_of(3, 1)))[None, None])[0].detach()
    np.testing.assert_allclose(seen.logits, logits, atol=1e-5)
    np.testing.assert_allclose(seen.probabilities, torch.softmax(logits, 0), atol=1e-6)
    assert seen.score == pytest.approx(float(torch.logsumexp(logits, 0)), abs=1e-5)


def test_blank_is_no_guess():
    seen = lenet.recognize([])
    assert (seen.digit, seen.verdict) == (None, "blank")


def test_verdict_follows_score_and_probability():
    traced = trace(picture_of(ink_of(8, 1)))
    score = verdict(traced).score
    assert verdict(traced, threshold=score - 0.1).digit == 8
    rejected = verdict(traced, threshold=score + 0.1)
    assert (rejected.digit, rejected.verdict) == (None, "no digit")
    assert rejected.probabilities.shape == (10,)
