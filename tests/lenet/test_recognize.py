"""What the networks say of ink and pictures, and the verdicts."""

import sys

import numpy as np
import pytest
import torch

import lenet
from lenet.model import Trace
from lenet.photo import from_photo
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


def traced(*logits, ink=1.0):
    """A traced pass with these logits, and ten less than nothing for the digits that are left."""
    ten = torch.tensor([[*logits, *[-60.0] * (10 - len(logits))]])
    return Trace({"input": torch.full((1, 1, 28, 28), ink), "output": ten}, {})


def two(probability, other=5.0):
    """The logit of a digit with this probability beside one with logit `other`."""
    return other + float(np.log(probability / (1 - probability)))


@pytest.mark.parametrize(
    ("probability", "said"), [(0.81, "digit"), (0.79, "unsure"), (0.51, "unsure"), (0.99, "digit")]
)
def test_under_four_fifths_it_is_not_sure(probability, said):
    seen = verdict(traced(5.0, two(probability)), threshold=0.0)
    assert (seen.digit, seen.verdict) == (1, said)
    assert seen.probabilities[1] == pytest.approx(probability, abs=1e-4)
    assert seen.candidates == [1, 0]


def test_a_score_at_the_threshold_is_a_digit_still():
    seen = verdict(traced(5.0), threshold=5.0)
    assert (seen.digit, seen.verdict, seen.score, seen.threshold) == (0, "digit", 5.0, 5.0)
    assert verdict(traced(5.0), threshold=5.001).verdict == "no digit"
    assert verdict(traced(-0.5), threshold=0.0).verdict == "no digit"  # 0 is a threshold too


def test_without_a_threshold_the_default_networks_counts(monkeypatch):
    monkeypatch.setattr(sys.modules["lenet.recognize"], "threshold_of", lambda: 7.5)
    assert verdict(traced(7.0)).verdict == "no digit"
    assert verdict(traced(8.0)).threshold == 7.5


def test_a_blank_picture_is_blank_whatever_the_logits_say():
    seen = verdict(traced(50.0, ink=0.0), threshold=0.0)
    assert (seen.digit, seen.verdict) == (None, "blank")


def test_candidates_are_the_two_likeliest_and_of_equals_the_first():
    assert verdict(traced(1.0, 4.0, 2.0, 3.0), threshold=0.0).candidates == [1, 3]
    assert verdict(traced(1.0, 4.0, 4.0, 4.0), threshold=0.0).candidates == [1, 2]


def test_a_picture_is_looked_at_as_a_photo_and_strokes_are_drawn():
    strokes = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
    drawn = lenet.rasterize(strokes)
    np.testing.assert_array_equal(picture_of(strokes), drawn)
    page = np.pad(255 - np.rint(255 * drawn), 20, constant_values=255).astype(np.uint8)
    np.testing.assert_array_equal(picture_of(page), from_photo(page))
    assert picture_of(page).shape == (28, 28)


def test_a_trace_holds_every_layer_of_one_picture_and_no_gradient():
    picture = lenet.rasterize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]])
    seen = trace(picture)
    np.testing.assert_array_equal(seen.output["input"][0, 0], picture)
    assert seen.logits.shape == (1, 10)
    assert seen.logits.is_inference()
