"""The bundled model and its verdicts."""

import hashlib

import numpy as np
import pytest
import torch

import lenet
from lenet.recognize import WEIGHTS, picture_of, trace, verdict
from lenet.synthetic import digits as synth


def ink_of(label, seed):
    return [stroke.tolist() for stroke in synth.digit(label, np.random.default_rng([label, seed]))]


def test_bundled_weights_are_those_of_the_card():
    assert lenet.card()["weights_sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()


def test_model_is_in_eval_mode_and_loaded_once():
    assert not lenet.load().training
    assert lenet.load() is lenet.load()


@pytest.mark.parametrize("label", range(10))
def test_synthetic_digits_are_read(label):
    read = [lenet.recognize(ink_of(label, seed)).digit for seed in range(40)]
    assert read.count(label) >= 36


def test_model_loaded_in_inference_mode_can_still_be_differentiated():
    lenet.load.cache_clear()
    lenet.recognize(ink_of(3, 1))
    x = torch.rand(1, 1, 28, 28).requires_grad_()
    lenet.load()(x).sum().backward()
    assert x.grad is not None


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
