"""Edit pixels: the pictures, the search and its bounds anew with plain torch calls."""

import numpy as np
import pytest
import torch

import lenet
from demo.experiments.pixels.pixels import run
from demo.wire import RequestError, hex_of
from lenet.weights import threshold
from tests.demo.experiments.drawings import BUNDLED, large, own, subject

NETWORKS = [*BUNDLED, own(), own("tanh", "average", "−1 to 1"), own(pooling="average before the activation")]


def pixels_in(text):
    return np.frombuffer(bytes.fromhex(text), np.uint8).reshape(28, 28)


def logits_of(model, picture):
    """Of a picture in bytes, (28, 28)."""
    with torch.inference_mode():
        return model(torch.from_numpy(picture.astype(np.float32) / 255)[None, None])[0]


@pytest.mark.parametrize("network", NETWORKS)
def test_an_edited_picture_is_told_beside_the_one_it_was_made_of(network):
    about = subject(network)
    before = np.rint(about.picture * 255).astype(np.uint8)
    after = before.copy()
    after[3, 4], after[20, 14] = 255, 0
    edited = subject(network, picture=after.astype(np.float32) / 255)
    found = run(edited, {"before": before.tobytes().hex()})
    np.testing.assert_array_equal(pixels_in(found["picture"]), after)
    np.testing.assert_allclose(found["logits"], logits_of(about.model, after), atol=1e-4)
    np.testing.assert_allclose(found["before"], logits_of(about.model, before), atol=1e-4)
    assert not np.allclose(found["before"], found["logits"], atol=1e-4)
    assert found["found"] is None
    assert run(about, {"before": None})["before"] is None


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("target", [None, 2])
def test_the_pixels_found_do_what_is_said(network, target):
    about = subject(network)
    found = run(about, {"search": True, "target": target})["found"]
    second = int(about.traced.logits[0].topk(2).indices[1])
    assert found["target"] == (second if target is None else target)
    picture = np.rint(about.picture * 255).astype(np.uint8)
    np.testing.assert_allclose(found["logits"][0], logits_of(about.model, picture), atol=1e-3)
    leads = []
    for step, (row, column, value) in enumerate(found["pixels"], 1):
        assert value in (0, 255)
        assert picture[row, column] != value
        picture[row, column] = value
        logits = logits_of(about.model, picture)
        np.testing.assert_allclose(found["logits"][step], logits, atol=1e-3)
        leads.append(float(lead(about, logits, found["target"])))
    assert leads == sorted(leads)
    np.testing.assert_array_equal(pixels_in(found["picture"]), picture)
    places = [tuple(place) for *place, _ in found["pixels"]]
    assert len(set(places)) == len(places) <= found["most"] == 40
    answers = [int(row.argmax()) for row in found["logits"]]
    assert found["reached"] == (answers[-1] == found["target"])
    assert found["target"] not in answers[:-1]


def lead(about, logits, target):
    """How far the target's logit is over the largest other, and of the bundled network the score over its limit."""
    others = [output for output in range(10) if output != target]
    over = logits[..., target] - logits[..., others].amax(-1)
    return torch.minimum(over, torch.logsumexp(logits, -1) - threshold()) if about.is_bundled else over


@pytest.mark.parametrize(("network", "target"), [("lenet5", 1), ("lenet5-1998", 9), (own("sigmoid"), 9)])
def test_the_first_pixel_is_the_best_of_those_that_the_gradient_promises_most_of(network, target):
    about = subject(network)
    found = run(about, {"search": True, "target": target})["found"]
    start = torch.from_numpy(np.rint(about.picture * 255).astype(np.float32) / 255)
    read = start[None, None].clone().requires_grad_()
    (slope,) = torch.autograd.grad(lead(about, about.model(read), target).sum(), [read])
    changes = [
        (float(slope[0, 0, row, column]) * (value - float(start[row, column])), row, column, value)
        for row in range(28)
        for column in range(28)
        for value in (0, 1)
        if float(start[row, column]) != value
    ]
    promised = sorted(changes, reverse=True)[:64]
    pictures = start.repeat(64, 1, 1, 1)
    for picture, (_, row, column, value) in zip(pictures, promised, strict=True):
        picture[0, row, column] = value
    with torch.inference_mode():
        leads = lead(about, about.model(pictures), target)
    best = promised[int(leads.argmax())]
    assert found["pixels"][0] == [best[1], best[2], 255 * best[3]]


def test_the_network_is_left_as_it_was():
    model = lenet.load("lenet5")
    before = [parameter.requires_grad for parameter in model.parameters()]
    run(subject(), {"search": True})
    assert [parameter.requires_grad for parameter in model.parameters()] == before
    assert all(parameter.grad is None for parameter in model.parameters())


def test_what_the_bundled_network_calls_no_digit_is_told():
    scrawl = np.zeros((28, 28), np.float32)
    scrawl[4:24:4, 4:24] = scrawl[4:24, 4:24:4] = 1
    about = subject(picture=scrawl)
    assert float(torch.logsumexp(about.traced.logits, 1)) < threshold()
    assert not run(about, {})["is_digit"]
    assert run(subject(), {})["is_digit"]
    assert run(subject("lenet5-1998", picture=scrawl), {})["is_digit"]
    found = run(subject(), {"search": True, "target": 0})["found"]
    score = float(torch.logsumexp(logits_of(subject().model, pixels_in(found["picture"])), 0))
    assert found["is_digit"] == (score >= threshold())


def test_a_larger_network_gets_fewer_steps_and_too_large_a_one_a_sentence():
    about = subject(large(14))
    found = run(about, {"search": True, "target": 3})["found"]
    assert len(found["pixels"]) <= found["most"]
    assert 10 <= found["most"] < 40
    huge = subject(large(60))
    assert run(huge, {})["found"] is None
    with pytest.raises(RequestError, match="too large"):
        run(huge, {"search": True})


@pytest.mark.parametrize(
    "settings",
    [
        {"before": 7},
        {"before": "00"},
        {"before": "zz" * 784},
        {"before": hex_of(np.zeros((28, 28), np.float32))[:-2] + "  "},
        {"search": 1},
        {"target": 10},
        {"target": "7"},
    ],
)
def test_wrong_settings_get_a_sentence(settings):
    with pytest.raises(RequestError, match=r"must be .*\."):
        run(subject(), settings)
